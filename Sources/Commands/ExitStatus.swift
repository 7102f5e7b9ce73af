package import Arguments

/// How the process ends, as `docs/exit-status.md` promises it.
package struct ExitStatus: Hashable, Sendable {
  /// The number, from 0 to 255.
  package let code: UInt8

  /// Makes a status that is not Shale's own: that of a program which was run for the user.
  package init(passingOn code: UInt8) {
    self.code = code
  }

  private init(_ code: UInt8) {
    self.code = code
  }

  /// Done, yes, identical.
  package static let done = Self(0)
  /// Failed or refused: nothing was changed, or what was changed is said.
  package static let failed = Self(1)
  /// Wrong usage or configuration.
  package static let usage = Self(2)
  /// A gate or policy said no.
  package static let denied = Self(3)
  /// Data is damaged or was tampered with.
  package static let damaged = Self(4)
  /// Objects are missing; everything else was done.
  package static let missing = Self(5)
  /// Compared, and different.
  package static let different = Self(6)
  /// Nothing changed, where that was the question.
  package static let nothingChanged = Self(10)
  /// Try again later: something else holds what is needed.
  package static let tryAgain = Self(75)
  /// Shale itself failed, where the status is that of another program.
  package static let wrapperFailed = Self(125)
  /// The program of the user's cannot be executed.
  package static let notExecutable = Self(126)
  /// The program of the user's was not found.
  package static let programNotFound = Self(127)
  /// Interrupted by the user.
  package static let interrupted = Self(130)
}

/// The words of `docs/exit-status.md`, for the help of commands.
extension DocumentedStatus {
  package static let done = Self(.done, "Done, yes, identical")
  package static let failed = Self(.failed, "Failed or refused")
  package static let usage = Self(.usage, "Wrong usage or configuration")
  package static let denied = Self(.denied, "A gate or policy said no")
  package static let damaged = Self(.damaged, "Data is damaged or was tampered with")
  package static let missing = Self(.missing, "Objects are missing; everything else was done")
  package static let different = Self(.different, "Compared, and different")
  package static let nothingChanged = Self(.nothingChanged, "Nothing changed")
  package static let tryAgain = Self(.tryAgain, "Try again later: something holds what is needed")
  package static let interrupted = Self(.interrupted, "Interrupted")
  package static let wrapperFailed = Self(.wrapperFailed, "Shale itself failed")
  package static let notExecutable = Self(.notExecutable, "The program cannot be executed")
  package static let programNotFound = Self(.programNotFound, "The program was not found")

  /// What every command can end with.
  package static let common: [Self] = [.done, .failed, .usage, .interrupted]

  /// What some commands can end with, and then say so.
  package static let special: [Self] = [
    .denied, .damaged, .missing, .different, .nothingChanged, .tryAgain, .wrapperFailed,
    .notExecutable, .programNotFound,
  ]

  private init(_ status: ExitStatus, _ meaning: String) {
    self.init(code: status.code, meaning: meaning)
  }
}
