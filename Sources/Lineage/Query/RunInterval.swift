/// A length of time as people type it: `90s`, `1.5h`, `2d12h`.
package struct RunInterval: Hashable, Sendable {
  package let seconds: Double

  private static let units: [Character: Double] = [
    "s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800,
  ]

  /// Reads numbers, each with its unit; a lone number is in seconds.
  ///
  /// - Returns: `nil` for any other text, and for lengths that no calendar holds.
  package init?(_ text: String) {
    var total = 0.0
    var number = ""
    var hasUnit = false
    for character in text {
      if let unit = Self.units[character] {
        guard let value = Self.number(number) else { return nil }
        total += value * unit
        number = ""
        hasUnit = true
      } else {
        number.append(character)
      }
    }
    if !number.isEmpty {
      guard !hasUnit, let value = Self.number(number) else { return nil }
      total = value
    } else if !hasUnit {
      return nil
    }
    guard total < 1e11 else { return nil }
    seconds = total
  }

  private static func number(_ text: String) -> Double? {
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }) else {
      return nil
    }
    return Double(text)
  }
}
