package import Primitives

/// What a command line gave to a command, asked for by declaration.
///
/// Asking for a parameter that the command does not declare is a bug and traps.
package struct ParsedArguments: Sendable {
  /// The parameters that may be asked for, by ``Parameter/key``.
  private let declared: [String: Parameter]
  private let values: [String: [ByteString]]

  /// How many operands stood before `--`, or `nil` when there was none.
  ///
  /// What follows `--` is never an option, and for a command that takes revisions and paths it is
  /// never a revision.
  package let separator: Int?

  init(declared: [Parameter], values: [String: [ByteString]], separator: Int?) {
    self.declared = Dictionary(declared.map { ($0.key, $0) }) { first, _ in first }
    self.values = values
    self.separator = separator
  }

  /// Whether the flag was given.
  package subscript(flag: Flag) -> Bool { isGiven(flag) }

  /// The option's value or values.
  package subscript<Value>(option: Option<Value>) -> Value {
    get throws(UsageError) { try option.value(words(of: option.parameter), option.parameter) }
  }

  /// The operand's word or words.
  package subscript<Value>(operand: Operand<Value>) -> Value {
    get throws(UsageError) { try operand.value(words(of: operand.parameter), operand.parameter) }
  }

  /// The words after `--`, or `nil` when there was no `--`.
  package subscript(invocation: Invocation) -> [ByteString]? {
    isGiven(invocation) ? words(of: invocation.parameter) : nil
  }

  /// Whether the parameter stood on the command line, with whatever value.
  package func isGiven(_ declaration: some ParameterDeclaration) -> Bool {
    checkDeclared(declaration.parameter)
    return values[declaration.parameter.key] != nil
  }

  /// Refuses parameters that exclude each other.
  ///
  /// - Throws: ``UsageError/conflict(_:_:)`` when two of them were given.
  package func refuseTogether(_ declarations: any ParameterDeclaration...) throws(UsageError) {
    let given = declarations.map(\.parameter).filter { values[$0.key] != nil }
    if given.count > 1 { throw .conflict(given[0].spelling, given[1].spelling) }
  }

  private func words(of parameter: Parameter) -> [ByteString] {
    checkDeclared(parameter)
    return values[parameter.key] ?? []
  }

  private func checkDeclared(_ parameter: Parameter) {
    precondition(
      declared[parameter.key] == parameter,
      "\(parameter.spelling) is asked for, and not among the command's parameters")
  }
}
