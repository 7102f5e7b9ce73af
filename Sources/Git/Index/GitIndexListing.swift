package import Platform
package import Primitives

/// Git's index, read without libgit2, whose start alone takes longer than a hook may.
///
/// It is what `gitformat-index` describes, in versions 2 to 4, and of each entry only what a hook
/// asks for.
package struct GitIndexListing: Sendable {
  /// One entry.
  package struct Entry: Hashable, Sendable {
    /// The path as it stands there: a hostile repository may have made it up.
    package let path: ByteString
    package let id: GitID

    /// The size of the file when git last looked at it, modulo 4 GiB; 0 where git did not look.
    package let size: ByteCount

    /// Whether it is a file or a symlink, in one version: not a submodule, nor part of a conflict.
    package let isMergedFile: Bool
  }

  /// The wanted entries, in the order of the index.
  package let entries: [Entry]

  /// Reads an index.
  ///
  /// - Parameters:
  ///   - file: The index; none is as good as an empty one.
  ///   - wants: Which entries count, by path and size.
  /// - Returns: `nil` for an index that is split, sparse, damaged or of a version to come.
  /// - Throws: ``GitError/file(_:)``.
  package static func read(
    _ file: FilePath, where wants: (ArraySlice<UInt8>, Int) -> Bool
  ) throws(GitError) -> Self? {
    do throws(FileError) {
      guard let bytes = try file.contentsIfPresent(limit: .gibibytes(2)), !bytes.isEmpty else {
        return Self(entries: [])
      }
      return Self(bytes, where: wants)
    } catch {
      throw .file(error)
    }
  }

  private init(entries: [Entry]) {
    self.entries = entries
  }

  /// Reads the bytes of an index; `nil` for what is none that it understands.
  init?(_ bytes: [UInt8], where wants: (ArraySlice<UInt8>, Int) -> Bool) {
    var reader = Reader(bytes: bytes)
    guard bytes.starts(with: Array("DIRC".utf8)), bytes.count >= 12 + GitID.byteCount else {
      return nil
    }
    let version = reader.number(at: 4)
    guard (2...4).contains(version) else { return nil }
    var entries: [Entry] = []
    reader.offset = 12
    for _ in 0..<reader.number(at: 8) {
      guard let fields = reader.entry(version: version) else { return nil }
      let path = version == 4 ? reader.path[...] : bytes[fields.name]
      guard wants(path, fields.size) else { continue }
      entries.append(
        Entry(
          path: ByteString(path), id: GitID(bytes: bytes[fields.id]), size: .bytes(fields.size),
          isMergedFile: fields.isMergedFile))
    }
    // An extension whose name begins with a small letter says that the entries are not all.
    while reader.offset < bytes.count - GitID.byteCount {
      guard reader.offset + 8 <= bytes.count, bytes[reader.offset] < UInt8(ascii: "a") else {
        return nil
      }
      reader.offset += 8 + reader.number(at: reader.offset + 4)
    }
    self.entries = entries
  }

  /// Goes through the bytes of an index.
  private struct Reader {
    struct Fields {
      let id: Range<Int>
      let name: Range<Int>
      let size: Int
      let isMergedFile: Bool
    }

    let bytes: [UInt8]
    var offset = 0

    /// The path of the last entry, in version 4: each is told by how it differs from the last.
    var path: [UInt8] = []

    /// The number of four bytes, most significant first; the caller knows that they are there.
    func number(at offset: Int) -> Int {
      bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
    }

    mutating func entry(version: Int) -> Fields? {
      let start = offset
      // Times, device, inode, mode, owner and size take 40 bytes, then name and flags.
      guard start + 62 < bytes.count else { return nil }
      let flags = Int(bytes[start + 60]) << 8 | Int(bytes[start + 61])
      let nameStart = start + (flags & 0x4000 == 0 ? 62 : 64)
      let mode = number(at: start + 24)
      offset = nameStart
      if version == 4, !dropCommonEnd() { return nil }
      guard let end = bytes[min(offset, bytes.count)...].firstIndex(of: 0) else { return nil }
      let name = offset..<end
      if version == 4 {
        path += bytes[name]
        offset = end + 1
      } else {
        // From one to eight zero bytes, up to a multiple of eight.
        offset = start + (end - start + 8) / 8 * 8
      }
      guard offset <= bytes.count else { return nil }
      return Fields(
        id: start + 40..<start + 60, name: name, size: number(at: start + 36),
        isMergedFile: flags & 0x3000 == 0 && mode & 0o170000 != 0o160000)
    }

    /// Reads how many bytes the path before has more, and takes them away.
    private mutating func dropCommonEnd() -> Bool {
      var count = 0
      while offset < bytes.count {
        let byte = bytes[offset]
        offset += 1
        count += Int(byte & 0x7F)
        if byte & 0x80 == 0 {
          guard count <= path.count else { return false }
          path.removeLast(count)
          return true
        }
        guard count < 1 << 24 else { return false }
        count = (count + 1) << 7
      }
      return false
    }
  }
}
