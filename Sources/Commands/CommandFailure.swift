/// Why a command did not do what it was asked, and what can be done about it.
///
/// Made from the errors of libraries in `CommandFailure+<Error>.swift`, one file for each: the
/// error has the facts and the sentence, the failure adds the kind and the advice.
package struct CommandFailure: Error, Hashable {
  /// What sort of failure it is: this decides the exit status.
  package enum Kind: CaseIterable, Hashable, Sendable {
    /// It failed, or was refused.
    case refused
    /// The command line or the configuration is wrong.
    case usage
    /// A gate or policy said no.
    case denied
    /// Data is damaged or was tampered with.
    case damaged
    /// Objects are missing; everything else was done.
    case missing
    /// Something else holds what is needed.
    case tryAgain

    /// The exit status of such a failure.
    package var status: ExitStatus {
      switch self {
      case .refused: .failed
      case .usage: .usage
      case .denied: .denied
      case .damaged: .damaged
      case .missing: .missing
      case .tryAgain: .tryAgain
      }
    }
  }

  package let kind: Kind

  /// A name that stays the same between versions, for programs: `object-missing`.
  package let id: String

  /// A sentence: subject first, paths in single quotes, no full stop at the end.
  package let message: String

  /// What to do, in the imperative, with commands in backticks.
  package let hints: [String]

  /// Makes a failure.
  ///
  /// - Parameters:
  ///   - kind: Decides the exit status.
  ///   - id: Lower-case words joined by dashes.
  ///   - message: A sentence without a full stop, most often the description of an error.
  ///   - hints: What to do, the likeliest first.
  package init(_ kind: Kind, id: String, _ message: String, hints: [String] = []) {
    self.kind = kind
    self.id = id
    self.message = message
    self.hints = hints
  }
}

extension CommandFailure: CustomStringConvertible {
  package var description: String { message }
}

/// Something that the user should know of, though the work goes on.
package struct Warning: Hashable, Sendable {
  /// A name that stays the same between versions, for programs: `large-file`.
  package let id: String

  /// A sentence: subject first, paths in single quotes, no full stop at the end.
  package let message: String

  /// What to do, in the imperative, with commands in backticks.
  package let hints: [String]

  package init(id: String, _ message: String, hints: [String] = []) {
    self.id = id
    self.message = message
    self.hints = hints
  }
}
