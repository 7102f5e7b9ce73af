/// The help of one topic: sections that the text, the man page and the reference share.
package struct HelpDocument: Sendable {
  /// A piece of a section.
  enum Block: Hashable, Sendable {
    case paragraph(String)
    /// Command lines that show the syntax.
    case usage([String])
    /// Terms with what they mean.
    case definitions([Definition])
    case examples([Example])
  }

  struct Definition: Hashable, Sendable {
    let term: String
    let meaning: String
  }

  struct Section: Sendable {
    let heading: String
    let blocks: [Block]
  }

  /// What is typed: `shale push`.
  let title: String
  let summary: String
  let sections: [Section]
}

extension ToolSpec {
  /// The help of one topic.
  package func help(on topic: HelpTopic) -> HelpDocument {
    switch topic {
    case .tool: overview
    case .family(let family): help(on: family)
    case .command(let spec): help(on: spec, isWhole: true)
    }
  }

  private var overview: HelpDocument {
    let groups = sections.compactMap { section -> HelpDocument.Section? in
      let definitions = entries(of: section)
      return definitions.isEmpty
        ? nil : .init(heading: section.title, blocks: [.definitions(definitions)])
    }
    let options = CommonOptions.all + [CommonOptions.version.parameter]
    return HelpDocument(
      title: name, summary: summary,
      sections: [
        .init(heading: "Usage", blocks: [.usage(["\(name) [OPTIONS] COMMAND [ARGUMENTS]"])]),
        .init(heading: "Description", blocks: paragraphs(discussion)),
      ] + groups + [
        .init(heading: "Common options", blocks: [.definitions(options.map(definition))]),
        .init(heading: "Exit status", blocks: [statusBlock(statuses)]),
        .init(
          heading: "See also",
          blocks: [.paragraph("`\(name) help COMMAND` describes one command, with examples.")]),
      ])
  }

  /// The commands of a section, each family once.
  private func entries(of section: Section) -> [HelpDocument.Definition] {
    var seen: Set<String> = []
    return section.commands.compactMap { spec in
      guard !spec.isHidden, let word = spec.words.first.map({ String($0) }),
        seen.insert(word).inserted
      else { return nil }
      return .init(term: word, meaning: family(word)?.summary ?? spec.summary)
    }
  }

  private func help(on family: CommandFamily) -> HelpDocument {
    let verbs = verbs(of: family)
    return HelpDocument(
      title: "\(name) \(family.name)", summary: family.summary,
      sections: [
        .init(heading: "Usage", blocks: [.usage(verbs.flatMap(synopses))]),
        .init(
          heading: "Commands",
          blocks: [
            .definitions(
              verbs.map { .init(term: $0.words.last.map { "\($0)" } ?? "", meaning: $0.summary) })
          ] + fallbackNote(of: family)),
        .init(
          heading: "See also",
          blocks: [
            .paragraph("`\(name) help \(family.name) COMMAND` describes one of them.")
          ]),
      ])
  }

  private func fallbackNote(of family: CommandFamily) -> [HelpDocument.Block] {
    family.fallback.map {
      [.paragraph("`\(name) \(family.name)` alone means `\(name) \(family.name) \($0)`.")]
    } ?? []
  }

  /// The help of one command.
  ///
  /// - Parameters:
  ///   - spec: The command.
  ///   - isWhole: Whether what all commands share is told too.
  /// - Returns: The help, ready to be written in any form.
  func help(on spec: CommandSpec, isWhole: Bool) -> HelpDocument {
    let visible = spec.parameters.filter { !$0.isHidden }
    let operands = visible.filter { !$0.isNamed }
    let options = visible.filter(\.isNamed)
    var sections: [HelpDocument.Section] = [
      .init(heading: "Usage", blocks: [.usage(synopses(of: spec))]),
      .init(heading: "Description", blocks: paragraphs(spec.discussion)),
    ]
    if !operands.isEmpty {
      sections.append(
        .init(heading: "Arguments", blocks: [.definitions(operands.map(definition))]))
    }
    if !options.isEmpty {
      sections.append(.init(heading: "Options", blocks: [.definitions(options.map(definition))]))
    }
    if isWhole {
      sections.append(
        .init(
          heading: "Common options", blocks: [.definitions(CommonOptions.all.map(definition))]))
    }
    if !spec.examples.isEmpty {
      sections.append(.init(heading: "Examples", blocks: [.examples(spec.examples)]))
    }
    let statuses = ((isWhole ? statuses : []) + spec.statuses).sorted { $0.code < $1.code }
    if !statuses.isEmpty {
      sections.append(.init(heading: "Exit status", blocks: [statusBlock(statuses)]))
    }
    if !spec.result.isEmpty {
      sections.append(.init(heading: "JSON result", blocks: [resultBlock(spec.result)]))
    }
    if !spec.related.isEmpty {
      let names = spec.related.map { "`\(name) \($0)`" }.joined(separator: ", ")
      sections.append(.init(heading: "See also", blocks: [.paragraph(names)]))
    }
    return HelpDocument(
      title: "\(name) \(spec.name)", summary: spec.summary, sections: sections)
  }

  /// The command lines that show the syntax of a command.
  func synopses(of spec: CommandSpec) -> [String] {
    let start = "\(name) \(spec.name)"
    if !spec.usage.isEmpty { return spec.usage.map { "\(start) \($0)" } }
    var words = [start]
    if spec.parameters.contains(where: { $0.isNamed && !$0.isHidden }) { words.append("[OPTIONS]") }
    for parameter in spec.parameters {
      let name = parameter.name ?? ""
      switch parameter.kind {
      case .operand(minimum: 0, maximum: 1): words.append("[\(name)]")
      case .operand(minimum: 0, maximum: _): words.append("[\(name)…]")
      case .operand(minimum: _, maximum: 1): words.append(name)
      case .operand: words.append("\(name)…")
      case .invocation: words.append("-- \(name)…")
      case .flag, .option: break
      }
    }
    return [words.joined(separator: " ")]
  }

  private func statusBlock(_ statuses: [DocumentedStatus]) -> HelpDocument.Block {
    .definitions(statuses.map { .init(term: "\($0.code)", meaning: $0.meaning) })
  }

  private func resultBlock(_ keys: [ResultKey]) -> HelpDocument.Block {
    .definitions(
      keys.flatMap { $0.paths() }.map { path, key in
        .init(term: path, meaning: key.help + (key.isOptional ? " (optional)" : ""))
      })
  }

  private func paragraphs(_ text: String) -> [HelpDocument.Block] {
    text.split(separator: "\n\n").map {
      .paragraph($0.split(separator: "\n").joined(separator: " "))
    }
  }
}

/// The line of help for one parameter.
private func definition(_ parameter: Parameter) -> HelpDocument.Definition {
  var term = parameter.name ?? ""
  if parameter.isNamed {
    let names = [parameter.short.map { "-\($0)" }, parameter.name.map { "--\($0)" }]
    term = names.compactMap(\.self).joined(separator: ", ")
    if let placeholder = parameter.placeholder { term += " \(placeholder)" }
  }
  var notes: [String] = []
  if case .choices(let choices) = parameter.completion {
    notes.append("one of \(choices.joined(separator: ", "))")
  }
  if let fallback = parameter.fallback { notes.append("default: \(fallback)") }
  if parameter.kind == .option(isRepeated: true) { notes.append("may be repeated") }
  let note = notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))"
  return .init(term: term, meaning: parameter.help + note)
}
