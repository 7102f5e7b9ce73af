package import Primitives

/// Finds bytes in a content that comes in pieces (Knuth, Morris and Pratt).
///
/// Whatever the bytes are, each of the content is looked at twice at most, and none is kept.
package struct ByteSearch: Sendable {
  /// The most that can be looked for at once.
  package static let limit = ByteCount.mebibytes(4)

  private let needle: [UInt8]

  /// For each length, how much of the needle's beginning is also the end of so many of its bytes.
  private let borders: [Int32]

  /// How much of the needle's beginning ends what was taken so far.
  private var matched = 0
  private var taken = 0

  /// Where the bytes were found first, counted from the start of the content.
  package private(set) var found: Int?

  /// - Precondition: The needle is not empty, and not longer than ``limit``.
  package init(_ needle: [UInt8]) {
    precondition((1...Self.limit.bytes).contains(needle.count), "something to look for")
    self.needle = needle
    var borders: [Int32] = [0, 0]
    borders.reserveCapacity(needle.count + 1)
    var border = 0
    for byte in needle.dropFirst() {
      while border > 0, needle[border] != byte { border = Int(borders[border]) }
      if needle[border] == byte { border += 1 }
      borders.append(Int32(border))
    }
    self.borders = borders
  }

  /// Takes the next piece of the content.
  package mutating func take(_ piece: Span<UInt8>) {
    guard found == nil else { return }
    for index in piece.indices {
      let byte = piece[index]
      while matched > 0, needle[matched] != byte { matched = Int(borders[matched]) }
      if needle[matched] == byte { matched += 1 }
      if matched == needle.count {
        found = taken + index + 1 - matched
        return
      }
    }
    taken += piece.count
  }
}
