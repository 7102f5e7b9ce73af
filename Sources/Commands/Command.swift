package import Arguments
package import Terminal

/// One verb of the tool: a declaration, and what it does.
///
/// A command is made from a command line that was parsed by its ``spec``, so it holds checked
/// values only. It prints nothing: it returns what it found out, or throws why it could not.
package protocol Command: Sendable {
  /// What a run that went well, or nearly, has to say.
  associatedtype Outcome: Report

  /// What it accepts, and everything that help tells about it.
  static var spec: CommandSpec { get }

  /// Whether it runs a program of the user's in the foreground.
  ///
  /// Standard output is then that program's, so that the report goes to standard error, and 125
  /// says that Shale itself failed.
  static var isWrapper: Bool { get }

  /// Whether its answer is one to read through, so that a long one goes through a pager.
  static var isPaged: Bool { get }

  /// Whether data has to follow pointers first that git alone has moved: for what looks at the data
  /// of the worktree.
  static var followsPointers: Bool { get }

  /// Takes the values it needs from the command line.
  ///
  /// - Throws: ``UsageError`` when a value cannot be read, or values do not go together.
  init(_ arguments: ParsedArguments) throws(UsageError)

  /// Does the work.
  ///
  /// - Throws: ``CommandFailure`` when it could not be done.
  func run(in context: CommandContext) throws(CommandFailure) -> Outcome
}

extension Command {
  package static var isWrapper: Bool { false }
  package static var isPaged: Bool { false }
  package static var followsPointers: Bool { false }
}

/// What a command has to say: as values for programs, as text for people.
///
/// Its encoding is the `result` of the JSON that `--json` prints, and its keys are a promise:
/// camel case, sizes in bytes, times as RFC 3339, paths as git shows them.
package protocol Report: Encodable, Sendable {
  /// Writes it for a person.
  func write(to text: inout StyledText)

  /// The exit status, where nothing failed: ``ExitStatus/done`` unless the report says otherwise.
  var status: ExitStatus { get }

  /// What kept the command from doing all of it: told after the report, and decides the status.
  var failure: CommandFailure? { get }

  /// Whether it only confirms that the command did as told, so that `--quiet` leaves it out.
  var isConfirmation: Bool { get }
}

extension Report {
  package var status: ExitStatus { .done }
  package var failure: CommandFailure? { nil }
  package var isConfirmation: Bool { false }
}
