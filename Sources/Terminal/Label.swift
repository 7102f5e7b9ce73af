/// What a piece of text means.
///
/// How it looks is decided in one place: ``Palette``.
package enum Label: CaseIterable, Hashable, Sendable {
  /// A file, directory or pointer of the user.
  case path
  /// The name of an object: a hash.
  case objectID
  /// The id of a git commit.
  case commit
  /// A branch, tag or other name of a commit.
  case reference
  /// The name of a remote.
  case remote
  /// A size, count or time that the eye should find.
  case number

  // What happened to a path.
  case added
  case removed
  case modified
  case renamed
  /// Tracked, and not in the workspace.
  case absent
  /// The pointer has moved on, and the data has not.
  case behind
  /// Data and pointer have both changed.
  case conflict

  /// It went well.
  case success
  case warning
  case error
  case hint
  /// What would be typed: a command or an option.
  case command
  case heading
  /// Worth less attention than the rest.
  case faint
}

/// Turns labels into the colours of a terminal, or into nothing.
package enum Palette: Sendable {
  /// No colours: for files, pipes, `NO_COLOR` and dumb terminals.
  case plain
  /// The sixteen colours that every terminal has, as its user chose them.
  case colors

  /// The parameters of `ESC [ … m` that begin a label, or `nil` where it looks like all text.
  func code(for label: Label) -> String? {
    guard case .colors = self else { return nil }
    return switch label {
    case .path, .number: nil
    case .objectID, .commit: "33"
    case .reference, .remote, .command: "36"
    case .added, .success: "32"
    case .removed, .absent: "31"
    case .modified, .behind: "34"
    case .renamed, .hint: "36"
    case .conflict, .error: "1;31"
    case .warning: "1;33"
    case .heading: "1"
    case .faint: "2"
    }
  }
}
