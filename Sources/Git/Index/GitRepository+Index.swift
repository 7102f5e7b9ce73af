internal import CGit2
internal import Platform
internal import Primitives

extension GitRepository {
  /// The index as it is now.
  ///
  /// Empty where there is no index yet.
  ///
  /// Sparse and split indexes and those without a checksum are read through `git ls-files`, for
  /// libgit2 refuses them.
  ///
  /// - Throws: ``GitError/gitMissing(for:)`` where git is needed and not there,
  ///   ``GitError/badPath(_:)``, ``GitError/libgit2(_:code:message:)`` for a damaged index.
  package func index() throws(GitError) -> GitIndexSnapshot {
    try snapshot(.all)
  }

  /// The index, with only those entries whose name ends in `.shale`: cheap where git tracks many
  /// other files.
  ///
  /// - Parameter filter: Which other entries count as well.
  package func indexedPointers(
    _ filter: GitFileFilter = .pointers
  ) throws(GitError) -> GitIndexSnapshot {
    try snapshot(filter)
  }

  /// The index as libgit2 reads it, or `nil` where only git can.
  ///
  /// - Throws: ``GitError/indexDamaged(_:)``.
  func plainIndex() throws(GitError) -> IndexHandle? {
    do throws(GitError) {
      return try IndexHandle(at: layout.indexFile)
    } catch {
      // Git reads an index without looking at its checksum, and would pass the damage on.
      if case .libgit2(_, _, let message) = error, message.contains("checksum"), try hasChecksum() {
        throw .indexDamaged(layout.indexFile)
      }
      return nil
    }
  }

  /// Whether the index ends with a checksum: `index.skipHash` makes git write zeros instead.
  private func hasChecksum() throws(GitError) -> Bool {
    do {
      let file = try OpenFile.forReading(layout.indexFile)
      let size = try file.status().size.bytes
      let end = try file.upTo(.bytes(GitID.byteCount), at: max(0, size - GitID.byteCount))
      return end.contains { $0 != 0 }
    } catch {
      throw .file(error)
    }
  }

  private func snapshot(_ filter: GitFileFilter) throws(GitError) -> GitIndexSnapshot {
    let entries = try withHandle { _ throws(GitError) -> [GitIndexEntry]? in
      guard let index = try plainIndex() else { return nil }
      return try index.entries(filter)
    }
    if let entries { return GitIndexSnapshot(entries: entries) }
    return GitIndexSnapshot(
      entries: try listedEntries().filter { filter.wants($0.path.bytes.bytes) })
  }

  /// The entries as git itself lists them: a sparse directory as the files in it.
  private func listedEntries() throws(GitError) -> [GitIndexEntry] {
    let output = try program.run(
      ["ls-files", "-s", "-t", "-z"], in: .repository(layout), reason: .indexForm,
      variables: ["GIT_OPTIONAL_LOCKS": "0"])
    var entries: [GitIndexEntry] = []
    for line in output.bytes.split(separator: 0) {
      guard let entry = try GitIndexEntry(listed: line) else {
        throw .gitOutput(command: "ls-files")
      }
      entries.append(entry)
    }
    return entries
  }
}

extension GitIndexEntry {
  /// Reads one record of `git ls-files -s -t -z`: `H 100644 NAME 0<tab>path`.
  fileprivate init?(listed line: ArraySlice<UInt8>) throws(GitError) {
    guard let tab = line.firstIndex(of: UInt8(ascii: "\t")) else { return nil }
    let words = line[..<tab].split(separator: UInt8(ascii: " "))
    guard words.count == 4, let tag = words[0].first,
      let raw = UInt32(String(decoding: words[1], as: UTF8.self), radix: 8),
      let mode = GitMode(raw: raw), let id = GitID(hex: words[2]),
      let stage = UInt8(String(decoding: words[3], as: UTF8.self)).flatMap(Stage.init)
    else { return nil }
    self.init(
      path: try RepositoryPath(inGit: ByteString(line[(tab + 1)...])), id: id, mode: mode,
      stage: stage, isSkipped: tag == UInt8(ascii: "S"), isIntent: false)
  }
}

extension RepositoryPath {
  /// A path that git stores, which a hostile repository may have made up.
  ///
  /// - Throws: ``GitError/badPath(_:)``, also for one that leads into `.git`.
  init(inGit bytes: ByteString) throws(GitError) {
    do {
      try self.init(bytes)
    } catch {
      throw .badPath(bytes)
    }
    if bytes.bytes.contains(UInt8(ascii: ".")), components.contains(where: \.isGitDirectory) {
      throw .badPath(bytes)
    }
  }

  /// The path of a name that git stores in this directory.
  func appending(inGit name: ByteString) throws(GitError) -> RepositoryPath {
    do {
      guard !name.isGitDirectory else { throw GitError.badPath(name) }
      return try appending(name)
    } catch {
      throw .badPath(ByteString(bytes.bytes + [UInt8(ascii: "/")] + name.bytes))
    }
  }
}

extension ByteString {
  /// Whether this is `.git` to some file system, which may not tell cases apart.
  fileprivate var isGitDirectory: Bool {
    count == 4 && bytes.elementsEqual(".git".utf8) { $0 | 0x20 == $1 | 0x20 }
  }
}

extension IndexHandle {
  /// Reads the index file; one that is not there is empty.
  init(at path: FilePath) throws(GitError) {
    self = try unsafe IndexHandle { place in
      unsafe CString.with(path.bytes) { unsafe git_index_open(place, $0) }
    }
  }

  func entries(_ filter: GitFileFilter) throws(GitError) -> [GitIndexEntry] {
    var entries: [GitIndexEntry] = []
    for index in 0..<(unsafe git_index_entrycount(pointer)) {
      guard let entry = unsafe git_index_get_byindex(pointer, index)?.pointee else { continue }
      guard let name = unsafe entry.path, unsafe filter.wants(buffer(name)) else { continue }
      let path = unsafe bytes(name)
      let flags = UInt32(unsafe entry.flags_extended)
      guard let mode = unsafe GitMode(raw: entry.mode),
        let stage = unsafe GitIndexEntry.Stage(rawValue: UInt8(entry.flags >> 12 & 3))
      else { throw .badPath(path) }
      entries.append(
        GitIndexEntry(
          path: try RepositoryPath(inGit: path), id: unsafe GitID(entry.id), mode: mode,
          stage: stage,
          isSkipped: flags & GIT_INDEX_ENTRY_SKIP_WORKTREE.rawValue != 0,
          isIntent: flags & GIT_INDEX_ENTRY_INTENT_TO_ADD.rawValue != 0))
    }
    return entries
  }
}
