/// An axis: which pixel a number has, and which numbers are written along it.
struct Scale: Sendable {
  /// A number that is written along the axis.
  struct Tick: Sendable, Equatable {
    let value: Double
    let label: String
  }

  let isLogarithmic: Bool

  /// The numbers at both ends; their logarithms on a logarithmic axis.
  private let lower: Double
  private let upper: Double

  /// The pixels at both ends.
  let start: Double
  let end: Double
  let ticks: [Tick]

  /// The largest number that is taken for one: differences of larger ones could be infinite.
  static let largest = 1e300

  /// Makes an axis for numbers.
  ///
  /// - Parameters:
  ///   - values: What it has to show. Whatever is not finite, or not above zero on a logarithmic
  ///     axis, is passed over.
  ///   - isLogarithmic: Whether each step multiplies.
  ///   - isWidened: Whether the axis goes on to the next tick on both sides.
  ///   - pixels: Where it begins and ends.
  ///   - tickCount: About how many ticks there is room for.
  init(
    _ values: some Sequence<Double>, isLogarithmic: Bool, isWidened: Bool,
    pixels: (start: Double, end: Double), tickCount: Int
  ) {
    var low = Double.infinity
    var high = -Double.infinity
    for value in values where Self.isShown(value, isLogarithmic: isLogarithmic) {
      low = min(low, value)
      high = max(high, value)
    }
    if low > high { (low, high) = isLogarithmic ? (1, 10) : (0, 1) }
    self.isLogarithmic = isLogarithmic
    (start, end) = pixels
    if isLogarithmic {
      let ticks = LogarithmicTicks(low, high, isWidened: isWidened, count: tickCount)
      (lower, upper, self.ticks) = (ticks.lower, ticks.upper, ticks.ticks)
    } else {
      let ticks = LinearTicks(low, high, isWidened: isWidened, count: tickCount)
      (lower, upper, self.ticks) = (ticks.lower, ticks.upper, ticks.ticks)
    }
  }

  /// The pixel of a number, or `nil` for one that the axis cannot show.
  func position(_ value: Double) -> Double? {
    guard Self.isShown(value, isLogarithmic: isLogarithmic) else { return nil }
    let place = isLogarithmic ? value.decimalLogarithm : value
    return start + (place - lower) / (upper - lower) * (end - start)
  }

  /// The pixel where bars begin: that of zero, or of the lower end.
  var base: Double { isLogarithmic ? start : position(0) ?? start }

  /// What a script needs to find the number at a pixel.
  var numbers: String {
    let ends = [lower, upper].map { "\($0)" }.joined(separator: " ")
    return "\(ends) \(start.pixels) \(end.pixels) \(isLogarithmic ? 1 : 0)"
  }

  static func isShown(_ value: Double, isLogarithmic: Bool) -> Bool {
    value.magnitude <= largest && (!isLogarithmic || value > 1e-300)
  }
}

/// Ticks at multiples of 1, 2 or 5 times a power of ten.
struct LinearTicks: Sendable {
  let lower: Double
  let upper: Double
  let ticks: [Scale.Tick]

  init(_ low: Double, _ high: Double, isWidened: Bool, count: Int) {
    let (low, high) = Self.separated(low, high)
    let (factor, power) = Self.step(over: high - low, count: count)
    let unit = Self.tenTo(power)
    // A power of ten below one is not exact, its inverse is: dividing keeps 0.3 at 0.3.
    func value(_ number: Int) -> Double {
      power < 0 ? Double(number) / Self.tenTo(-power) : Double(number) * unit
    }
    // A billionth of a step to either side: rounding must not take an end that is a tick for none.
    let slack = isWidened ? 1e-9 : -1e-9
    let first = Int((low / (unit * Double(factor)) + slack).rounded(isWidened ? .down : .up))
    let last = Int((high / (unit * Double(factor)) - slack).rounded(isWidened ? .up : .down))
    let largest = max(value(first * factor).magnitude, value(last * factor).magnitude)
    ticks =
      first > last
      ? []
      : (first...last).map { number in
        Scale.Tick(
          value: value(number * factor),
          label: TickLabel.text(DecimalNumber(number * factor, power: power), largest: largest))
      }
    lower = isWidened ? min(low, value(first * factor)) : low
    upper = isWidened ? max(high, value(last * factor)) : high
  }

  /// The ends, moved apart where there is nothing, or too little, between them.
  private static func separated(_ low: Double, _ high: Double) -> (Double, Double) {
    let size = max(low.magnitude, high.magnitude)
    guard high - low <= size * 1e-9 || high - low < 1e-280 else { return (low, high) }
    let distance = size < 1e-270 ? 1 : size * 0.1
    return (low - distance, high + distance)
  }

  /// The step, as 1, 2 or 5 and a power of ten, that gives about `count` ticks.
  private static func step(over span: Double, count: Int) -> (factor: Int, power: Int) {
    let rough = span / Double(count)
    let power = DecimalNumber(rough).exponent - 1
    let share = rough / tenTo(power)
    if share <= 1.5 { return (1, power) }
    if share <= 3.2 { return (2, power) }
    return share <= 7.5 ? (5, power) : (1, power + 1)
  }

  /// The nearest number to a power of ten.
  static func tenTo(_ power: Int) -> Double { Double("1e\(power)") ?? .infinity }
}

/// Ticks at powers of ten, or between them where there are few.
struct LogarithmicTicks: Sendable {
  /// The logarithms of both ends.
  let lower: Double
  let upper: Double
  let ticks: [Scale.Tick]

  init(_ low: Double, _ high: Double, isWidened: Bool, count: Int) {
    let lowest = DecimalNumber(low).exponent - 1
    let highest = DecimalNumber(high).exponent
    let decades = highest - lowest
    let factors = decades <= 2 ? [1, 2, 5] : decades <= 4 ? [1, 3] : [1]
    let stride = max(1, decades / max(count, 1))
    var all: [Scale.Tick] = []
    for power in lowest...highest where (power - lowest).isMultiple(of: stride) {
      for factor in factors {
        let number = DecimalNumber(factor, power: power)
        let value = Double("\(factor)e\(power)") ?? 0
        all.append(Scale.Tick(value: value, label: TickLabel.text(number, largest: value)))
      }
    }
    let below = all.last { $0.value <= low }?.value
    let above = all.first { $0.value >= high }?.value
    let isNarrow = high / low < 1.001
    let first = isWidened || isNarrow ? below ?? low : low
    let last = isWidened || isNarrow ? above ?? high : high
    let lower = first.decimalLogarithm
    let upper = max(last.decimalLogarithm, lower + 0.3)
    self.lower = lower
    self.upper = upper
    ticks = all.filter { $0.value >= first && $0.value.decimalLogarithm <= upper }
  }
}

/// How numbers are written along an axis.
enum TickLabel {
  /// The number, in thousands, millions and so on where `largest` is so large.
  static func text(_ number: DecimalNumber, largest: Double) -> String {
    let units = [(1e12, 12, "T"), (1e9, 9, "G"), (1e6, 6, "M"), (1e4, 3, "k")]
    guard largest < 1e15, let unit = units.first(where: { largest >= $0.0 }) else {
      return number.text
    }
    let text = number.shifted(by: unit.1).text
    return text == "0" ? text : text + unit.2
  }
}

extension Double {
  /// The logarithm to the base ten of a number above zero, to about fifteen digits.
  ///
  /// From the number's own exponent, and a series for the rest: there is no library below this one.
  var decimalLogarithm: Double {
    var power = Double(exponent)
    var rest = significand
    if rest > 1.414_213_562_373_095 {
      rest /= 2
      power += 1
    }
    let ratio = (rest - 1) / (rest + 1)
    let square = ratio * ratio
    var sum = 0.0
    for odd in stride(from: 25.0, through: 1, by: -2) { sum = sum * square + 1 / odd }
    return (power * 0.693_147_180_559_945_3 + 2 * ratio * sum) * 0.434_294_481_903_251_83
  }
}
