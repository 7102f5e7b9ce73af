/// Turns numbers of characters, in which libyaml counts, into numbers of bytes.
///
/// It walks from the place it was asked for last, so that places in order cost one pass.
struct CharacterCursor {
  private let bytes: [UInt8]
  private var offset: Int
  private var character = 0

  init(_ source: DocumentSource) {
    bytes = source.bytes
    offset = source.start
  }

  /// The byte at which a character begins, counted from the start of the text.
  mutating func offset(of target: Int) -> Int {
    while character < target, offset < bytes.count {
      offset += 1
      while offset < bytes.count, isContinuation(offset) { offset += 1 }
      character += 1
    }
    while character > target {
      offset -= 1
      while isContinuation(offset) { offset -= 1 }
      character -= 1
    }
    return offset
  }

  private func isContinuation(_ offset: Int) -> Bool { bytes[offset] & 0xC0 == 0x80 }
}
