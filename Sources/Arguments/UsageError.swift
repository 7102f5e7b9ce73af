package import Primitives

/// A command line that does not fit what the command declares.
package enum UsageError: Error, Hashable {
  /// No command was named.
  case missingCommand

  /// There is no such command. `suggestions` are names that look like it, the likeliest first.
  case unknownCommand(ByteString, suggestions: [String])

  /// The family's name was given without a verb.
  case missingVerb(family: String, verbs: [String])

  /// The family has no such verb.
  case unknownVerb(ByteString, family: String, verbs: [String], suggestions: [String])

  /// The command has no such option. `cluster` is the word that it stands in, if not alone.
  case unknownOption(ByteString, cluster: ByteString?, suggestions: [String])

  /// The command line ends where the option's value should be.
  case missingValue(option: String, placeholder: String)

  /// A flag was given with `=` and a value.
  case unexpectedValue(ByteString, flag: String)

  /// The word cannot be read as what the parameter takes.
  case invalidValue(ByteString, of: String, expected: String)

  /// A word that must be there is not.
  case missingOperand(String)

  /// A word too many.
  case unexpectedOperand(ByteString)

  /// Two parameters that exclude each other were given.
  case conflict(String, String)

  /// The first parameter makes sense only with the second.
  case incomplete(String, needs: String)
}

/// Where a command line does not fit.
package struct CommandLineError: Error, Hashable {
  package let reason: UsageError

  /// The command that was asked for, or `nil` when it did not come to that.
  package let command: String?

  init(_ reason: UsageError, command: String? = nil) {
    self.reason = reason
    self.command = command
  }
}

extension UsageError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .missingCommand:
      "No command is given"
    case .unknownCommand(let name, _):
      "'\(name)' is not a command"
    case .missingVerb(let family, let verbs):
      "'\(family)' needs one of \(listed(verbs, joinedBy: "and")) after it"
    case .unknownVerb(let verb, let family, let verbs, _):
      "'\(verb)' is not a command of '\(family)', which has \(listed(verbs, joinedBy: "and"))"
    case .unknownOption(let option, let cluster?, _):
      "Option '\(option)' in '\(cluster)' does not exist here"
    case .unknownOption(let option, nil, _):
      "Option '\(option)' does not exist here"
    case .missingValue(let option, let placeholder):
      "Option \(option) needs a value: \(option) \(placeholder)"
    case .unexpectedValue(let value, let flag):
      "Option \(flag) takes no value, and was given '\(value)'"
    case .invalidValue(let word, let parameter, let expectation):
      "'\(word)' is not a value for \(parameter): expected \(expectation)"
    case .missingOperand(let name):
      "\(name) is missing"
    case .unexpectedOperand(let word):
      "'\(word)' is one argument too many"
    case .conflict(let first, let second):
      "\(first) and \(second) cannot be given together"
    case .incomplete(let first, let second):
      "\(first) makes sense only with \(second)"
    }
  }

  /// What was probably meant, the likeliest first; empty where nothing comes near.
  package var suggestions: [String] {
    switch self {
    case .unknownCommand(_, let suggestions), .unknownOption(_, _, let suggestions),
      .unknownVerb(_, _, _, let suggestions):
      suggestions
    default: []
    }
  }
}
