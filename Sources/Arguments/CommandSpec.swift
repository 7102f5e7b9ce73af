/// Everything a command says about itself: parsing, help, man pages, completions and the
/// reference are derived from it.
package struct CommandSpec: Sendable {
  /// The words that call it, without the tool's: `push`, `remote add`.
  package let name: String

  /// One line: a label without a full stop, beginning with a verb.
  package let summary: String

  /// Paragraphs, separated by empty lines.
  ///
  /// Text in backticks is what would be typed.
  package let discussion: String

  /// What it accepts besides the options that every command has, in the order of help.
  package let parameters: [Parameter]

  /// The synopsis after the name, where it cannot be derived: one line for each form.
  package let usage: [String]

  package let examples: [Example]

  /// The keys of the `result` that it prints under `--json`.
  package let result: [ResultKey]

  /// The exit statuses it can end with besides those that every command can.
  package let statuses: [DocumentedStatus]

  /// Names of commands that a reader may want to know about.
  package let related: [String]

  /// Whether help and completions leave it out.
  package let isHidden: Bool

  /// Declares a command.
  ///
  /// - Parameters:
  ///   - name: The words that call it: `push`, `remote add`.
  ///   - summary: A label without a full stop, beginning with a verb.
  ///   - discussion: Sentences, in paragraphs separated by empty lines.
  ///   - parameters: What it accepts, in the order of help.
  ///   - usage: The synopsis after the name, where it cannot be derived.
  ///   - examples: At least one for every command that is not hidden. A test parses them.
  ///   - result: The keys of the `result` that it prints under `--json`. A test compares them.
  ///   - statuses: The exit statuses besides done, failed, usage and interrupted.
  ///   - related: Names of commands to see also.
  ///   - isHidden: Whether help leaves it out.
  package init(
    _ name: String, summary: String, discussion: String,
    parameters: [any ParameterDeclaration] = [], usage: [String] = [], examples: [Example],
    result: [ResultKey] = [], statuses: [DocumentedStatus] = [], related: [String] = [],
    isHidden: Bool = false
  ) {
    self.name = name
    self.summary = summary
    self.discussion = discussion
    self.parameters = parameters.map(\.parameter)
    self.usage = usage
    self.examples = examples
    self.result = result
    self.statuses = statuses
    self.related = related
    self.isHidden = isHidden
  }

  /// The words of the name: two for a verb of a family.
  var words: [Substring] { name.split(separator: " ") }

  var operands: [Parameter] { parameters.filter { !$0.isNamed } }
}

/// A command line worth showing.
package struct Example: Hashable, Sendable {
  /// What would be typed, beginning with the tool's name.
  package let line: String

  /// What it does: a label without a full stop.
  package let meaning: String

  package init(_ line: String, _ meaning: String) {
    self.line = line
    self.meaning = meaning
  }
}

/// An exit status and what it means, for help.
package struct DocumentedStatus: Hashable, Sendable {
  /// The number, from 0 to 255.
  package let code: UInt8

  /// A label without a full stop.
  package let meaning: String

  package init(code: UInt8, meaning: String) {
    self.code = code
    self.meaning = meaning
  }
}

/// Commands that share their first word: `remote add`, `remote list`.
package struct CommandFamily: Hashable, Sendable {
  package let name: String
  package let summary: String

  /// The verb meant when none is given, such as `list`, or `nil` where one must be given.
  package let fallback: String?

  package init(_ name: String, summary: String, fallback: String? = nil) {
    self.name = name
    self.summary = summary
    self.fallback = fallback
  }
}
