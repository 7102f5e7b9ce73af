internal import Arguments
internal import Git
internal import ObjectStore
internal import Platform
internal import Primitives
package import Terminal
internal import Workspace

/// What takes the room in a store.
package struct DuReport: Report {
  /// The files of the store.
  struct Store: Encodable, Sendable {
    let path: String
    let bytes: ByteCount
    let packs: ByteCount
    let indexes: ByteCount
    let wholeFiles: ByteCount
    let trash: ByteCount
  }

  /// What the versions of one path take.
  struct Path: Encodable, Sendable {
    let path: RepositoryPath
    let isTracked: Bool
    let isDirectory: Bool
    let versions: Int

    /// The largest version, as it is in a worktree.
    let size: ByteCount
    let stored: ByteCount
    let own: ByteCount
    let isWhole: Bool

    init(
      _ path: RepositoryPath, _ history: VersionHistory.History, _ share: ClosureUsage.Share
    ) {
      self.path = path
      isTracked = history.isTracked
      isDirectory = history.versions.first?.pointer.kind == .tree
      versions = history.versions.count
      size = history.largest
      (stored, own, isWhole) = (share.bytes, share.own, share.isWhole)
    }
  }

  /// What one version of a path takes.
  struct Version: Encodable, Sendable {
    let path: RepositoryPath
    let oid: ObjectID
    let size: ByteCount
    let files: Int
    let stored: ByteCount
    let added: ByteCount
    let own: ByteCount
    let isWhole: Bool
    let commit: String?
    let time: Timestamp?
    let summary: ByteString?

    init(
      _ path: RepositoryPath, _ pointer: PointerFile, _ commit: GitCommit?,
      _ share: ClosureUsage.Share
    ) {
      self.path = path
      (oid, size, files) = (pointer.id, pointer.size, pointer.files)
      (stored, added, own) = (share.bytes, share.added, share.own)
      isWhole = share.isWhole
      self.commit = commit?.id.hex
      time = commit?.author.time
      summary = commit?.summary
    }
  }

  /// Paths or versions that are too many to be told one by one.
  struct Rest: Encodable, Sendable {
    var count = 0
    var bytes = ByteCount.zero
  }

  let store: Store
  var paths: [Path] = []
  var versions: [Version] = []
  var rest = Rest()

  /// What is kept for runs, to undo commands, or for others, and for no path.
  var other = ByteCount.zero

  /// All that anybody needs, each record once.
  var needed = ByteCount.zero

  init(place: FilePath, _ sizes: StoreSizes) {
    store = Store(
      path: place.description, bytes: sizes.bytes, packs: sizes.packs.bytes,
      indexes: sizes.indexes.bytes, wholeFiles: sizes.wholeFiles.bytes, trash: sizes.trash.bytes)
  }
}

// MARK: - For people

extension DuReport {
  package func write(to text: inout StyledText) {
    if !versions.isEmpty { return writeVersions(to: &text) }
    if !paths.isEmpty {
      var table = Table(
        [.right, .right, .right, .right, .left],
        headings: ["stored", "own", "versions", "largest", "path"])
      for path in paths.sorted(by: { ($1.stored, $0.path) < ($0.stored, $1.path) }) {
        let label: StyledString = path.isTracked ? "" : "  \("not tracked now", .faint)"
        table.add([
          "\(path.stored, .number)", "\(path.own, .number)", "\(grouped(path.versions))",
          "\(path.size)",
          "\(path.path, .path)\(path.isDirectory ? "/" : "")\(label)\(Self.note(path.isWhole))",
        ])
      }
      if rest.count > 0 {
        table.add(["\(rest.bytes)", "", "", "", "\(counted(rest.count, "smaller path"))"])
      }
      if other > .zero {
        table.add(["", "\(other, .number)", "", "", "kept for runs, or to undo commands"])
      }
      text.table(table)
      text.line()
    }
    text.line("\("Store", .heading) \(store.path): \(store.bytes)")
    var table = Table([.right, .left])
    table.add(["\(store.packs, .number)", "packs, of which \(needed) are needed"])
    table.add(["\(store.indexes, .number)", "indexes"])
    if store.wholeFiles > .zero {
      table.add(["\(store.wholeFiles, .number)", "whole files, which worktrees may share"])
    }
    if store.trash > .zero {
      table.add(["\(store.trash, .number)", "trash, until the end of the grace"])
    }
    text.table(table, indent: 2)
    text.line("\("hint:", .hint) `shale gc --dry-run` says what of it can go")
  }

  private func writeVersions(to text: inout StyledText) {
    var table = Table(
      [.right, .right, .right, .left, .left, .left],
      headings: ["size", "added", "own", "commit", "date", "summary"])
    var last: RepositoryPath?
    for version in versions {
      if last != version.path, versions.first?.path != versions.last?.path {
        table.add(["", "", "", "", "", "\(version.path, .path)"])
      }
      last = version.path
      let commit: StyledString =
        version.commit.map { "\(String($0.prefix(10)), .commit)" } ?? "not committed"
      let day = version.time.map { String($0.description.prefix(10)) } ?? ""
      table.add([
        "\(version.size)", "\(version.added, .number)", "\(version.own, .number)", commit,
        "\(day, .faint)", "\(version.summary ?? "")\(Self.note(version.isWhole))",
      ])
    }
    if rest.count > 0 {
      table.add(["", "\(rest.bytes)", "", "", "", "\(counted(rest.count, "older version"))"])
    }
    text.table(table)
    text.line("\(needed, .number) in all, what they share counted once")
  }

  private static func note(_ isWhole: Bool) -> StyledString {
    isWhole ? "" : "  \("not all here", .absent)"
  }
}

// MARK: - Keys

extension DuReport {
  /// The keys of its JSON.
  static let keys = [
    ResultKey(
      "store", "The files of the store, in bytes",
      of: [
        ResultKey("path", "Where it is"), ResultKey("bytes", "All of it"),
        ResultKey("packs", "What was added"), ResultKey("indexes", "What finds it"),
        ResultKey("wholeFiles", "Whole files, which worktrees may share"),
        ResultKey("trash", "What waits for the end of the grace"),
      ]),
    ResultKey(
      "paths", "What each path takes; empty where paths were named",
      each: [
        ResultKey("path", "The path"), ResultKey("isTracked", "Whether it is tracked now"),
        ResultKey("isDirectory", "Whether it is a directory"),
        ResultKey("versions", "How many versions it has"),
        ResultKey("size", "The largest of them, in bytes"),
        ResultKey("stored", "What all of them take as stored"),
        ResultKey("own", "What of it nothing else needs"),
        ResultKey("isWhole", "Whether all of it is in this store"),
      ]),
    ResultKey(
      "versions", "What each version takes, newest first; empty where no path was named",
      each: [
        ResultKey("path", "The path"), ResultKey("oid", "The oid of the content"),
        ResultKey("size", "Its size in bytes"), ResultKey("files", "How many files there are"),
        ResultKey("stored", "What it takes as stored"),
        ResultKey("added", "What of it no older version has"),
        ResultKey("own", "What of it no other version has"),
        ResultKey("isWhole", "Whether all of it is in this store"),
        ResultKey("commit", "The newest commit that brought it", isOptional: true),
        ResultKey("time", "When that was made", isOptional: true),
        ResultKey("summary", "The first line of its message", isOptional: true),
      ]),
    ResultKey(
      "rest", "What is too much to be told one by one",
      of: [
        ResultKey("count", "How many paths, or versions"),
        ResultKey("bytes", "What they take as stored"),
      ]),
    ResultKey("other", "What is kept for runs, or to undo commands, and for no path"),
    ResultKey("needed", "All that is needed, what is shared counted once"),
  ]
}
