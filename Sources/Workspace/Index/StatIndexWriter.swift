internal import Platform
internal import Primitives

/// Writes a new stat index, block by block, beside the one it will replace.
struct StatIndexWriter: ~Copyable {
  private let file: AtomicFile
  private let target: FilePath
  private var header: StatIndexHeader
  private var buffer: [UInt8] = []
  private var checksum = WordChecksum()

  /// The bytes of the body that were written to the file already.
  private var written = 0
  private var table: [(path: ByteString, offset: Int)] = []

  /// A multiple of 8, so that every piece but the last fills whole words of the checksum.
  private static let bufferSize = 1 << 20

  init(replacing target: FilePath, header: StatIndexHeader) throws(WorkspaceError) {
    do throws(FileError) {
      self.file = try AtomicFile(in: target.parent)
    } catch {
      throw .file(error)
    }
    self.target = target
    self.header = header
  }

  /// Adds a block; each path once, in any order.
  mutating func append(_ block: [UInt8], path: ByteString) throws(WorkspaceError) {
    header.note(IndexedDirectory(block, at: 0))
    try append(noted: block, path: path)
  }

  private mutating func append(
    noted block: some Collection<UInt8>, path: ByteString
  ) throws(WorkspaceError) {
    table.append((path, written + buffer.count))
    buffer += block
    if buffer.count >= Self.bufferSize { try flush(keeping: buffer.count % 8) }
  }

  /// Adds a directory of another index as it is.
  mutating func append(copying directory: IndexedDirectory) throws(WorkspaceError) {
    header.note(directory)
    try append(noted: directory.blockBytes, path: directory.path)
  }

  /// Writes what is left, with `base` in the header, so that only the name is missing.
  mutating func complete(base: ObjectID?) throws(WorkspaceError) {
    buffer += [UInt8](repeating: 0, count: (8 - buffer.count % 8) % 8)
    table.sort { $0.path < $1.path }
    for row in table { buffer.append(littleEndian: UInt64(row.offset)) }
    try flush(keeping: 0)
    header.base = base
    header.blockCount = table.count
    header.bodyCount = written
    header.bodyChecksum = checksum.value
    do throws(FileError) {
      try file.file.write(header.encoded().span, at: 0)
    } catch {
      throw .file(error)
    }
  }

  /// Gives the completed index its name.
  consuming func commit() throws(WorkspaceError) {
    do throws(FileError) {
      try file.commit(to: target, durably: false)
    } catch {
      throw .file(error)
    }
  }

  /// Completes the index and gives it its name.
  consuming func finish(base: ObjectID?) throws(WorkspaceError) {
    try complete(base: base)
    try commit()
  }

  private mutating func flush(keeping rest: Int) throws(WorkspaceError) {
    let count = buffer.count - rest
    var checksum = checksum
    checksum.update(buffer.span.extracting(..<count))
    self.checksum = checksum
    do throws(FileError) {
      try file.file.write(
        buffer.span.extracting(..<count), at: header.encodedCount + written)
    } catch {
      throw .file(error)
    }
    written += count
    buffer.removeFirst(count)
  }
}
