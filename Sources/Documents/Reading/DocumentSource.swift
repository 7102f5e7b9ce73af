internal import Primitives

/// The bytes of a document: valid UTF-8 of bounded size.
struct DocumentSource {
  let bytes: [UInt8]

  /// Where the text begins: behind the byte order mark, if there is one.
  let start: Int

  /// Throws where the bytes are too many, or no UTF-8.
  init(
    _ bytes: [UInt8], limit: ByteCount = DocumentLimits.size
  ) throws(DocumentError) {
    let size = ByteCount.bytes(bytes.count)
    if size > limit { throw .tooLarge(size, limit: limit) }
    self.bytes = bytes
    start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    do {
      _ = try UTF8Span(validating: bytes.span)
    } catch {
      throw .notUTF8(place(at: error.byteOffsets.lowerBound))
    }
  }

  /// The place of a byte; where the bytes are not UTF-8, every one that begins no character counts
  /// to the one before it.
  func place(at offset: Int) -> DocumentPlace {
    let before = bytes[start..<max(start, min(offset, bytes.count))]
    let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? start
    let line = before.count { $0 == UInt8(ascii: "\n") } + 1
    return DocumentPlace(line: line, column: before[lineStart...].count { $0 & 0xC0 != 0x80 } + 1)
  }

  func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
}

/// What a document may be at most: it may come from anybody, and is held in memory.
enum DocumentLimits {
  /// Larger files are tables, and are streamed.
  static let size = ByteCount.mebibytes(16)
  /// A table of TOML takes the library a hundred times its text.
  static let tomlSize = ByteCount.mebibytes(2)
  /// Values of all kinds: 100 MB of memory.
  static let values = 500_000
  /// Lists and tables within each other.
  static let depth = 100
  /// Values that aliases of YAML add to those that are written out.
  static let aliasedValues = 500_000
  /// One row of a table.
  static let row = ByteCount.mebibytes(1)
  /// The columns of a table.
  static let columns = 10_000
}
