package import Primitives

/// A directory as an object: its names, and what each of them stands for.
///
/// `docs/format/tree.md` is the specification; comments here refer to its sections.
package struct Tree: Hashable, Sendable {
  /// The bytes that every encoded tree begins with (§1).
  package static let magic: [UInt8] = [0x53, 0x68, 0x54, 0x72, 0x65, 0x65, 0x00, 0x01]

  /// The entries, sorted by name; no name occurs twice.
  package let entries: [TreeEntry]

  /// The bytes of all files below the directory.
  package let size: ByteCount

  /// How many files and symlinks lie below the directory.
  package let files: Int

  /// Makes a tree of entries in any order.
  ///
  /// - Throws: The ``Flaw`` that makes them no valid directory.
  package init(_ entries: [TreeEntry]) throws(Flaw) {
    try self.init(sorted: entries.sorted { $0.name < $1.name })
  }

  /// Reads an encoded tree, and checks every rule (§2).
  ///
  /// - Throws: The ``Flaw`` that was found.
  package init(decoding bytes: [UInt8]) throws(Flaw) {
    var reader = ByteReader(bytes)
    guard reader.consume(Array(Self.magic.dropLast())) else { throw .notATree }
    guard let version = reader.number(UInt8.self) else { throw .truncated }
    guard version == Self.magic.last else { throw .newerVersion(Int(version)) }
    var entries: [TreeEntry] = []
    entries.reserveCapacity(bytes.count / 64)
    while !reader.isAtEnd { entries.append(try Self.entry(&reader)) }
    try self.init(sorted: entries)
  }

  private init(sorted entries: [TreeEntry]) throws(Flaw) {
    var size = 0
    var files = 0
    var previous: ByteString?
    for entry in entries {
      if let previous, previous >= entry.name { throw .unsorted(entry.name) }
      try Self.check(entry.name)
      let (newSize, sizeOverflow) = size.addingReportingOverflow(entry.size.bytes)
      let (newFiles, filesOverflow) = files.addingReportingOverflow(entry.files)
      if sizeOverflow || filesOverflow || entry.size < .zero || entry.files < 0 {
        throw .impossibleSize(entry.name)
      }
      (size, files, previous) = (newSize, newFiles, entry.name)
    }
    self.entries = entries
    self.size = .bytes(size)
    self.files = files
  }

  /// The content of the tree object; the same entries always give the same bytes (§1).
  package func encoded() -> [UInt8] {
    var bytes = Self.magic
    bytes.reserveCapacity(entries.reduce(8) { $0 + $1.encodedCount })
    for entry in entries { entry.encode(to: &bytes) }
    return bytes
  }

  /// The entry of a name, found by bisection.
  package subscript(name: ByteString) -> TreeEntry? {
    var range = 0..<entries.count
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      if entries[middle].name == name { return entries[middle] }
      range =
        entries[middle].name < name ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return nil
  }

  /// Whether a name may stand in a directory (§2).
  ///
  /// - Throws: The ``Flaw`` of the name.
  package static func check(_ name: ByteString) throws(Flaw) {
    let bytes = name.bytes
    if bytes.isEmpty || bytes.count > 255 { throw .badName(name) }
    if bytes.count <= 2, bytes.allSatisfy({ $0 == UInt8(ascii: ".") }) { throw .badName(name) }
    if bytes.contains(0) || bytes.contains(UInt8(ascii: "/")) { throw .badName(name) }
    if bytes.count == 4, bytes.map({ $0 | 0x20 }) == Array(".git".utf8), bytes[0] == 0x2E {
      throw .gitDirectory(name)
    }
  }

  private static func entry(_ reader: inout ByteReader) throws(Flaw) -> TreeEntry {
    guard let kindByte = reader.number(UInt8.self), let nameCount = reader.number(UInt8.self)
    else { throw .truncated }
    guard let kind = TreeEntry.Kind(rawValue: kindByte) else { throw .unknownKind(kindByte) }
    guard let size = reader.size() else { throw .truncated }
    var files = 1
    if kind == .directory {
      guard let count = reader.size() else { throw .truncated }
      files = count
    }
    guard let id = reader.objectID(), let name = reader.array(Int(nameCount)) else {
      throw .truncated
    }
    return TreeEntry(
      kind: kind, id: id, size: .bytes(size), files: files, name: ByteString(name))
  }
}

extension Tree {
  /// A rule of the format that something breaks.
  package enum Flaw: Error, Hashable {
    case notATree
    case newerVersion(Int)
    case truncated
    case unknownKind(UInt8)
    case badName(ByteString)
    case gitDirectory(ByteString)
    case unsorted(ByteString)
    case impossibleSize(ByteString)
    /// The directory does not hold what its entry in the parent says.
    case differsFromEntry
    /// The same directories come again and again in it: see ``TreeExpansion``.
    case repeated
    /// More directories than can be walked lie above it.
    case tooDeep
  }
}

extension Tree.Flaw: CustomStringConvertible {
  package var description: String {
    switch self {
    case .notATree: "it does not begin as one"
    case .newerVersion(let version): "it has version \(version), and this program reads version 1"
    case .truncated: "it ends in the middle of an entry"
    case .unknownKind(let kind): "an entry has the unknown kind \(kind)"
    case .badName(let name): "the name '\(name)' cannot lie in a directory"
    case .gitDirectory(let name): "the name '\(name)' would plant a git repository"
    case .unsorted(let name): "the name '\(name)' is out of order or occurs twice"
    case .impossibleSize(let name): "the size of '\(name)' is impossible"
    case .differsFromEntry: "its size or number of files is not what its parent says"
    case .repeated: "the same directories come in it over and over"
    case .tooDeep: "it lies too deep"
    }
  }
}

/// One name in a directory.
package struct TreeEntry: Hashable, Sendable {
  /// What a name stands for; the raw value is the byte in the format.
  package enum Kind: UInt8, Hashable, Sendable {
    case file = 0x66
    case executable = 0x78
    case symlink = 0x6C
    case directory = 0x64
  }

  package let kind: Kind

  /// The oid of the content, of the symlink's target, or of the directory's tree.
  package let id: ObjectID

  /// The bytes of the content; for a directory, of all files below it.
  package let size: ByteCount

  /// How many files and symlinks lie below a directory; 1 for anything else.
  package let files: Int

  package let name: ByteString

  /// Makes an entry; `files` counts only for a directory.
  package init(kind: Kind, id: ObjectID, size: ByteCount, files: Int = 1, name: ByteString) {
    self.kind = kind
    self.id = id
    self.size = size
    self.files = kind == .directory ? files : 1
    self.name = name
  }

  /// The size of the encoded entry, in bytes.
  var encodedCount: Int {
    1 + 1 + 8 + (kind == .directory ? 8 : 0) + ObjectID.byteCount + name.count
  }

  /// Appends the encoded entry (`docs/format/tree.md` §1).
  func encode(to bytes: inout [UInt8]) {
    bytes.append(addingCapacity: encodedCount) { output in
      output.append(kind.rawValue)
      output.append(UInt8(name.count))
      output.append(littleEndian: UInt64(size.bytes))
      if kind == .directory { output.append(littleEndian: UInt64(files)) }
      output.append(id)
      for byte in name.bytes { output.append(byte) }
    }
  }
}
