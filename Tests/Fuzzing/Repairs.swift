import ObjectStore
import Primitives

/// Puts checksums right behind a change, so that it is the rules that refuse it and not the sum.
enum Repairs {
  /// The directory's hash in the footer of a pack, and where the directory begins.
  static func pack(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.count >= 16 + 96 else { return bytes }
    var bytes = bytes
    let footer = bytes.count - 96
    let count = number(bytes, at: footer + 40, width: 4)
    guard count * 48 <= footer - 16 else { return bytes }
    let start = footer - count * 48
    put(start, in: &bytes, at: footer + 32, width: 8)
    put(SHA256.id(of: bytes.span.extracting(start..<footer)), in: &bytes, at: footer)
    return bytes
  }

  /// The sums of all pages of an index.
  static func index(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for page in 0..<bytes.count / 4_096 {
      var hash = SHA256()
      var number: [UInt8] = []
      number.append(littleEndian: UInt64(page))
      hash.update(number.span)
      hash.update(bytes.span.extracting(page * 4_096..<page * 4_096 + 4_080))
      let sum = hash.finalize().bytes
      for index in 0..<16 { bytes[page * 4_096 + 4_080 + index] = sum[index] }
    }
    return bytes
  }

  /// The last line of a root.
  static func root(_ bytes: [UInt8]) -> [UInt8] {
    let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    guard lines.count > 2 else { return bytes }
    let text = Array(lines.dropLast(2).joined(separator: [0x0A])) + [0x0A]
    return text + Array("checksum \(SHA256.id(of: text.span).hex)\n".utf8)
  }

  /// The first field of an operation.
  static func operation(_ bytes: [UInt8]) -> [UInt8] {
    guard let tab = bytes.firstIndex(of: 0x09) else { return bytes }
    let body = Array(bytes[(tab + 1)...])
    return Array(SHA256.id(of: body.span).hex.utf8.prefix(16)) + [0x09] + body
  }

  /// Both sums of a stat index.
  static func statIndex(_ bytes: [UInt8], sum: (Span<UInt8>) -> UInt64) -> [UInt8] {
    guard bytes.count >= 96 else { return bytes }
    var bytes = bytes
    let length = number(bytes, at: 12, width: 4)
    guard length >= 96, length <= bytes.count else { return bytes }
    put(bytes.count - length, in: &bytes, at: 40, width: 8)
    put(sum(bytes.span.extracting(length...)), in: &bytes, at: 80)
    put(sum(bytes.span.extracting(..<(length - 8))), in: &bytes, at: length - 8)
    return bytes
  }

  /// The sums of all entries of an index of runs.
  static func runIndex(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    var offset = 8
    while offset + 12 <= bytes.count {
      let end = offset + 12 + number(bytes, at: offset, width: 4)
      guard end <= bytes.count else { break }
      let sum = SHA256.id(of: bytes.span.extracting(offset + 12..<end)).bytes
      for index in 0..<8 { bytes[offset + 4 + index] = sum[index] }
      offset = end
    }
    return bytes
  }

  private static func number(_ bytes: [UInt8], at offset: Int, width: Int) -> Int {
    (0..<width).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
  }

  private static func put(_ number: Int, in bytes: inout [UInt8], at offset: Int, width: Int) {
    for index in 0..<width {
      bytes[offset + index] = UInt8(truncatingIfNeeded: number >> (8 * index))
    }
  }

  private static func put(_ number: UInt64, in bytes: inout [UInt8], at offset: Int) {
    for index in 0..<8 {
      bytes[offset + index] = UInt8(truncatingIfNeeded: number >> UInt64(8 * index))
    }
  }

  private static func put(_ id: ObjectID, in bytes: inout [UInt8], at offset: Int) {
    for (index, byte) in id.bytes.enumerated() { bytes[offset + index] = byte }
  }
}
