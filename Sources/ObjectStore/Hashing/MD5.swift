internal import CCrypto
package import Primitives

/// MD5 over bytes that arrive piece by piece, for contents that another tool names by it.
package struct MD5: Sendable {
  private var context: MD5_CTX

  /// Starts the hash of a content.
  package init() {
    context = MD5_CTX()
    unsafe MD5_Init(&context)
  }

  /// Hashes the next bytes of the content.
  package mutating func update(_ bytes: Span<UInt8>) {
    unsafe bytes.withUnsafeBytes { buffer in
      _ = unsafe MD5_Update(&context, buffer.baseAddress, buffer.count)
    }
  }

  /// The digest of the content hashed so far; the hash can go on afterwards.
  package func finalize() -> MD5Digest {
    var copy = context
    var digest = [16 of UInt8](repeating: 0)
    var span = digest.mutableSpan
    unsafe span.withUnsafeMutableBufferPointer { buffer in
      _ = unsafe MD5_Final(buffer.baseAddress, &copy)
    }
    return MD5Digest(bytes: digest.span)
  }

  /// The digest of `bytes`.
  package static func digest(of bytes: Span<UInt8>) -> MD5Digest {
    var hash = MD5()
    hash.update(bytes)
    return hash.finalize()
  }
}

/// Which digests by MD5 are taken of files while they are stored.
package enum MD5Form: Hashable, Sendable {
  /// That of the bytes.
  case plain
  /// Those under which DVC before 3.0 may have kept them, besides that of the bytes.
  case withoutLineEnds
}

/// The digests that are taken of one file.
struct MD5Sums: Sendable {
  private var plain = MD5()
  private var text: TextMD5?

  init(_ form: MD5Form) {
    text = form == .withoutLineEnds ? TextMD5() : nil
  }

  /// Hashes the next bytes; those before were a multiple of ``TextMD5/blockSize``.
  mutating func update(_ bytes: Span<UInt8>) {
    plain.update(bytes)
    var start = 0
    while text != nil, start < bytes.count {
      let end = min(start + TextMD5.blockSize, bytes.count)
      text?.update(bytes.extracting(start..<end))
      start = end
    }
  }

  /// The digests, each once.
  func finalize() -> Set<MD5Digest> {
    var sums: Set = [plain.finalize()]
    if let text { sums.formUnion(text.finalize()) }
    return sums
  }
}

/// The MD5 of DVC before 3.0: of what it takes for text, with each CR LF as LF.
///
/// It reads blocks of 1 MiB. Whether something is text is told by the first 512 bytes: no zero byte,
/// and at most three of ten bytes that are no printable ASCII. Older versions look at the start of the
/// file, newer ones at the start of each block.
struct TextMD5: Sendable {
  /// The size of a block, in bytes.
  static let blockSize = 1 << 20

  private static let sample = 512

  private var byFile = MD5()
  private var byBlock = MD5()
  private var isTextFile: Bool?

  /// Hashes the next block: all but the last have ``blockSize`` bytes.
  mutating func update(_ block: Span<UInt8>) {
    let isText = Self.isText(block.extracting(0..<min(Self.sample, block.count)))
    let isTextFile = self.isTextFile ?? isText
    self.isTextFile = isTextFile
    guard isText || isTextFile else {
      byFile.update(block)
      return byBlock.update(block)
    }
    let plain = Self.withoutReturns(block)
    if isTextFile { byFile.update(plain.span) } else { byFile.update(block) }
    if isText { byBlock.update(plain.span) } else { byBlock.update(block) }
  }

  func finalize() -> Set<MD5Digest> { [byFile.finalize(), byBlock.finalize()] }

  private static func isText(_ sample: Span<UInt8>) -> Bool {
    var others = 0
    for index in sample.indices {
      switch sample[index] {
      case 0: return false
      case 8, 9, 10, 12, 13, 32...126: break
      default: others += 1
      }
    }
    return 10 * others <= 3 * sample.count
  }

  private static func withoutReturns(_ block: Span<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(block.count)
    for index in block.indices {
      let isReturn =
        block[index] == 0x0D && index + 1 < block.count && block[index + 1] == 0x0A
      if !isReturn { bytes.append(block[index]) }
    }
    return bytes
  }
}
