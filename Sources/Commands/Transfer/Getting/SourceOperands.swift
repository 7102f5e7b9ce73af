internal import Arguments
internal import ObjectStore
internal import Platform
internal import Primitives
internal import Project
internal import Terminal
internal import Workspace

/// What `get` and `import` are given: where data comes from, what of it, and what it has to be.
struct SourceOperands {
  let source: ByteString
  let path: RepositoryPath
  let revision: ByteString?
  let expected: ObjectID?

  /// Takes the words of a command line.
  ///
  /// - Throws: ``UsageError`` for a path that leads out, and for what is no digest.
  init(
    source: ByteString, path: ByteString, revision: ByteString?, expected: ByteString?
  ) throws(UsageError) {
    self.source = source
    self.path = try Self.path(path)
    self.revision = revision
    self.expected = try expected.map { word throws(UsageError) in try Self.digest(word) }
  }

  /// A path from the root of the source; `./` and slashes at the end say nothing, and the name of a
  /// pointer means the data that it stands for.
  private static func path(_ word: ByteString) throws(UsageError) -> RepositoryPath {
    var bytes = word.bytes[...]
    while bytes.starts(with: "./".utf8) { bytes = bytes.dropFirst(2).drop { $0 == 0x2F } }
    while bytes.last == 0x2F { bytes.removeLast() }
    guard let path = try? RepositoryPath(ByteString(bytes)), !path.isRoot else {
      throw .invalidValue(word, of: "PATH", expected: "a path from the root of the source")
    }
    return PointerFile.dataPath(of: path) ?? path
  }

  private static func digest(_ word: ByteString) throws(UsageError) -> ObjectID {
    let prefix = Array("sha256:".utf8)
    let digits =
      word.bytes.starts(with: prefix) ? word.bytes.dropFirst(prefix.count) : word.bytes[...]
    guard let id = ObjectID(hex: digits) else {
      throw .invalidValue(
        word, of: "--expect", expected: "sha256: and 64 digits in lower case, as sha256sum prints")
    }
    return id
  }

  /// Finds the data, and makes sure that it is what is expected, before any of it is read.
  ///
  /// - Parameters:
  ///   - isKept: Whether a pointer is to say where it came from.
  ///   - context: Where the command runs.
  /// - Throws: ``CommandFailure``: `unexpected-content` where it is something else.
  func find(
    keepingSource isKept: Bool = false, in context: CommandContext
  ) throws(CommandFailure) -> SourceItem {
    let item = try explaining { () throws(SourceError) -> SourceItem in
      let place = try DataSource(
        source, from: context.workingDirectory, environment: context.environment)
      if isKept, place.hasCredentials { throw .address(place.withoutCredentials, .credentials) }
      return try place.item(at: path, revision: revision)
    }
    if let expected {
      guard item.entry.id == expected else {
        throw CommandFailure(
          .damaged, id: "unexpected-content",
          "'\(path)' is sha256:\(item.entry.id.hex) at commit \(item.commit.prefix(10)), and not"
            + " what is expected",
          hints: [
            "Find out who changed it, before you change what is expected",
            "Name the revision that had it with `--rev`",
          ])
      }
    } else if item.source.kind == .store {
      context.warn(
        Warning(
          id: "unproven-source",
          "Nothing proves that store '\(item.source.location)' has what it should: it only agrees"
            + " with itself",
          hints: ["Say what you trust: `--expect sha256:\(item.entry.id.hex)`"]))
    }
    return item
  }
}
