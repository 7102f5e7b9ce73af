/// One thing that a command accepts, with its type forgotten: what parsing and help need of it.
package struct Parameter: Hashable, Sendable {
  /// How a parameter is written on the command line.
  package enum Kind: Hashable, Sendable {
    /// `--name`: there or not.
    case flag
    /// `--name VALUE`. A repeated one keeps all its values, any other the last.
    case option(isRepeated: Bool)
    /// A word in its place. `maximum` is `nil` where any number may follow.
    case operand(minimum: Int, maximum: Int?)
    /// Everything after `--`, untouched.
    case invocation
  }

  package let kind: Kind

  /// The long name without dashes (`dry-run`), or `nil` for an option that has only a letter.
  ///
  /// For operands, the word that stands for it in help (`PATH`).
  package let name: String?

  /// The letter after one dash, or `nil`.
  package let short: Character?

  /// The word that stands for an option's value in help: `NAME`.
  package let placeholder: String?

  /// One line that says what it is for: a label without a full stop.
  package let help: String

  /// The value taken when none is given, as it would be written, or `nil`.
  package let fallback: String?

  /// What a shell may suggest as its value.
  package let completion: Completion

  /// Whether help and completions leave it out.
  package let isHidden: Bool

  /// What tells it from the other parameters of a command.
  var key: String { name ?? short.map { String($0) } ?? "" }

  /// How messages call it: `--remote`, `-C`, `PATH`.
  package var spelling: String {
    switch kind {
    case .operand, .invocation: name ?? ""
    case .flag, .option: name.map { "--\($0)" } ?? short.map { "-\($0)" } ?? ""
    }
  }

  /// Whether it is written with dashes.
  package var isNamed: Bool {
    switch kind {
    case .flag, .option: true
    case .operand, .invocation: false
    }
  }

  /// Whether a word must follow its name.
  package var takesValue: Bool {
    if case .option = kind { return true }
    return false
  }
}

/// What a shell may suggest for a value.
package enum Completion: Hashable, Sendable {
  /// Nothing that could be known.
  case nothing
  case files
  case directories
  case choices([String])
  /// Branches and tags of the git repository.
  case revisions
  /// Names of remotes, which `shale remote list --quiet` prints.
  case remotes
  /// The tool's own commands.
  case commands
}

/// A declaration that a ``CommandSpec`` lists: ``Flag``, ``Option``, ``Operand``, ``Invocation``.
package protocol ParameterDeclaration: Sendable {
  /// The declaration without its type.
  var parameter: Parameter { get }
}
