/// What the elements of a tensor are, and how to read one as a number.
struct ElementType: Hashable, Sendable {
  /// How the bits of an element are a number.
  enum Kind: Hashable, Sendable {
    /// IEEE 754 with 2, 4 or 8 bytes.
    case float
    /// The upper half of a float of 4 bytes.
    case brainFloat
    /// One sign bit, so many of exponent and of fraction; see the Open Compute Project's "8-bit
    /// Floating Point Specification".
    case smallFloat(exponent: Int, fraction: Int)
    case signed
    case unsigned
    /// Two floats, the real part first.
    case complex
    /// Text, times, and types that are not known: compared as bytes.
    case opaque
  }

  /// What the file calls it: `BF16`, `<f4`.
  let name: String
  let kind: Kind

  /// The bytes of an element.
  let width: Int
  let isBigEndian: Bool

  init(name: String, kind: Kind, width: Int, isBigEndian: Bool = false) {
    self.name = name
    self.kind = kind
    self.width = width
    self.isBigEndian = isBigEndian
  }

  /// The type that safetensors gives a name; `nil` for one that is not known or less than a byte.
  init?(safetensors name: String) {
    let types: [String: (Kind, Int)] = [
      "F64": (.float, 8), "F32": (.float, 4), "F16": (.float, 2), "BF16": (.brainFloat, 2),
      "I64": (.signed, 8), "I32": (.signed, 4), "I16": (.signed, 2), "I8": (.signed, 1),
      "U64": (.unsigned, 8), "U32": (.unsigned, 4), "U16": (.unsigned, 2), "U8": (.unsigned, 1),
      "BOOL": (.unsigned, 1), "C64": (.complex, 8),
      "F8_E4M3": (.smallFloat(exponent: 4, fraction: 3), 1),
      "F8_E5M2": (.smallFloat(exponent: 5, fraction: 2), 1), "F8_E8M0": (.opaque, 1),
    ]
    guard let (kind, width) = types[name] else { return nil }
    self.init(name: name, kind: kind, width: width)
  }

  /// The type that NumPy describes as `<f4` or `|u1`; `nil` for what is not one of those.
  init?(numpy description: String) {
    var rest = Array(description.utf8)[...]
    var isBigEndian = false
    if let order = rest.first, "<>|=".utf8.contains(order) {
      isBigEndian = order == UInt8(ascii: ">")
      rest = rest.dropFirst()
    }
    guard let letter = rest.popFirst() else { return nil }
    let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard var width = Int(String(decoding: digits, as: UTF8.self)), width > 0, width < 1 << 24
    else { return nil }
    let unit = rest.dropFirst(digits.count)
    let kind: Kind
    switch (letter, width) {
    case (UInt8(ascii: "f"), 2), (UInt8(ascii: "f"), 4), (UInt8(ascii: "f"), 8): kind = .float
    case (UInt8(ascii: "c"), 8), (UInt8(ascii: "c"), 16): kind = .complex
    case (UInt8(ascii: "i"), 1), (UInt8(ascii: "i"), 2), (UInt8(ascii: "i"), 4),
      (UInt8(ascii: "i"), 8):
      kind = .signed
    case (UInt8(ascii: "u"), 1), (UInt8(ascii: "u"), 2), (UInt8(ascii: "u"), 4),
      (UInt8(ascii: "u"), 8), (UInt8(ascii: "b"), 1):
      kind = .unsigned
    case (UInt8(ascii: "M"), 8), (UInt8(ascii: "m"), 8), (UInt8(ascii: "S"), _),
      (UInt8(ascii: "V"), _), (UInt8(ascii: "f"), _), (UInt8(ascii: "c"), _):
      kind = .opaque
    case (UInt8(ascii: "U"), _):
      width *= 4
      kind = .opaque
    default: return nil
    }
    // Only times have a unit behind the width.
    guard unit.isEmpty || letter == UInt8(ascii: "M") || letter == UInt8(ascii: "m") else {
      return nil
    }
    self.init(name: description, kind: kind, width: width, isBigEndian: isBigEndian)
  }

  /// Whether elements are numbers.
  var isNumeric: Bool { kind != .opaque }

  /// The bytes of a number: half of those of a complex one.
  var partWidth: Int { kind == .complex ? width / 2 : width }

  /// The number that the low bits of a word are.
  ///
  /// - Parameter bits: The bytes of a part, in the order of a little-endian machine.
  func value(of bits: UInt64) -> Double {
    switch (kind, partWidth) {
    case (.float, 8), (.complex, 8): Double(bitPattern: bits)
    case (.float, 4), (.complex, 4): Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
    case (.float, _), (.complex, _): Self.half(UInt16(truncatingIfNeeded: bits))
    case (.brainFloat, _): Self.brainFloat(bits)
    case (.smallFloat(let exponent, let fraction), _):
      Self.small(UInt8(truncatingIfNeeded: bits), exponent: exponent, fraction: fraction)
    case (.signed, let width):
      // The sign is the highest bit of the part.
      Double(Int64(bitPattern: bits << UInt64(64 - 8 * width)) >> Int64(64 - 8 * width))
    case (.unsigned, _), (.opaque, _): Double(bits)
    }
  }

  /// The number that the upper half of a float is.
  @inline(__always)
  static func brainFloat(_ bits: UInt64) -> Double {
    Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits) << 16))
  }

  /// The number that an IEEE 754 float of 2 bytes is.
  @inline(__always)
  static func half(_ bits: UInt16) -> Double {
    let sign: Double = bits & 0x8000 == 0 ? 1 : -1
    let exponent = Int(bits >> 10 & 31)
    let fraction = Double(bits & 1_023)
    switch exponent {
    case 0: return sign * fraction * 0x1p-24
    case 31: return fraction == 0 ? sign * .infinity : .nan
    default:
      let scale = Double(sign: .plus, exponent: exponent - 25, significand: 1)
      return sign * (fraction + 1_024) * scale
    }
  }

  private static func small(_ bits: UInt8, exponent width: Int, fraction count: Int) -> Double {
    let sign: Double = bits & 0x80 == 0 ? 1 : -1
    let exponent = Int(bits >> UInt8(count)) & (1 << width - 1)
    let fraction = Int(bits) & (1 << count - 1)
    let bias = 1 << (width - 1) - 1
    let isTop = exponent == 1 << width - 1
    // With 3 bits of fraction there is no infinity, and one bit pattern that is no number.
    if isTop, count == 3, fraction == 7 { return .nan }
    if isTop, count == 2 { return fraction == 0 ? sign * .infinity : .nan }
    let whole = exponent == 0 ? 0 : 1 << count
    let scale = max(exponent, 1) - bias - count
    return sign * Double(whole + fraction)
      * Double(sign: .plus, exponent: scale, significand: 1)
  }
}
