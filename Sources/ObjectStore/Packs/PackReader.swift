internal import Platform
internal import Primitives

/// Reads a pack from its tail: `docs/format/pack.md` § Reading.
struct PackReader: ~Copyable, Sendable {
  private let file: OpenFile
  let footer: PackFooter

  /// The last bytes of the file, read together with the footer.
  private let tail: [UInt8]

  /// How much is read at once from the end: the directory of an ordinary pack fits.
  private static let tailSize = 64 << 10

  /// Opens a pack and checks header and footer.
  ///
  /// - Parameters:
  ///   - path: The pack.
  ///   - withDirectory: Whether to read as much of the tail as usually holds the directory.
  /// - Throws: ``StoreError/damagedPack(_:_:)``, or ``StoreError/file(_:)``.
  init(_ path: FilePath, withDirectory: Bool = true) throws(StoreError) {
    let file = try Self.open(path)
    (footer, tail) = try Self.readTail(
      of: file, size: withDirectory ? Self.tailSize : PackFooter.byteCount)
    self.file = file
  }

  private static func open(_ path: FilePath) throws(StoreError) -> OpenFile {
    do {
      return try OpenFile.forReading(path, followingSymlink: false)
    } catch {
      throw .file(error)
    }
  }

  private static func readTail(
    of file: borrowing OpenFile, size wanted: Int
  ) throws(StoreError) -> (PackFooter, [UInt8]) {
    let size: Int
    let tail: [UInt8]
    let header: [UInt8]
    do {
      size = try file.status().size.bytes
      let count = min(size, wanted)
      tail = try file.bytes(.bytes(count), at: size - count)
      header = try file.upTo(.bytes(PackFormat.headerSize), at: 0)
    } catch {
      throw .file(error)
    }
    do {
      return (try checked(header: header, tail: tail, size: size), tail)
    } catch {
      throw .damagedPack(file.path, error)
    }
  }

  var path: FilePath { file.path }

  private static func checked(
    header: [UInt8], tail: [UInt8], size: Int
  ) throws(PackFlaw) -> PackFooter {
    var reader = ByteReader(header)
    guard reader.consume(PackFormat.magic), let version = reader.number(UInt32.self),
      let zero = reader.number(UInt32.self)
    else { throw .header }
    guard version <= PackFormat.version else { throw .newer(version: Int(version)) }
    guard version == PackFormat.version, zero == 0 else { throw .header }
    return try PackFooter(decoding: Array(tail.suffix(PackFooter.byteCount)), size: size)
  }

  // MARK: - The directory

  /// Reads and checks the whole directory.
  ///
  /// - Returns: The entries, sorted by oid.
  /// - Throws: ``StoreError/damagedPack(_:_:)``, or ``StoreError/file(_:)``.
  borrowing func entries() throws(StoreError) -> [PackEntry] {
    let bytes = try directory()
    guard SHA256.id(of: bytes.span) == footer.directoryHash else {
      throw .damagedPack(path, .directory)
    }
    var entries: [PackEntry] = []
    entries.reserveCapacity(footer.count)
    for index in 0..<footer.count {
      let entry = PackEntry(bytes: bytes.span, at: index * PackEntry.byteCount)
      let isAscending = entries.last.map { $0.oid < entry.oid } ?? true
      guard isAscending, Self.isValid(entry, in: footer) else { throw .damagedPack(path, .entry) }
      entries.append(entry)
    }
    return entries
  }

  private borrowing func directory() throws(StoreError) -> [UInt8] {
    let end = tail.count - PackFooter.byteCount
    if footer.directorySize <= end { return Array(tail[(end - footer.directorySize)..<end]) }
    let missing = footer.directorySize - end
    do {
      // The footer was found to agree with the size of the file, so this much is there.
      return try file.bytes(.bytes(missing), at: footer.directoryOffset) + tail[..<end]
    } catch {
      throw .file(error)
    }
  }

  /// Whether an entry of the pack's own directory keeps to the format.
  private static func isValid(_ entry: PackEntry, in footer: PackFooter) -> Bool {
    guard let kind = RecordKind(byte: entry.kind) else { return false }
    return entry.pack == 0 && PackKind(kind.recordClass) == footer.kind
      && Int(entry.offset) >= PackFormat.headerSize
      && Int(entry.offset) + Int(entry.storedLength) <= footer.directoryOffset
      && entry.storedLength <= entry.length
  }

  /// Looks one oid up by reading single entries.
  ///
  /// The directory's hash is not checked: a record is proven by its oid in any case.
  ///
  /// - Complexity: O(log `count`) reads of 48 bytes.
  borrowing func find(_ oid: ObjectID) throws(StoreError) -> PackEntry? {
    var (low, high) = (0, footer.count)
    while low < high {
      let middle = (low + high) / 2
      let entry: PackEntry
      do {
        let bytes = try file.bytes(
          .bytes(PackEntry.byteCount), at: footer.directoryOffset + middle * PackEntry.byteCount)
        entry = PackEntry(bytes: bytes.span, at: 0)
      } catch {
        throw .file(error)
      }
      if entry.oid == oid {
        guard Self.isValid(entry, in: footer) else { throw .damagedPack(path, .entry) }
        return entry
      }
      if entry.oid < oid { low = middle + 1 } else { high = middle }
    }
    return nil
  }

  // MARK: - The whole file

  /// Reads the whole pack from front to back.
  ///
  /// - Parameter body: Called with the next bytes and their distance from the start.
  /// - Returns: The SHA-256 of the file, which is its name if it is whole.
  /// - Throws: ``StoreError``, also that of `body`.
  borrowing func hash(
    _ body: (Span<UInt8>, Int) throws(StoreError) -> Void = { _, _ in }
  ) throws(StoreError) -> ObjectID {
    var hash = SHA256()
    file.adviseSequential()
    var offset = 0
    while offset < footer.packSize {
      let bytes: [UInt8]
      do {
        bytes = try file.upTo(.bytes(min(1 << 20, footer.packSize - offset)), at: offset)
      } catch {
        throw .file(error)
      }
      guard !bytes.isEmpty else { throw .damagedPack(path, .truncated) }
      hash.update(bytes.span)
      try body(bytes.span, offset)
      offset += bytes.count
    }
    return hash.finalize()
  }

  /// Waits until the bytes of the pack are on disk.
  ///
  /// - Throws: ``StoreError/file(_:)``. It must not be tried again.
  borrowing func synchronize() throws(StoreError) {
    do {
      try file.synchronize()
    } catch {
      throw .file(error)
    }
  }
}
