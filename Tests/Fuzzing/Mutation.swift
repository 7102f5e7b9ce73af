import TestSupport

/// Makes new inputs out of old ones, the same for the same seed.
struct Mutation {
  private var generator: SeededGenerator
  private let seeds: [[UInt8]]
  private let words: [[UInt8]]

  /// No input becomes larger, in bytes.
  private static let sizeLimit = 48 << 10

  /// Numbers at which arithmetic goes wrong.
  private static let numbers: [UInt64] = [
    0, 1, 2, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF,
    1 << 32, 1 << 48, .max >> 1 - 1, .max >> 1, 1 << 63, .max - 1, .max,
  ]

  private static let decimals = [
    "0", "-1", "00", "+1", "1e999", "-0", "2147483648", "4294967296", "9223372036854775807",
    "9223372036854775808", "-9223372036854775808", "18446744073709551616",
    "99999999999999999999999999",
  ]

  init(seeds: [[UInt8]], words: [String], seed: UInt64) {
    self.seeds = seeds.isEmpty ? [[]] : seeds
    self.words = words.map { Array($0.utf8) }
    generator = SeededGenerator(seed: seed)
  }

  /// The next input: a seed that was changed in one to six places.
  mutating func next() -> [UInt8] {
    var bytes = seeds[below(seeds.count)]
    for _ in 0...below(6) { change(&bytes) }
    if bytes.count > Self.sizeLimit { bytes.removeLast(bytes.count - Self.sizeLimit) }
    return bytes
  }

  private mutating func change(_ bytes: inout [UInt8]) {
    guard !bytes.isEmpty else {
      bytes = [UInt8(truncatingIfNeeded: generator.next())]
      return
    }
    let place = below(bytes.count)
    switch below(13) {
    case 0: bytes[place] ^= 1 << UInt8(below(8))
    case 1: bytes[place] = UInt8(truncatingIfNeeded: generator.next())
    case 2: bytes.removeLast(bytes.count - place)
    case 3: bytes.removeSubrange(place..<min(bytes.count, place + 1 + below(16)))
    case 4:
      bytes.insert(contentsOf: sampleBytes(count: 1 + below(8), seed: generator.next()), at: place)
    case 5, 6: putNumber(in: &bytes, at: place)
    case 7: putDecimal(in: &bytes, near: place)
    case 8: splice(into: &bytes, at: place)
    case 9: repeatPart(of: &bytes, at: place)
    case 10: swapParts(of: &bytes, place)
    case 11, 12: putWord(in: &bytes, at: place)
    default: break
    }
  }

  /// Puts a number of 1 to 8 bytes over what is there, or changes the one that is there by a few.
  private mutating func putNumber(in bytes: inout [UInt8], at place: Int) {
    let width = min([1, 2, 3, 4, 8, 8][below(6)], bytes.count - place)
    var number = Self.numbers[below(Self.numbers.count)]
    if below(3) == 0 {
      number = UInt64(truncatingIfNeeded: below(9) - 4)
      for index in 0..<width { number &+= UInt64(bytes[place + index]) << UInt64(8 * index) }
    }
    for index in 0..<width {
      bytes[place + index] = UInt8(truncatingIfNeeded: number >> UInt64(8 * index))
    }
  }

  /// Puts a number over the next decimal digits.
  private mutating func putDecimal(in bytes: inout [UInt8], near place: Int) {
    let isDigit = { (byte: UInt8) in (0x30...0x39).contains(byte) }
    guard let start = bytes[place...].firstIndex(where: isDigit) else { return }
    let end = bytes[start...].firstIndex { !isDigit($0) } ?? bytes.count
    bytes.replaceSubrange(start..<end, with: Self.decimals[below(Self.decimals.count)].utf8)
  }

  private mutating func splice(into bytes: inout [UInt8], at place: Int) {
    let other = seeds[below(seeds.count)]
    guard !other.isEmpty else { return }
    let start = below(other.count)
    let part = other[start..<min(other.count, start + 1 + below(64))]
    bytes.replaceSubrange(place..<min(bytes.count, place + below(64)), with: part)
  }

  /// Repeats a few bytes, sometimes often enough to nest deeper than any limit.
  private mutating func repeatPart(of bytes: inout [UInt8], at place: Int) {
    let part = Array(bytes[place..<min(bytes.count, place + 1 + below(8))])
    let times = below(8) == 0 ? 2_000 : 1 + below(6)
    bytes.insert(contentsOf: (0..<times).flatMap { _ in part }, at: place)
  }

  private mutating func swapParts(of bytes: inout [UInt8], _ place: Int) {
    let other = below(bytes.count)
    for index in 0..<min(48, bytes.count - max(place, other)) {
      bytes.swapAt(place + index, other + index)
    }
  }

  private mutating func putWord(in bytes: inout [UInt8], at place: Int) {
    guard !words.isEmpty else { return }
    let word = words[below(words.count)]
    let times = below(16) == 0 ? 1_000 : 1
    bytes.insert(contentsOf: (0..<times).flatMap { _ in word }, at: place)
  }

  private mutating func below(_ limit: Int) -> Int {
    Int(truncatingIfNeeded: generator.next() >> 1) % limit
  }
}
