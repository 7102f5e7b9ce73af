package import Primitives

/// A type that a word of the command line can be read as.
///
/// An enum of strings conforms by listing its cases:
/// `enum Shell: String, CaseIterable, ArgumentValue { case bash, zsh, fish }`.
package protocol ArgumentValue: Sendable {
  /// What such a word looks like, to follow "expected" in an error: "a whole number".
  static var expectation: String { get }

  /// Every word there is, where they can be listed; otherwise none.
  static var choices: [String] { get }

  /// Reads a word, or returns `nil` when it is not a value of this type.
  init?(argument: ByteString)

  /// The word that reads as this value, for help texts.
  var argumentText: String { get }
}

extension ArgumentValue {
  package static var choices: [String] { [] }
}

extension ByteString: ArgumentValue {
  package static var expectation: String { "text" }
  package init?(argument: ByteString) { self = argument }
  package var argumentText: String { description }
}

extension String: ArgumentValue {
  package static var expectation: String { "text in UTF-8" }

  package init?(argument: ByteString) {
    guard let text = argument.text else { return nil }
    self = text
  }

  package var argumentText: String { self }
}

extension Int: ArgumentValue {
  package static var expectation: String { "a whole number" }

  package init?(argument: ByteString) {
    guard let text = argument.text else { return nil }
    self.init(text, radix: 10)
  }

  package var argumentText: String { "\(self)" }
}

extension ByteCount: ArgumentValue {
  package static var expectation: String { "a size such as 512, 64K, 10MiB or 2G" }

  /// Reads digits and one of the units K, M, G, T (powers of 1,024), alone or as `KiB` or `KB`.
  package init?(argument: ByteString) {
    let digits = argument.bytes.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard let number = Int(String(decoding: digits, as: UTF8.self)),
      let unit = ByteString(argument.bytes.dropFirst(digits.count)).text?.lowercased()
    else { return nil }
    let shifts = ["": 0, "b": 0, "k": 10, "m": 20, "g": 30, "t": 40]
    let letter = unit.hasSuffix("ib") ? unit.dropLast(2) : unit.dropLast(unit.count > 1 ? 1 : 0)
    guard unit.count <= 1 || unit == "\(letter)ib" || unit == "\(letter)b",
      letter.count == 1 || unit.isEmpty, let shift = shifts[String(letter)],
      number.multipliedReportingOverflow(by: 1 << shift).overflow == false
    else { return nil }
    self = .bytes(number << shift)
  }

  package var argumentText: String { description }
}

extension ArgumentValue where Self: RawRepresentable<String> & CaseIterable {
  package static var choices: [String] { allCases.map(\.rawValue) }

  package static var expectation: String { listed(choices, joinedBy: "or") }

  package init?(argument: ByteString) {
    guard let text = argument.text else { return nil }
    self.init(rawValue: text)
  }

  package var argumentText: String { rawValue }
}

/// Words as a sentence lists them: `a`, `a or b`, `a, b or c`.
func listed(_ words: [String], joinedBy conjunction: String) -> String {
  guard let last = words.last, words.count > 1 else { return words.first ?? "" }
  return words.dropLast().joined(separator: ", ") + " \(conjunction) \(last)"
}
