/// A number as decimal digits, to be rounded and written for people.
struct DecimalNumber: Sendable, Equatable {
  /// Whether it is below zero.
  let isNegative: Bool

  /// The digits without zeros at either end; none for zero.
  private(set) var digits: [UInt8]

  /// Where the point is: the number is 0.d1d2d3… times ten to this.
  private(set) var exponent: Int

  /// Reads a finite number exactly as Swift writes it: the shortest digits that mean it.
  init(_ value: Double) {
    precondition(value.isFinite, "only finite numbers have digits")
    let parts = value.magnitude.description.split(separator: "e")
    let halves = parts[0].split(separator: ".")
    let digits = halves.joined().utf8.map { $0 - UInt8(ascii: "0") }
    let power = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    self.init(
      isNegative: value < 0, digits: digits[...], exponent: halves[0].utf8.count + power)
  }

  /// Makes `number` times ten to the `power`.
  init(_ number: Int, power: Int) {
    let digits = String(number.magnitude).utf8.map { $0 - UInt8(ascii: "0") }
    self.init(isNegative: number < 0, digits: digits[...], exponent: digits.count + power)
  }

  private init(isNegative: Bool, digits: ArraySlice<UInt8>, exponent: Int) {
    let kept = digits.drop { $0 == 0 }
    self.isNegative = isNegative
    self.exponent = kept.isEmpty ? 0 : exponent - (digits.count - kept.count)
    self.digits = Array(kept)
    trim()
  }

  /// The number with so many significant digits at most.
  func rounded(to count: Int) -> DecimalNumber {
    guard digits.count > count else { return self }
    var rounded = self
    rounded.digits.removeLast(digits.count - count)
    if digits[count] >= 5 { rounded.increment() }
    rounded.trim()
    return rounded
  }

  /// The number divided by ten to the `power`.
  func shifted(by power: Int) -> DecimalNumber {
    var shifted = self
    if !digits.isEmpty { shifted.exponent -= power }
    return shifted
  }

  /// The number in plain digits, or with a power of ten where that is far shorter.
  var text: String {
    guard !digits.isEmpty else { return "0" }
    let sign = isNegative ? "-" : ""
    let figures = digits.map(String.init).joined()
    if exponent > 9 || exponent < -3 {
      let rest = figures.dropFirst()
      return "\(sign)\(figures.prefix(1))\(rest.isEmpty ? "" : ".")\(rest)e\(exponent - 1)"
    }
    if exponent <= 0 { return "\(sign)0.\(String(repeating: "0", count: -exponent))\(figures)" }
    if digits.count <= exponent {
      return sign + figures + String(repeating: "0", count: exponent - digits.count)
    }
    return "\(sign)\(figures.prefix(exponent)).\(figures.dropFirst(exponent))"
  }

  private mutating func increment() {
    for index in digits.indices.reversed() {
      if digits[index] < 9 {
        digits[index] += 1
        return
      }
      digits[index] = 0
    }
    digits.insert(1, at: 0)
    exponent += 1
  }

  private mutating func trim() {
    while digits.last == 0 { digits.removeLast() }
  }
}

extension Double {
  /// The number for people, with so many significant digits at most.
  func words(digits count: Int) -> String {
    if isNaN { return "–" }
    guard isFinite else { return self < 0 ? "-∞" : "∞" }
    return DecimalNumber(self).rounded(to: count).text
  }

  /// The number for people, with six significant digits at most.
  var words: String { words(digits: 6) }
}
