package import Primitives

/// A whole tool: its commands in the sections of its help.
package struct ToolSpec: Sendable {
  /// Commands that a reader would look for together.
  package struct Section: Sendable {
    package let title: String
    package let commands: [CommandSpec]

    package init(_ title: String, _ commands: [CommandSpec]) {
      self.title = title
      self.commands = commands
    }
  }

  /// The word that starts the tool.
  package let name: String

  /// One line: a label without a full stop.
  package let summary: String

  /// Paragraphs, separated by empty lines.
  package let discussion: String

  package let sections: [Section]
  package let families: [CommandFamily]

  /// The exit statuses that every command can end with.
  package let statuses: [DocumentedStatus]

  package init(
    _ name: String, summary: String, discussion: String, sections: [Section],
    families: [CommandFamily] = [], statuses: [DocumentedStatus]
  ) {
    self.name = name
    self.summary = summary
    self.discussion = discussion
    self.sections = sections
    self.families = families
    self.statuses = statuses
  }

  /// All commands, in the order of help, the hidden ones too.
  package var commands: [CommandSpec] { sections.flatMap(\.commands) }

  /// The commands that help shows.
  package var visibleCommands: [CommandSpec] { commands.filter { !$0.isHidden } }

  /// The command of that name, in one word or two.
  package func command(_ name: String) -> CommandSpec? { commands.first { $0.name == name } }

  /// The family of that name.
  package func family(_ name: String) -> CommandFamily? { families.first { $0.name == name } }

  /// The verbs of a family, in the order of help.
  func verbs(of family: CommandFamily) -> [CommandSpec] {
    visibleCommands.filter { $0.words.count == 2 && $0.words[0] == family.name }
  }

  /// The first words that may follow the tool's name, sorted.
  var firstWords: [String] {
    Set(visibleCommands.compactMap { $0.words.first.map { String($0) } }).sorted()
  }
}

/// What a command line asks for.
package enum Request: Sendable {
  case run(CommandSpec, ParsedArguments)

  /// The help of something. The arguments hold common options only.
  case help(HelpTopic, ParsedArguments)

  /// The version. The arguments hold common options only.
  case version(ParsedArguments)
}

/// What help can be about.
package enum HelpTopic: Sendable {
  case tool
  case family(CommandFamily)
  case command(CommandSpec)
}

extension ToolSpec {
  /// Reads a command line.
  ///
  /// - Parameter arguments: The words after the tool's name.
  /// - Returns: What it asks for. Values are read only when they are asked of it.
  /// - Throws: ``UsageError`` when it does not fit what the commands declare.
  package func parse(_ arguments: [ByteString]) throws(UsageError) -> Request {
    var scanner = ArgumentScanner(arguments)
    let common = CommonOptions.all + [CommonOptions.version.parameter]
    guard let word = try scanner.nextWord(among: .init(common)) else {
      let given = ParsedArguments(declared: common, values: scanner.values, separator: nil)
      if given[CommonOptions.help] { return .help(.tool, given) }
      if given[CommonOptions.version] { return .version(given) }
      throw .missingCommand
    }
    if let name = word.text, let family = family(name) {
      return try parseVerb(of: family, &scanner)
    }
    guard let spec = commands.first(where: { $0.name == word.text && $0.words.count == 1 }) else {
      throw .unknownCommand(
        word, suggestions: Suggestion.nearest(to: word, among: firstWords))
    }
    return try parse(spec, &scanner)
  }

  private func parseVerb(
    of family: CommandFamily, _ scanner: inout ArgumentScanner
  ) throws(UsageError) -> Request {
    let verbs = verbs(of: family).compactMap { $0.words.last.map { String($0) } }
    guard let word = try scanner.nextWord(among: .init(CommonOptions.all)) else {
      if scanner.values[CommonOptions.help.parameter.key] != nil {
        return .help(
          .family(family),
          ParsedArguments(declared: CommonOptions.all, values: scanner.values, separator: nil))
      }
      guard let verb = family.fallback, let spec = command("\(family.name) \(verb)") else {
        throw .missingVerb(family: family.name, verbs: verbs)
      }
      return try parse(spec, &scanner)
    }
    guard let verb = word.text, let spec = command("\(family.name) \(verb)") else {
      throw .unknownVerb(
        word, family: family.name, verbs: verbs,
        suggestions: Suggestion.nearest(to: word, among: verbs).map { "\(family.name) \($0)" })
    }
    return try parse(spec, &scanner)
  }

  private func parse(
    _ spec: CommandSpec, _ scanner: inout ArgumentScanner
  ) throws(UsageError) -> Request {
    let parameters = CommonOptions.all + spec.parameters
    let options = ArgumentScanner.Options(parameters)
    var operands: [ByteString] = []
    while let word = try scanner.nextWord(among: options) { operands.append(word) }
    let trailing = scanner.wordsAfterSeparator()
    let separator = trailing.map { _ in operands.count }
    var values = scanner.values
    if values[CommonOptions.help.parameter.key] != nil {
      return .help(
        .command(spec),
        ParsedArguments(declared: CommonOptions.all, values: values, separator: separator))
    }
    if let invocation = spec.parameters.first(where: { $0.kind == .invocation }) {
      values[invocation.key] = trailing
    } else {
      operands += trailing ?? []
    }
    values.merge(try OperandDistribution.values(of: operands, among: spec.parameters)) { $1 }
    return .run(
      spec, ParsedArguments(declared: parameters, values: values, separator: separator))
  }
}
