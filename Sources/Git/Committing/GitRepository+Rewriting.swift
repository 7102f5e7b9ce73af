internal import CGit2
internal import Platform
package import Primitives

/// A file as another tree is to have it.
package enum GitTreeEdit: Hashable, Sendable {
  /// A file with these bytes.
  case bytes([UInt8], mode: GitMode = .file)
  /// No file.
  case removed
}

extension GitRepository {
  /// Makes a tree out of another one; index and worktree are not looked at.
  ///
  /// - Parameters:
  ///   - tree: The tree to begin with; that of no files is ``GitID/emptyTree``.
  ///   - edits: What becomes of files, by path.
  /// - Returns: The new tree, which is written.
  /// - Throws: ``GitError`` when an object cannot be read or written.
  package func tree(
    _ tree: GitID, with edits: [RepositoryPath: GitTreeEdit]
  ) throws(GitError) -> GitID {
    if edits.isEmpty { return tree }
    return try withHandle { handle throws(GitError) in
      // What is removed goes first: a file may make way for a directory.
      var removed: [(RepositoryPath, GitTreeEntry?)] = []
      var written: [(RepositoryPath, GitTreeEntry?)] = []
      for (path, edit) in edits.sorted(by: { $0.key < $1.key }) {
        switch edit {
        case .removed: removed.append((path, nil))
        case .bytes(let bytes, let mode):
          let id = try handle.writeBlob(bytes)
          written.append((path, GitTreeEntry(path: path, id: id, mode: mode)))
        }
      }
      let rest = removed.isEmpty ? tree : try handle.tree(tree, with: removed)
      return written.isEmpty ? rest : try handle.tree(rest, with: written)
    }
  }

  /// Writes a commit that says what another one says, of another tree.
  ///
  /// Author, committer, their times and the message stay to the byte. Signatures go: they are for the
  /// other commit.
  ///
  /// - Parameters:
  ///   - id: The commit to begin with.
  ///   - tree: What it has.
  ///   - parents: What it comes after.
  /// - Returns: The new commit, to which nothing leads yet, and whether a signature was dropped.
  /// - Throws: ``GitError`` when an object cannot be read or written.
  package func rewritten(
    _ id: GitID, tree: GitID, parents: [GitID]
  ) throws(GitError) -> (id: GitID, isUnsigned: Bool) {
    let old = try withHandle { handle throws(GitError) in try handle.rawObject(id) }
    let end = CommitText.headerEnd(old)
    var (lines, isUnsigned) = CommitText.kept(old[..<end])
    lines.insert(contentsOf: CommitText.parents(tree, parents), at: 0)
    let header = Array(lines.joined(separator: [UInt8(ascii: "\n")])) + [UInt8(ascii: "\n")]
    return (try write(commit: header + Array(old[end...])), isUnsigned)
  }

  /// Writes a commit by whoever works here, now.
  ///
  /// - Parameters:
  ///   - tree: What it has.
  ///   - parents: What it comes after.
  ///   - message: What it says.
  ///   - time: When it is made.
  /// - Returns: The commit, to which nothing leads yet.
  /// - Throws: ``GitError/identityMissing(_:)`` where git was not told who works here, and what
  ///   writing throws.
  package func makeCommit(
    of tree: GitID, after parents: [GitID], message: String, at time: Timestamp
  ) throws(GitError) -> GitID {
    let author = try self.author()
    func clean(_ text: ByteString) -> [UInt8] { text.bytes.filter { !"<>\n".utf8.contains($0) } }
    let end = Array("> \(time.seconds) +0000".utf8)
    let who: [UInt8] = clean(author.name) + Array(" <".utf8) + clean(author.email) + end
    var lines = CommitText.parents(tree, parents)
    lines.append(Array("author ".utf8) + who)
    lines.append(Array("committer ".utf8) + who)
    lines += [[], Array(message.utf8), []]
    return try write(commit: Array(lines.joined(separator: [UInt8(ascii: "\n")])))
  }

  private func write(commit bytes: [UInt8]) throws(GitError) -> GitID {
    Library.synchronizesWrites(true)
    defer { Library.synchronizesWrites(false) }
    return try withHandle { handle throws(GitError) in
      var database: OpaquePointer?
      try check(unsafe git_repository_odb(&database, handle.pointer), .writeObject)
      defer { unsafe git_odb_free(database) }
      var oid = git_oid()
      let code = unsafe bytes.withUnsafeBytes {
        unsafe git_odb_write(&oid, database, $0.baseAddress, $0.count, GIT_OBJECT_COMMIT)
      }
      try check(code, .writeObject)
      return GitID(oid)
    }
  }
}

/// The text of a commit as git stores it.
private enum CommitText {
  /// Where the header ends: behind the line break of its last line.
  static func headerEnd(_ bytes: [UInt8]) -> Int {
    let lineBreak = UInt8(ascii: "\n")
    for index in bytes.indices.dropLast()
    where bytes[index] == lineBreak && bytes[index + 1] == lineBreak {
      return index + 1
    }
    return bytes.count
  }

  /// The lines of a header that hold for another tree as well.
  static func kept(_ header: ArraySlice<UInt8>) -> (lines: [[UInt8]], isUnsigned: Bool) {
    var lines: [[UInt8]] = []
    var (isUnsigned, isDropping) = (false, false)
    for line in header.split(separator: UInt8(ascii: "\n")) {
      if line.first == UInt8(ascii: " ") {
        if !isDropping { lines.append(Array(line)) }
        continue
      }
      let key = line.prefix { $0 != UInt8(ascii: " ") }
      let isSignature = key.starts(with: "gpgsig".utf8) || key.elementsEqual("mergetag".utf8)
      isUnsigned = isUnsigned || isSignature
      isDropping =
        isSignature || key.elementsEqual("tree".utf8) || key.elementsEqual("parent".utf8)
      if !isDropping { lines.append(Array(line)) }
    }
    return (lines, isUnsigned)
  }

  static func parents(_ tree: GitID, _ parents: [GitID]) -> [[UInt8]] {
    [Array("tree \(tree.hex)".utf8)] + parents.map { Array("parent \($0.hex)".utf8) }
  }
}

extension RepositoryHandle {
  /// The bytes of an object as it is stored, without its kind and length.
  fileprivate func rawObject(_ id: GitID) throws(GitError) -> [UInt8] {
    var database: OpaquePointer?
    try check(unsafe git_repository_odb(&database, pointer), .readObject)
    defer { unsafe git_odb_free(database) }
    var object: OpaquePointer?
    var oid = id.oid
    let code = unsafe git_odb_read(&object, database, &oid)
    if code == GIT_ENOTFOUND.rawValue { throw .missingObject(id) }
    try check(code, .readObject)
    defer { unsafe git_odb_object_free(object) }
    return unsafe Array(
      UnsafeRawBufferPointer(start: git_odb_object_data(object), count: git_odb_object_size(object))
    )
  }
}
