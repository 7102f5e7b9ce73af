package import Arguments

extension CommandFailure {
  /// Explains a command line that does not fit.
  ///
  /// - Parameters:
  ///   - error: What does not fit.
  ///   - command: The command it was meant for, if that is known.
  package init(_ error: UsageError, command: String? = nil) {
    let id =
      switch error {
      case .missingCommand, .missingVerb: "command-missing"
      case .unknownCommand, .unknownVerb: "command-unknown"
      case .unknownOption: "option-unknown"
      case .missingValue: "value-missing"
      case .unexpectedValue: "value-unexpected"
      case .invalidValue: "value-invalid"
      case .missingOperand: "argument-missing"
      case .unexpectedOperand: "argument-unexpected"
      case .conflict: "options-conflict"
      case .incomplete: "option-incomplete"
      }
    let suggestions = error.suggestions.map { "`\($0)`" }
    let meant =
      suggestions.isEmpty ? [] : ["Did you mean \(suggestions.joined(separator: " or "))?"]
    let help =
      command.map { "Run `shale help \($0)` to see its arguments" }
      ?? "Run `shale help` to see all commands"
    self.init(.usage, id: id, error.description, hints: meant + [help])
  }
}
