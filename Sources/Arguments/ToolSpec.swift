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
  /// What `help` with these words is about: the tool when there are none.
  ///
  /// - Parameter words: The name of a command or family, in one word or two.
  /// - Returns: The topic.
  /// - Throws: ``UsageError`` when there is no such command.
  package func topic(_ words: [ByteString]) throws(UsageError) -> HelpTopic {
    guard let first = words.first else { return .tool }
    if words.count > 2 { throw .unexpectedOperand(words[2]) }
    guard let name = first.text, let family = family(name) else {
      if words.count > 1 { throw .unexpectedOperand(words[1]) }
      return .command(try plainCommand(first))
    }
    return words.count == 1 ? .family(family) : .command(try command(words[1], of: family))
  }

  /// Reads a command line.
  ///
  /// - Parameter arguments: The words after the tool's name.
  /// - Returns: What it asks for. Values are read only when they are asked of it.
  /// - Throws: ``CommandLineError`` when it does not fit what the commands declare.
  package func parse(_ arguments: [ByteString]) throws(CommandLineError) -> Request {
    var scanner = ArgumentScanner(arguments)
    let target: Target
    do {
      target = try self.target(&scanner)
    } catch {
      throw CommandLineError(error)
    }
    switch target {
    case .request(let request): return request
    case .command(let spec):
      do {
        return try parse(spec, &scanner)
      } catch {
        throw CommandLineError(error, command: spec.name)
      }
    }
  }

  /// What the first words ask for: a command whose own words are still to be read, or all of it.
  private enum Target {
    case command(CommandSpec)
    case request(Request)
  }

  private func target(_ scanner: inout ArgumentScanner) throws(UsageError) -> Target {
    let common = CommonOptions.all + [CommonOptions.version.parameter]
    guard let word = try scanner.nextWord(among: .init(common)) else {
      let given = ParsedArguments(declared: common, values: scanner.values, separator: nil)
      if given[CommonOptions.help] { return .request(.help(.tool, given)) }
      if given[CommonOptions.version] { return .request(.version(given)) }
      throw .missingCommand
    }
    guard let name = word.text, let family = family(name) else {
      return .command(try plainCommand(word))
    }
    let meant = family.fallback.flatMap { command("\(family.name) \($0)") }
    let options = CommonOptions.all + (meant?.parameters ?? [])
    if let verb = try scanner.nextWord(among: .init(options)) {
      let spec = try command(verb, of: family)
      // An option before the verb belongs to the verb that is meant without one.
      if let early = scanner.optionGiven(besides: CommonOptions.all + spec.parameters) {
        throw .unknownOption(early, cluster: nil, suggestions: [])
      }
      return .command(spec)
    }
    if scanner.values[CommonOptions.help.parameter.key] != nil {
      let given = ParsedArguments(
        declared: CommonOptions.all, values: scanner.values, separator: nil)
      return .request(.help(.family(family), given))
    }
    guard let meant else {
      throw .missingVerb(family: family.name, verbs: verbNames(of: family))
    }
    return .command(meant)
  }

  /// The command of one word.
  private func plainCommand(_ word: ByteString) throws(UsageError) -> CommandSpec {
    guard let name = word.text, let spec = command(name), spec.words.count == 1 else {
      throw .unknownCommand(
        word,
        suggestions: Suggestion.nearest(to: word, among: firstWords).map { "\(self.name) \($0)" })
    }
    return spec
  }

  /// The command of a family that a verb names.
  private func command(
    _ word: ByteString, of family: CommandFamily
  ) throws(UsageError) -> CommandSpec {
    guard let verb = word.text, let spec = command("\(family.name) \(verb)") else {
      let verbs = verbNames(of: family)
      throw .unknownVerb(
        word, family: family.name, verbs: verbs,
        suggestions: Suggestion.nearest(to: word, among: verbs).map {
          "\(name) \(family.name) \($0)"
        })
    }
    return spec
  }

  private func verbNames(of family: CommandFamily) -> [String] {
    verbs(of: family).compactMap { $0.words.last.map { String($0) } }
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
