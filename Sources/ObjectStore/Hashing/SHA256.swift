internal import CCrypto
package import Primitives

/// SHA-256 over bytes that arrive piece by piece.
///
/// A plain value: nothing is allocated, a copy goes on by itself, and at every 64 bytes its whole
/// state fits into 32 bytes (``state``), from which the hash can be taken up again elsewhere.
/// libcrypto does the work, with the processor's SHA instructions where it has them.
package struct SHA256: Sendable {
  /// The size of a block, in bytes: a ``SHA256State`` exists only between two blocks.
  package static let blockSize = 64

  private var context: SHA256_CTX

  /// How many bytes were hashed so far, those before a resumed state included.
  package private(set) var byteCount: Int

  /// Starts the hash of a new content.
  package init() {
    context = SHA256_CTX()
    byteCount = 0
    unsafe SHA256_Init(&context)
  }

  /// Takes up a hash where another one stood.
  ///
  /// - Parameters:
  ///   - state: The state after the first `byteCount` bytes.
  ///   - byteCount: How many bytes were hashed to reach `state`.
  /// - Precondition: `byteCount` is a multiple of ``blockSize`` and not negative.
  package init(resuming state: SHA256State, byteCount: Int) {
    precondition(byteCount >= 0 && byteCount.isMultiple(of: Self.blockSize), "inside a block")
    self.init()
    self.byteCount = byteCount
    context.h = state.registers
    let bitCount = UInt64(byteCount) << 3
    context.Nl = UInt32(truncatingIfNeeded: bitCount)
    context.Nh = UInt32(truncatingIfNeeded: bitCount >> 32)
  }

  /// Hashes the next bytes of the content.
  package mutating func update(_ bytes: Span<UInt8>) {
    byteCount += bytes.count
    unsafe bytes.withUnsafeBytes { buffer in
      _ = unsafe SHA256_Update(&context, buffer.baseAddress, buffer.count)
    }
  }

  /// The name of the content hashed so far; the hash can go on afterwards.
  package func finalize() -> ObjectID {
    var copy = context
    var digest = [32 of UInt8](repeating: 0)
    var span = digest.mutableSpan
    unsafe span.withUnsafeMutableBufferPointer { buffer in
      _ = unsafe SHA256_Final(buffer.baseAddress, &copy)
    }
    return ObjectID(bytes: digest.span)
  }

  /// The state between two blocks, for ``init(resuming:byteCount:)``.
  ///
  /// - Precondition: ``byteCount`` is a multiple of ``blockSize``.
  package var state: SHA256State {
    precondition(byteCount.isMultiple(of: Self.blockSize), "inside a block")
    return SHA256State(registers: context.h)
  }

  /// The name of `bytes`.
  package static func id(of bytes: Span<UInt8>) -> ObjectID {
    var hash = SHA256()
    hash.update(bytes)
    return hash.finalize()
  }
}

/// The state of SHA-256 between two blocks.
///
/// With the state at the start of a segment and the state at its end, the segment can be checked
/// by itself: so one huge file is verified on all cores, and an append hashes only what is new.
package struct SHA256State: Sendable {
  /// The size of a state, in bytes.
  package static let byteCount = 32

  /// The eight working variables that FIPS 180-4 calls H0 to H7.
  let registers: Registers

  typealias Registers = (UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32)

  init(registers: Registers) {
    self.registers = registers
  }

  /// The state before the first byte.
  package static let initial = SHA256().state

  /// Reads the 32 bytes that start at `offset`, as ``bytes`` gives them.
  ///
  /// - Precondition: `bytes` holds at least `offset + 32` bytes.
  package init(bytes: Span<UInt8>, at offset: Int = 0) {
    // A state has the shape of a digest: eight words, most significant byte first.
    let words = ObjectID(bytes: bytes, at: offset).words
    registers = (
      UInt32(truncatingIfNeeded: words.0 >> 32), UInt32(truncatingIfNeeded: words.0),
      UInt32(truncatingIfNeeded: words.1 >> 32), UInt32(truncatingIfNeeded: words.1),
      UInt32(truncatingIfNeeded: words.2 >> 32), UInt32(truncatingIfNeeded: words.2),
      UInt32(truncatingIfNeeded: words.3 >> 32), UInt32(truncatingIfNeeded: words.3)
    )
  }

  /// The 32 bytes of the state: H0 to H7, each with its most significant byte first.
  package var bytes: [UInt8] { asDigest.bytes }

  private var asDigest: ObjectID {
    func word(_ high: UInt32, _ low: UInt32) -> UInt64 { UInt64(high) << 32 | UInt64(low) }
    return ObjectID(
      words: (
        word(registers.0, registers.1), word(registers.2, registers.3),
        word(registers.4, registers.5), word(registers.6, registers.7)
      ))
  }
}

extension SHA256State: Hashable {
  package static func == (left: Self, right: Self) -> Bool { left.asDigest == right.asDigest }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(asDigest)
  }
}
