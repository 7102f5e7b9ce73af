package import Primitives

/// Cuts a byte stream into chunks whose edges follow its content.
///
/// An edit moves only the edges next to it. Every other chunk keeps its name, is found in the
/// store, and costs nothing to save or send again. Whether a chunk may end at a position depends
/// on the 64 bytes before it and on the distance from the chunk's start, and on nothing else.
///
/// - Note: Edges are part of the format: a store whose chunks were cut by another table, other
///   masks or other limits shares nothing with this one. `docs/format/chunking.md` is the
///   specification, and comments here refer to its sections.
/// - SeeAlso: Xia et al., *FastCDC: a Fast and Efficient Content-Defined Chunking Approach for
///   Data Deduplication*, USENIX ATC 2016.
package struct Chunker: Sendable {
  /// How many bytes decide about an edge.
  static let window = 64

  package let limits: Limits
  package let seed: Seed

  private let gear: [UInt64]

  /// The bits that must be zero at an edge, while a chunk is shorter than the average (§3).
  private let strictMask: UInt64

  /// The same from the average on: fewer bits, so an edge comes sooner.
  private let looseMask: UInt64

  /// Builds the table for `seed`, which costs 64 hashes.
  ///
  /// One chunker serves any number of threads.
  package init(limits: Limits = .standard, seed: Seed = .standard) {
    let averageBits = limits.average.bytes.trailingZeroBitCount
    self.limits = limits
    self.seed = seed
    gear = GearTable(seed: seed).words
    strictMask = Self.mask(ofBits: averageBits + 2)
    looseMask = Self.mask(ofBits: averageBits - 2)
  }

  /// Returns the length of the first chunk of `bytes`.
  ///
  /// - Parameter bytes: The next `limits.maximum` bytes of the stream or more, or all that is left
  ///   of it.
  /// - Returns: A length in bytes: at least 1, unless `bytes` is empty.
  /// - Complexity: O(`limits.maximum`). Allocates nothing.
  package func firstChunkLength(in bytes: Span<UInt8>) -> Int {
    let end = min(bytes.count, limits.maximum.bytes)
    guard end > limits.minimum.bytes else { return end }
    let middle = min(end, limits.average.bytes)
    return unsafe bytes.withUnsafeBufferPointer { bytes in
      unsafe gear.withUnsafeBufferPointer { gear in
        // Both have their elements: there are more bytes than the minimum, and 256 words.
        guard let bytes = bytes.baseAddress, let gear = gear.baseAddress else { return end }
        var search = unsafe EdgeSearch(
          bytes: bytes, gear: gear, position: limits.minimum.bytes - Self.window)
        search.skip(to: limits.minimum.bytes)
        let isFound =
          search.findEdge(before: middle, strictMask) || search.findEdge(before: end, looseMask)
        return isFound ? search.position : end
      }
    }
  }

  /// The top bits: they depend on the most bytes, for a shift moves each byte's trace upwards.
  private static func mask(ofBits count: Int) -> UInt64 {
    ~0 << UInt64(UInt64.bitWidth - count)
  }
}

extension Chunker {
  /// The sizes a chunk may have.
  package struct Limits: Hashable, Sendable {
    /// No edge is looked for before this size, so only the last chunk can be smaller.
    package let minimum: ByteCount

    /// The size around which edges become more likely, a power of two.
    package let average: ByteCount

    /// An edge is forced at this size.
    package let maximum: ByteCount

    /// The limits of every new store: 16, 64 and 256 KiB.
    package static let standard = Self(.kibibytes(16), .kibibytes(64), .kibibytes(256))

    private init(_ minimum: ByteCount, _ average: ByteCount, _ maximum: ByteCount) {
      self.minimum = minimum
      self.average = average
      self.maximum = maximum
    }

    /// Takes limits that a store's `format` file names; `nil` when they break a rule (§1).
    ///
    /// - Parameters:
    ///   - minimum: At least 64 bytes.
    ///   - average: A power of two above `minimum`, from 256 bytes to 1 MiB.
    ///   - maximum: Above `average`, and at most 8 MiB.
    package init?(minimum: ByteCount, average: ByteCount, maximum: ByteCount) {
      guard
        minimum >= .bytes(Chunker.window), minimum < average, average < maximum,
        average.bytes.nonzeroBitCount == 1, average >= .bytes(256), average <= .mebibytes(1),
        maximum <= .mebibytes(8)
      else { return nil }
      self.init(minimum, average, maximum)
    }
  }

  /// What makes the edges of one store differ from those of another.
  package struct Seed: Hashable, Sendable {
    /// The size of a seed, in bytes.
    package static let byteCount = 16

    /// The 16 bytes of the seed.
    package let bytes: [UInt8]

    /// Sixteen zeros: the seed of every store that was not given one of its own.
    package static let standard = Self(unchecked: [UInt8](repeating: 0, count: byteCount))

    private init(unchecked bytes: [UInt8]) {
      self.bytes = bytes
    }

    /// Takes a seed, or returns `nil` unless it has exactly 16 bytes.
    package init?(bytes: [UInt8]) {
      guard bytes.count == Self.byteCount else { return nil }
      self.bytes = bytes
    }
  }
}
