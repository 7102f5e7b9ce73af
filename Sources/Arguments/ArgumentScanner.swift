internal import Primitives

/// Takes a command line apart word by word, GNU style.
struct ArgumentScanner {
  private let arguments: [ByteString]
  private var position = 0

  /// What was given so far, by ``Parameter/key``.
  ///
  /// A flag has an empty list.
  private(set) var values: [String: [ByteString]] = [:]

  init(_ arguments: [ByteString]) {
    self.arguments = arguments
  }

  /// Reads options up to the next word that is none.
  ///
  /// - Parameter options: The options that may stand here.
  /// - Returns: That word, or `nil` at the end of the line or at `--`.
  /// - Throws: ``UsageError`` for an option that does not stand in `options` or lacks its value.
  mutating func nextWord(among options: Options) throws(UsageError) -> ByteString? {
    while position < arguments.count {
      let argument = arguments[position]
      if argument == "--" { return nil }
      position += 1
      if argument.bytes.starts(with: "--".utf8) {
        try readLong(argument, options)
      } else if argument.bytes.first == UInt8(ascii: "-"), argument.count > 1 {
        try readCluster(argument, options)
      } else {
        return argument
      }
    }
    return nil
  }

  /// The words after `--`, or `nil` when the scanner does not stand at one.
  mutating func wordsAfterSeparator() -> [ByteString]? {
    guard position < arguments.count, arguments[position] == "--" else { return nil }
    defer { position = arguments.count }
    return Array(arguments[(position + 1)...])
  }

  /// An option that was given and is none of `parameters`, as it is spelt.
  func optionGiven(besides parameters: [Parameter]) -> ByteString? {
    let strangers = Set(values.keys).subtracting(parameters.map(\.key))
    return strangers.min().map { ByteString($0.count > 1 ? "--\($0)" : "-\($0)") }
  }

  /// Reads `--name`, `--name=value` or `--name` and the next word.
  private mutating func readLong(_ argument: ByteString, _ options: Options) throws(UsageError) {
    let body = argument.bytes.dropFirst(2)
    let end = body.firstIndex(of: UInt8(ascii: "=")) ?? body.endIndex
    let name = ByteString(body[..<end])
    guard let text = name.text, let parameter = options.long[text] else {
      throw .unknownOption(
        ByteString("--".utf8 + name.bytes), cluster: nil,
        suggestions: Suggestion.nearest(to: name, among: options.names).map { "--\($0)" })
    }
    if end == body.endIndex {
      try read(parameter, as: parameter.spelling)
    } else {
      let value = ByteString(body[(end + 1)...])
      guard parameter.takesValue else {
        throw .unexpectedValue(value, flag: parameter.spelling)
      }
      keep(value, of: parameter)
    }
  }

  /// Reads `-a`, `-abc`, `-nVALUE` or `-n` and the next word.
  private mutating func readCluster(
    _ argument: ByteString, _ options: Options
  ) throws(UsageError) {
    var rest = argument.bytes.dropFirst()
    while let letter = rest.popFirst() {
      let spelling = ByteString([UInt8(ascii: "-"), letter])
      guard let parameter = options.short[letter] else {
        // A whole word after one dash is more often a long option than a row of letters.
        let word = ByteString(argument.bytes.dropFirst())
        throw .unknownOption(
          letter < 0x80 ? spelling : argument, cluster: argument.count == 2 ? nil : argument,
          suggestions: word.count < 3
            ? [] : Suggestion.nearest(to: word, among: options.names).map { "--\($0)" })
      }
      if parameter.takesValue, !rest.isEmpty {
        keep(ByteString(rest), of: parameter)
        return
      }
      try read(parameter, as: spelling.description)
    }
  }

  /// Takes a parameter that has been named, with the next word as its value if it needs one.
  private mutating func read(_ parameter: Parameter, as spelling: String) throws(UsageError) {
    guard parameter.takesValue else {
      values[parameter.key] = []
      return
    }
    guard position < arguments.count else {
      throw .missingValue(option: spelling, placeholder: parameter.placeholder ?? "")
    }
    keep(arguments[position], of: parameter)
    position += 1
  }

  private mutating func keep(_ value: ByteString, of parameter: Parameter) {
    if case .option(isRepeated: true) = parameter.kind {
      values[parameter.key, default: []].append(value)
    } else {
      values[parameter.key] = [value]
    }
  }
}

extension ArgumentScanner {
  /// The options that may stand in one place, by what is typed.
  struct Options {
    fileprivate let long: [String: Parameter]
    fileprivate let short: [UInt8: Parameter]

    /// The long names worth suggesting.
    fileprivate let names: [String]

    init(_ parameters: [Parameter]) {
      let options = parameters.filter(\.isNamed)
      names = options.filter { !$0.isHidden }.compactMap(\.name)
      long = Dictionary(options.compactMap { option in option.name.map { ($0, option) } }) { $1 }
      short = Dictionary(
        options.compactMap { option in option.short?.asciiValue.map { ($0, option) } }
      ) { $1 }
    }
  }
}

/// Hands the words of a command line out to the operands that a command declares.
enum OperandDistribution {
  /// Gives each operand its words, from left to right; a row of words takes what the others leave.
  ///
  /// - Parameters:
  ///   - words: The operands as they stood.
  ///   - parameters: What the command declares; only its operands matter here.
  /// - Returns: The words of each operand that has any, by ``Parameter/key``.
  /// - Throws: ``UsageError/missingOperand(_:)`` or ``UsageError/unexpectedOperand(_:)``.
  static func values(
    of words: [ByteString], among parameters: [Parameter]
  ) throws(UsageError) -> [String: [ByteString]] {
    var rest = words[...]
    var values: [String: [ByteString]] = [:]
    let operands = parameters.compactMap { parameter -> (Parameter, Int, Int)? in
      guard case .operand(let minimum, let maximum) = parameter.kind else { return nil }
      return (parameter, minimum, maximum ?? words.count)
    }
    var reserved = operands.reduce(0) { $0 + $1.1 }
    for (parameter, minimum, maximum) in operands {
      reserved -= minimum
      let count = min(max(rest.count - reserved, minimum), maximum, rest.count)
      guard count >= minimum else { throw .missingOperand(parameter.spelling) }
      if count > 0 { values[parameter.key] = Array(rest.prefix(count)) }
      rest = rest.dropFirst(count)
    }
    if let extra = rest.first { throw .unexpectedOperand(extra) }
    return values
  }
}
