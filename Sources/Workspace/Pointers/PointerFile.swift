package import ObjectStore
internal import Platform
package import Primitives

/// The content of a pointer: what git carries in the place of data.
///
/// `docs/format/pointer.md` is the specification; comments here refer to its sections.
package struct PointerFile: Hashable, Sendable {
  /// What a pointer stands for.
  package enum Kind: String, Hashable, Sendable, Encodable {
    case file
    case tree
  }

  /// Where imported data came from.
  package struct Source: Hashable, Sendable {
    package let location: ByteString
    package let path: ByteString?
    package let revision: ByteString?

    package init(location: ByteString, path: ByteString? = nil, revision: ByteString? = nil) {
      self.location = location
      self.path = path
      self.revision = revision
    }
  }

  package let kind: Kind
  package let id: ObjectID

  /// The bytes of the file, or of all files in the directory.
  package let size: ByteCount

  /// How many files and symlinks the directory holds; 1 for a file.
  package let files: Int

  package let source: Source?

  /// The end of a pointer's name.
  package static let suffix: ByteString = ".shale"

  /// A pointer is smaller than this.
  package static let sizeLimit = ByteCount.kibibytes(1)

  /// The newest version that this program reads, and the one it writes.
  package static let newestVersion = 1

  /// The pointer of a file.
  package static func file(
    _ id: ObjectID, size: ByteCount, source: Source? = nil
  ) -> Self {
    Self(kind: .file, id: id, size: size, files: 1, source: source)
  }

  /// The pointer of a directory.
  package static func tree(
    _ id: ObjectID, size: ByteCount, files: Int, source: Source? = nil
  ) -> Self {
    Self(kind: .tree, id: id, size: size, files: files, source: source)
  }

  private init(kind: Kind, id: ObjectID, size: ByteCount, files: Int, source: Source?) {
    self.kind = kind
    self.id = id
    self.size = size
    self.files = files
    self.source = source
  }

  /// The kind of the entry that the pointer would be in a tree.
  package var entryKind: TreeEntry.Kind { kind == .tree ? .directory : .file }
}

// MARK: - Names

extension PointerFile {
  /// Whether a name is that of a pointer: it ends in `.shale`, with something before.
  package static func isPointerName(_ name: ByteString) -> Bool {
    name.count > suffix.count && name.bytes.suffix(suffix.count).elementsEqual(suffix.bytes)
  }

  /// The path of the pointer of `path`, which is not the root.
  package static func path(of path: RepositoryPath) -> RepositoryPath {
    // Appending to the last name keeps every rule of a path.
    (try? RepositoryPath(ByteString(path.bytes.bytes + suffix.bytes))) ?? path
  }

  /// The path whose pointer `pointer` is, or `nil` when it has not the name of one (§2).
  package static func dataPath(of pointer: RepositoryPath) -> RepositoryPath? {
    guard isPointerName(pointer.name),
      let path = try? RepositoryPath(ByteString(pointer.bytes.bytes.dropLast(suffix.count)))
    else { return nil }
    return isForData(path) ? path : nil
  }

  /// Whether a path is neither git's nor Shale's own, so that data may lie there (§2).
  static func isForData(_ path: RepositoryPath) -> Bool {
    let components = path.components
    guard let first = components.first, first != ".shale" else { return false }
    let isGit = components.contains { name in
      name.count == 4 && name.bytes.map { $0 | 0x20 } == Array(".git".utf8)
    }
    let isOurs =
      path.name == GitIgnoreFile.name || path.name == GitAttributesFile.name
      || path.name == IgnoreRules.fileName
    return !isGit && !isOurs
  }
}

// MARK: - In a worktree

extension PointerFile {
  /// The content of the pointer of a path, cut where it is too long to be one.
  ///
  /// - Parameters:
  ///   - path: The path of the data.
  ///   - root: The root of the worktree.
  /// - Returns: `nil` where no file has the name.
  static func bytes(
    of path: RepositoryPath, in root: FilePath
  ) throws(FileError) -> [UInt8]? {
    let file = root.appending(Self.path(of: path))
    do {
      guard let status = try file.statusIfPresent(), status.kind == .file else { return nil }
      return try OpenFile.forReading(file, followingSymlink: false).upTo(sizeLimit, at: 0)
    } catch {
      if error.isNotFound { return nil }
      throw error
    }
  }
}

// MARK: - Encoding

extension PointerFile {
  /// The one encoding of the pointer (§1).
  package func encoded() -> [UInt8] {
    var text = "shale \(Self.newestVersion)\nkind \(kind.rawValue)\noid sha256:\(id.hex)\n"
    text += "size \(size.bytes)\n"
    if kind == .tree { text += "files \(files)\n" }
    var bytes = Array(text.utf8)
    func append(_ key: String, _ value: ByteString?) {
      guard let value else { return }
      bytes += Array(key.utf8) + [UInt8(ascii: " ")] + value.bytes + [UInt8(ascii: "\n")]
    }
    append("source", source?.location)
    append("source-path", source?.path)
    append("source-rev", source?.revision)
    return bytes
  }

  /// Reads a pointer, and refuses everything but its one encoding (§2).
  ///
  /// - Throws: What is wrong with it; ``PointerProblem/conflict(_:)`` where git left markers.
  package init(decoding bytes: [UInt8]) throws(PointerProblem) {
    guard bytes.count < Self.sizeLimit.bytes else { throw .tooLarge }
    if let conflict = PointerConflict(bytes) { throw .conflict(conflict) }
    guard bytes.starts(with: Array("shale ".utf8)) else { throw .notAPointer }
    if bytes.contains(UInt8(ascii: "\r")) { throw .carriageReturns }
    guard bytes.last == UInt8(ascii: "\n") else { throw .truncated }
    var lines = PointerLines(bytes)
    let version = try lines.required("shale")
    guard let number = Self.number(version) else {
      throw .badValue(key: "shale", value: version)
    }
    guard number == Self.newestVersion else { throw .newerVersion(number) }
    let kindName = try lines.required("kind")
    guard let kind = kindName.text.flatMap({ Kind(rawValue: $0) }) else {
      throw .badValue(key: "kind", value: kindName)
    }
    let id = try Self.id(lines.required("oid"))
    let size = try lines.requiredNumber("size")
    let files = kind == .tree ? try lines.requiredNumber("files") : 1
    let location = try lines.optional("source")
    let source: Source? =
      if let location {
        Source(
          location: location, path: try lines.optional("source-path"),
          revision: try lines.optional("source-rev"))
      } else { nil }
    try lines.end()
    self.init(kind: kind, id: id, size: .bytes(size), files: files, source: source)
    // What was read by the rules is encoded the same way again, or a rule is missing here.
    guard encoded() == bytes else { throw .notCanonical }
  }

  private static func id(_ value: ByteString) throws(PointerProblem) -> ObjectID {
    let prefix = Array("sha256:".utf8)
    guard value.bytes.starts(with: prefix),
      let id = ObjectID(hex: value.bytes.dropFirst(prefix.count))
    else { throw .badValue(key: "oid", value: value) }
    return id
  }

  /// A decimal number below 2^63, without sign or leading zeros.
  static func number(_ value: ByteString) -> Int? {
    guard !value.isEmpty, value.bytes.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    if value.count > 1, value.bytes.first == 0x30 { return nil }
    return value.text.flatMap { Int($0) }
  }
}

/// The lines of a pointer, taken one after the other.
private struct PointerLines {
  private var lines: [ArraySlice<UInt8>]
  private var next = 0

  init(_ bytes: [UInt8]) {
    lines = bytes.dropLast().split(
      separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
  }

  /// The value of `key`, if the next line has it.
  mutating func optional(_ key: String) throws(PointerProblem) -> ByteString? {
    guard next < lines.count else { return nil }
    let (name, value) = try split(lines[next])
    guard name.bytes.elementsEqual(key.utf8) else { return nil }
    next += 1
    if value.isEmpty || value.bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
      throw .badValue(key: key, value: value)
    }
    return value
  }

  mutating func required(_ key: String) throws(PointerProblem) -> ByteString {
    if let value = try optional(key) { return value }
    if next < lines.count {
      let (name, _) = try split(lines[next])
      if !Self.known.contains(name) { throw .unknownKey(name) }
    }
    throw .missingKey(key)
  }

  mutating func requiredNumber(_ key: String) throws(PointerProblem) -> Int {
    let value = try required(key)
    guard let number = PointerFile.number(value) else {
      throw .badValue(key: key, value: value)
    }
    return number
  }

  func end() throws(PointerProblem) {
    guard next < lines.count else { return }
    let (name, _) = try split(lines[next])
    throw Self.known.contains(name) ? .misplacedKey(name) : .unknownKey(name)
  }

  private func split(
    _ line: ArraySlice<UInt8>
  ) throws(PointerProblem) -> (name: ByteString, value: ByteString) {
    guard let space = line.firstIndex(of: UInt8(ascii: " ")) else {
      throw .badLine(ByteString(line))
    }
    return (ByteString(line[..<space]), ByteString(line[(space + 1)...]))
  }

  private static let known: Set<ByteString> = [
    "shale", "kind", "oid", "size", "files", "source", "source-path", "source-rev",
  ]
}
