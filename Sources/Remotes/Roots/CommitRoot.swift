internal import ObjectStore
package import Primitives

/// What one git commit tracks, or one run leads to, as a push recorded it in a store.
///
/// `docs/format/remote.md` §2 is the specification.
package struct CommitRoot: Hashable, Sendable {
  /// What relies on the objects.
  package enum Kind: String, Hashable, Sendable {
    case commit
    /// A run whose record no commit has to carry.
    case run

    /// The directory of such roots.
    var directory: ByteString { self == .commit ? "commits" : "runs" }
  }

  /// One tracked path of the commit.
  package struct Entry: Hashable, Sendable {
    package let path: RepositoryPath

    /// Whether the path is a directory; its object is then a tree.
    package let isTree: Bool

    package let id: ObjectID

    /// The bytes of the file, or of all files in the directory.
    package let size: ByteCount

    /// How many files: 1 for a file.
    package let files: Int

    /// Whether the store held everything that the path needs when the root was written.
    package var isComplete: Bool

    package init(
      path: RepositoryPath, isTree: Bool, id: ObjectID, size: ByteCount, files: Int,
      isComplete: Bool
    ) {
      self.path = path
      self.isTree = isTree
      self.id = id
      self.size = size
      self.files = files
      self.isComplete = isComplete
    }
  }

  package let kind: Kind

  /// The id of the commit, or of the run, in hexadecimal.
  package let commit: String

  /// The generation of the store when the push began.
  package let generation: Int

  /// The committer's time, or when the run began, in seconds since 1970-01-01 00:00 UTC.
  package let date: Int

  /// The tracked paths in byte order.
  package let entries: [Entry]

  /// Makes a root; entries may come in any order, and each path once.
  package init(
    _ kind: Kind = .commit, commit: String, generation: Int, date: Int, entries: [Entry]
  ) {
    self.kind = kind
    self.commit = commit
    self.generation = generation
    self.date = date
    self.entries = entries.sorted { $0.path < $1.path }
  }

  /// Whether the store held everything that the commit tracks.
  package var isComplete: Bool { entries.allSatisfy(\.isComplete) }

  /// The whole file.
  func encoded() -> [UInt8] {
    var text = RootText(kind.rawValue)
    text.line("\(kind.rawValue) \(commit)")
    text.line("generation \(generation)")
    text.line("date \(date)")
    text.line("paths \(entries.count)")
    for entry in entries {
      let (state, kind) = (
        entry.isComplete ? "complete" : "partial", entry.isTree ? "tree" : "file"
      )
      text.line(
        "\(state) \(kind) \(entry.id.hex) \(entry.size.bytes) \(entry.files)", entry.path.bytes)
    }
    return text.finished()
  }

  /// Reads a root and checks every rule.
  init(decoding bytes: [UInt8], as kind: Kind = .commit) throws(RootLines.Flaw) {
    var lines = try RootLines(bytes, kind: kind.rawValue)
    let commit = String(decoding: try lines.value(kind.rawValue), as: UTF8.self)
    let generation = try lines.number("generation")
    let date = try lines.number("date")
    let count = try lines.number("paths")
    guard Self.isCommitID(commit), generation >= 0, count >= 0 else { throw .damaged }
    var entries: [Entry] = []
    while !lines.isAtEnd {
      let entry = try Self.entry(lines.fields(6))
      if let last = entries.last, last.path >= entry.path { throw .damaged }
      entries.append(entry)
    }
    guard entries.count == count else { throw .damaged }
    self.init(kind, commit: commit, generation: generation, date: date, entries: entries)
  }

  private static func entry(_ fields: [ArraySlice<UInt8>]) throws(RootLines.Flaw) -> Entry {
    let isComplete = fields[0].elementsEqual("complete".utf8)
    let isTree = fields[1].elementsEqual("tree".utf8)
    guard isComplete || fields[0].elementsEqual("partial".utf8),
      isTree || fields[1].elementsEqual("file".utf8),
      let id = ObjectID(hex: fields[2]),
      let size = RootLines.number(fields[3]), let files = RootLines.number(fields[4]),
      size >= 0, files >= 0, let path = RepositoryPath(percentEncoded: fields[5])
    else { throw .damaged }
    return Entry(
      path: path, isTree: isTree, id: id, size: .bytes(size), files: files,
      isComplete: isComplete)
  }

  /// Whether a text is the full id of a commit: 40 or 64 lower-case hexadecimal digits.
  static func isCommitID(_ text: String) -> Bool {
    (text.utf8.count == 40 || text.utf8.count == 64)
      && text.utf8.allSatisfy { Hex.value(of: $0) != nil }
  }
}

extension RepositoryPath {
  /// Reads a path that a root spells, or returns `nil` where it is none or leads out.
  init?(percentEncoded bytes: some Sequence<UInt8>) {
    guard let path = PercentEncoding.decode(bytes),
      let checked = try? RepositoryPath(path), !checked.isRoot
    else { return nil }
    self = checked
  }
}
