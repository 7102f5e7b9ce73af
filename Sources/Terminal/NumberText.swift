extension Double {
  /// The number for people, rounded to so many significant digits: `0.9123`, `1.5e-7`, `12345`.
  ///
  /// Digits before the point are all kept up to 10 million; zeros at the end of a fraction are not.
  package func text(significantDigits count: Int) -> String {
    guard isFinite else { return isNaN ? "NaN" : self < 0 ? "-Infinity" : "Infinity" }
    guard self != 0, var decimal = Decimal(magnitude) else { return "0" }
    let sign = self < 0 ? "-" : ""
    decimal.round(to: max(count, decimal.exponent <= Decimal.longestWhole ? decimal.exponent : 1))
    return sign + decimal.text
  }
}

/// The digits of a number: `0.d₁d₂d₃… × 10^exponent`, with `d₁` not zero.
private struct Decimal {
  /// How many digits before the point are written without an exponent.
  static let longestWhole = 7

  private(set) var digits: [UInt8]
  private(set) var exponent: Int

  /// Takes the shortest digits that mean a number above zero.
  init?(_ value: Double) {
    let parts = value.description.utf8.split(separator: UInt8(ascii: "e"))
    guard let mantissa = parts.first else { return nil }
    let point = mantissa.firstIndex(of: UInt8(ascii: ".")) ?? mantissa.endIndex
    let all = mantissa.filter { $0 != UInt8(ascii: ".") }.map { $0 - UInt8(ascii: "0") }
    guard let first = all.firstIndex(where: { $0 > 0 }) else { return nil }
    let scale = parts.count > 1 ? Int(String(decoding: parts[1], as: UTF8.self)) ?? 0 : 0
    digits = Array(all[first...])
    exponent = mantissa.distance(from: mantissa.startIndex, to: point) - first + scale
    dropZeros()
  }

  mutating func round(to count: Int) {
    guard count < digits.count else { return }
    let goesUp = digits[count] >= 5
    digits.removeSubrange(count...)
    if goesUp {
      var place = count - 1
      while place >= 0, digits[place] == 9 {
        digits[place] = 0
        place -= 1
      }
      if place >= 0 {
        digits[place] += 1
      } else {
        digits.insert(1, at: 0)
        exponent += 1
      }
    }
    dropZeros()
  }

  private mutating func dropZeros() {
    while digits.count > 1, digits.last == 0 { digits.removeLast() }
  }

  var text: String {
    let written = digits.map { "\($0)" }.joined()
    guard (-3...Self.longestWhole).contains(exponent) else {
      let rest = written.dropFirst()
      return "\(written.prefix(1))\(rest.isEmpty ? "" : ".\(rest)")e\(exponent - 1)"
    }
    if exponent <= 0 { return "0." + String(repeating: "0", count: -exponent) + written }
    if digits.count <= exponent {
      return written + String(repeating: "0", count: exponent - digits.count)
    }
    return "\(written.prefix(exponent)).\(written.dropFirst(exponent))"
  }
}
