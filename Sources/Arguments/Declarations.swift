internal import Primitives

/// A parameter that is there or not: `--dry-run`.
package struct Flag: ParameterDeclaration {
  package let parameter: Parameter

  /// Declares a flag.
  ///
  /// - Parameters:
  ///   - name: The long name, without dashes.
  ///   - short: The letter after one dash. `h`, `q`, `v` and `C` are taken for every command.
  ///   - help: A label without a full stop.
  ///   - isHidden: Whether help leaves it out.
  package init(
    _ name: String, short: Character? = nil, help: String, isHidden: Bool = false
  ) {
    parameter = Parameter(
      kind: .flag, name: name, short: short, placeholder: nil, help: help, fallback: nil,
      completion: .nothing, isHidden: isHidden)
  }
}

/// A parameter with a value: `--remote NAME`, `--remote=NAME`, `-r NAME`, `-rNAME`.
///
/// `Value` says how often it may be given: `Option<Int>` has a default, `Option<Int?>` may be
/// absent, and `Option<[Int]>` keeps the values of every time it was given.
package struct Option<Value: Sendable>: ParameterDeclaration {
  package let parameter: Parameter
  let value: @Sendable (_ words: [ByteString], _ of: Parameter) throws(UsageError) -> Value

  /// Declares an option with a default.
  ///
  /// - Parameters:
  ///   - name: The long name, without dashes.
  ///   - short: The letter after one dash. `h`, `q`, `v` and `C` are taken for every command.
  ///   - placeholder: The word that stands for the value in help: `NAME`.
  ///   - fallback: What is taken when the option is not given.
  ///   - help: A label without a full stop.
  ///   - completion: What shells suggest; by default the choices that the type lists.
  package init(
    _ name: String, short: Character? = nil, value placeholder: String, default fallback: Value,
    help: String, completion: Completion? = nil
  ) where Value: ArgumentValue {
    parameter = Parameter(
      kind: .option(isRepeated: false), name: name, short: short, placeholder: placeholder,
      help: help, fallback: fallback.argumentText, completion: completion ?? .of(Value.self),
      isHidden: false)
    value = { words, parameter throws(UsageError) in
      try words.last.map { word throws(UsageError) in try read(word, of: parameter) } ?? fallback
    }
  }

  /// Declares an option that may be absent.
  ///
  /// - Parameters:
  ///   - name: The long name, without dashes; `nil` for an option that has only a letter.
  ///   - short: The letter after one dash. `h`, `q`, `v` and `C` are taken for every command.
  ///   - placeholder: The word that stands for the value in help: `NAME`.
  ///   - help: A label without a full stop.
  ///   - completion: What shells suggest; by default the choices that the type lists.
  package init<Wrapped: ArgumentValue>(
    _ name: String?, short: Character? = nil, value placeholder: String, help: String,
    completion: Completion? = nil
  ) where Value == Wrapped? {
    parameter = Parameter(
      kind: .option(isRepeated: false), name: name, short: short, placeholder: placeholder,
      help: help, fallback: nil, completion: completion ?? .of(Wrapped.self), isHidden: false)
    value = { words, parameter throws(UsageError) in
      try words.last.map { word throws(UsageError) in try read(word, of: parameter) }
    }
  }

  /// Declares an option that may be given many times; its values come in the order given.
  ///
  /// - Parameters:
  ///   - name: The long name, without dashes; `nil` for an option that has only a letter.
  ///   - short: The letter after one dash. `h`, `q`, `v` and `C` are taken for every command.
  ///   - placeholder: The word that stands for one value in help: `NAME`.
  ///   - help: A label without a full stop.
  ///   - completion: What shells suggest; by default the choices that the type lists.
  package init<Element: ArgumentValue>(
    _ name: String?, short: Character? = nil, value placeholder: String, help: String,
    completion: Completion? = nil
  ) where Value == [Element] {
    parameter = Parameter(
      kind: .option(isRepeated: true), name: name, short: short, placeholder: placeholder,
      help: help, fallback: nil, completion: completion ?? .of(Element.self), isHidden: false)
    value = { words, parameter throws(UsageError) in
      try words.map { word throws(UsageError) in try read(word, of: parameter) }
    }
  }
}

/// A word in its place: `PATH`.
///
/// `Value` says how many: `Operand<ByteString>` takes one word, `Operand<ByteString?>` one or
/// none, and `Operand<[ByteString]>` any number. One declaration of a command may take any number.
package struct Operand<Value: Sendable>: ParameterDeclaration {
  package let parameter: Parameter
  let value: @Sendable (_ words: [ByteString], _ of: Parameter) throws(UsageError) -> Value

  /// Declares a word that must be given.
  package init(
    _ name: String, help: String, completion: Completion? = nil
  ) where Value: ArgumentValue {
    parameter = Self.parameter(
      name, 1, 1, help: help, completion: completion ?? .of(Value.self))
    value = { words, parameter throws(UsageError) in
      guard let word = words.first else { throw .missingOperand(name) }
      return try read(word, of: parameter)
    }
  }

  /// Declares a word that may be left out.
  package init<Wrapped: ArgumentValue>(
    _ name: String, help: String, completion: Completion? = nil
  ) where Value == Wrapped? {
    parameter = Self.parameter(
      name, 0, 1, help: help, completion: completion ?? .of(Wrapped.self))
    value = { words, parameter throws(UsageError) in
      try words.first.map { word throws(UsageError) in try read(word, of: parameter) }
    }
  }

  /// Declares a row of words, at least `minimum` of them.
  package init<Element: ArgumentValue>(
    _ name: String, atLeast minimum: Int = 0, help: String, completion: Completion? = nil
  ) where Value == [Element] {
    parameter = Self.parameter(
      name, minimum, nil, help: help, completion: completion ?? .of(Element.self))
    value = { words, parameter throws(UsageError) in
      try words.map { word throws(UsageError) in try read(word, of: parameter) }
    }
  }

  private static func parameter(
    _ name: String, _ minimum: Int, _ maximum: Int?, help: String, completion: Completion
  ) -> Parameter {
    Parameter(
      kind: .operand(minimum: minimum, maximum: maximum), name: name, short: nil,
      placeholder: nil, help: help, fallback: nil, completion: completion, isHidden: false)
  }
}

/// The words after `--`, untouched: the command line of another program.
///
/// A command that declares one gets none of those words as operands.
package struct Invocation: ParameterDeclaration {
  package let parameter: Parameter

  /// Declares the words after `--`; `name` stands for them in help.
  package init(_ name: String, help: String) {
    parameter = Parameter(
      kind: .invocation, name: name, short: nil, placeholder: nil, help: help, fallback: nil,
      completion: .files, isHidden: false)
  }
}

extension Completion {
  /// The choices of a type that lists them.
  fileprivate static func of<Value: ArgumentValue>(_: Value.Type) -> Self {
    Value.choices.isEmpty ? .nothing : .choices(Value.choices)
  }
}

/// Reads one word as a value, or says which parameter it does not fit and what would.
private func read<Value: ArgumentValue>(
  _ word: ByteString, of parameter: Parameter
) throws(UsageError) -> Value {
  guard let value = Value(argument: word) else {
    throw .invalidValue(word, of: parameter.spelling, expected: Value.expectation)
  }
  return value
}
