internal import CGit2
internal import Platform
package import Primitives

/// What a revision names.
package struct GitObject: Hashable, Sendable {
  package let id: GitID
  package let kind: GitObjectKind
}

/// One file in a tree.
package struct GitTreeEntry: Hashable, Sendable {
  package let path: RepositoryPath
  package let id: GitID
  package let mode: GitMode

  package init(path: RepositoryPath, id: GitID, mode: GitMode) {
    self.path = path
    self.id = id
    self.mode = mode
  }
}

/// What kind of entry a tree or the index has.
package enum GitMode: UInt32, Hashable, Sendable {
  case directory = 0o040000
  case file = 0o100644
  case executable = 0o100755
  case symlink = 0o120000
  case submodule = 0o160000

  /// Takes any mode that git ever wrote, such as the group-writable files of old.
  init?(raw: UInt32) {
    switch raw & 0o170000 {
    case 0o040000: self = .directory
    case 0o100000: self = raw & 0o100 != 0 ? .executable : .file
    case 0o120000: self = .symlink
    case 0o160000: self = .submodule
    default: return nil
    }
  }

  var isBlob: Bool { self == .file || self == .executable || self == .symlink }
}

// MARK: - Revisions

extension GitRepository {
  /// What a revision names, as `git rev-parse` reads it: `HEAD`, `v1`, `main~2`, `:path`,
  /// `HEAD:path`, or digits of an object's name.
  ///
  /// - Throws: ``GitError/unknownRevision(_:)``, ``GitError/ambiguousRevision(_:)``,
  ///   ``GitError/badArgument(_:)`` for a NUL byte.
  package func resolve(_ revision: ByteString) throws(GitError) -> GitObject {
    if let entry = try indexEntry(named: revision) {
      return GitObject(id: entry.id, kind: entry.mode == .submodule ? .commit : .blob)
    }
    return try withHandle { handle throws(GitError) in
      let object = try handle.object(revision)
      guard let kind = object.kind else { throw .unknownRevision(revision) }
      return GitObject(id: object.id, kind: kind)
    }
  }

  /// The commit that a revision names; an annotated tag stands for its commit.
  ///
  /// - Throws: ``GitError/wrongKind(_:expected:found:)`` for a tree or a file, and what
  ///   ``resolve(_:)`` throws.
  package func commitID(of revision: ByteString) throws(GitError) -> GitID {
    try peel(revision, to: .commit)
  }

  /// The tree that a revision names: a commit and a tag stand for their tree.
  ///
  /// - Throws: As ``commitID(of:)``.
  package func treeID(of revision: ByteString) throws(GitError) -> GitID {
    try peel(revision, to: .tree)
  }

  /// The two commits that `A..B` names; a side that is left out is `HEAD`.
  ///
  /// - Returns: `nil` for a word of another form.
  /// - Throws: As ``commitID(of:)``.
  package func range(of word: ByteString) throws(GitError) -> (old: GitID, new: GitID)? {
    let bytes = word.bytes
    let dots = bytes.indices.dropLast().first { bytes[$0] == 0x2E && bytes[$0 + 1] == 0x2E }
    guard let dots else { return nil }
    func commit(_ side: ArraySlice<UInt8>) throws(GitError) -> GitID {
      try commitID(of: side.isEmpty ? "HEAD" : ByteString(side))
    }
    return (try commit(bytes[..<dots]), try commit(bytes[(dots + 2)...]))
  }

  /// What `:path` and `:2:path` name: read here, for libgit2 reads plain indexes only.
  ///
  /// - Returns: `nil` for a revision of another form.
  private func indexEntry(named revision: ByteString) throws(GitError) -> GitIndexEntry? {
    guard revision.bytes.first == UInt8(ascii: ":") else { return nil }
    var name = revision.bytes.dropFirst()
    // `:/text` looks for a commit by its message.
    if name.isEmpty || name.first == UInt8(ascii: "/") { return nil }
    var stage = GitIndexEntry.Stage.merged
    let second = name.index(after: name.startIndex)
    if let digit = name.first, second < name.endIndex, name[second] == UInt8(ascii: ":"),
      let side = GitIndexEntry.Stage(rawValue: digit &- UInt8(ascii: "0"))
    {
      stage = side
      name = name.dropFirst(2)
    }
    guard let path = try? RepositoryPath(ByteString(name)),
      let entry = try index().entries(at: path).first(where: { $0.stage == stage })
    else { throw .unknownRevision(revision) }
    return entry
  }

  private func peel(
    _ revision: ByteString, to kind: GitObjectKind
  ) throws(GitError) -> GitID {
    if try indexEntry(named: revision) != nil {
      throw .wrongKind(revision, expected: kind, found: .blob)
    }
    return try withHandle { handle throws(GitError) in
      let object = try handle.object(revision)
      do throws(GitError) {
        return try object.peeled(to: kind).id
      } catch {
        if let found = object.kind, found == .blob || found == .tree {
          throw .wrongKind(revision, expected: kind, found: found)
        }
        throw error
      }
    }
  }
}

extension RepositoryHandle {
  func object(_ revision: ByteString) throws(GitError) -> ObjectHandle {
    guard !revision.isEmpty else { throw .unknownRevision(revision) }
    guard !revision.bytes.contains(0) else { throw .badArgument(revision) }
    var pointer: OpaquePointer?
    let code = unsafe CString.with(revision) {
      unsafe git_revparse_single(&pointer, self.pointer, $0)
    }
    switch code {
    case GIT_ENOTFOUND.rawValue, GIT_EINVALIDSPEC.rawValue, GIT_EUNBORNBRANCH.rawValue,
      GIT_EPEEL.rawValue:
      throw .unknownRevision(revision)
    case GIT_EAMBIGUOUS.rawValue: throw .ambiguousRevision(revision)
    default: break
    }
    // Some of what cannot be parsed is reported without a status of its own.
    if code == GIT_ERROR.rawValue, let error = unsafe git_error_last() {
      let kind = unsafe error.pointee.klass
      if kind == CInt(GIT_ERROR_INVALID.rawValue) || kind == CInt(GIT_ERROR_REGEX.rawValue) {
        throw .unknownRevision(revision)
      }
    }
    return try unsafe ObjectHandle(.resolve) { place in
      unsafe place.pointee = pointer
      return code
    }
  }

  func object(_ id: GitID, kind: git_object_t) throws(GitError) -> ObjectHandle {
    var oid = id.oid
    var pointer: OpaquePointer?
    let code = unsafe git_object_lookup(&pointer, self.pointer, &oid, kind)
    if code == GIT_ENOTFOUND.rawValue { throw .missingObject(id) }
    return try unsafe ObjectHandle { place in
      unsafe place.pointee = pointer
      return code
    }
  }
}

extension ObjectHandle {
  func peeled(to kind: GitObjectKind) throws(GitError) -> ObjectHandle {
    let native =
      switch kind {
      case .commit: GIT_OBJECT_COMMIT
      case .tree: GIT_OBJECT_TREE
      case .blob: GIT_OBJECT_BLOB
      case .tag: GIT_OBJECT_TAG
      }
    return try unsafe ObjectHandle { unsafe git_object_peel($0, pointer, native) }
  }
}

// MARK: - Content

extension GitRepository {
  /// The content of a blob.
  ///
  /// - Parameters:
  ///   - id: The blob.
  ///   - limit: The size beyond which it is refused.
  /// - Returns: Its bytes.
  /// - Throws: ``GitError/missingObject(_:)``, ``GitError/tooLarge(_:size:limit:)``.
  package func blob(
    _ id: GitID, limit: ByteCount = .mebibytes(64)
  ) throws(GitError) -> [UInt8] {
    try withHandle { handle throws(GitError) in try handle.blob(id, limit: limit) }
  }

  /// The content of the file at `path` in a revision, or `nil` when nothing is there.
  ///
  /// - Throws: What ``treeID(of:)`` and ``blob(_:limit:)`` throw; for a directory or a submodule,
  ///   ``GitError/wrongKind(_:expected:found:)``.
  package func contents(
    of path: RepositoryPath, in revision: ByteString, limit: ByteCount = .mebibytes(64)
  ) throws(GitError) -> [UInt8]? {
    let tree = try treeID(of: revision)
    guard let entry = try entry(at: path, in: tree) else { return nil }
    guard entry.mode.isBlob else {
      throw .wrongKind(
        ByteString(revision.bytes + [UInt8(ascii: ":")] + path.bytes.bytes), expected: .blob,
        found: entry.mode == .directory ? .tree : .commit)
    }
    return try blob(entry.id, limit: limit)
  }

  /// What a tree has at a path, which may be a directory; `nil` for nothing.
  package func entry(at path: RepositoryPath, in tree: GitID) throws(GitError) -> GitTreeEntry? {
    if path.isRoot { return GitTreeEntry(path: path, id: tree, mode: .directory) }
    return try withHandle { handle throws(GitError) in
      try handle.entry(at: path, in: tree)
    }
  }

  /// Writes a blob to the repository, and gives its name.
  package func writeBlob(_ bytes: [UInt8]) throws(GitError) -> GitID {
    try withHandle { handle throws(GitError) in try handle.writeBlob(bytes) }
  }
}

extension RepositoryHandle {
  func blob(_ id: GitID, limit: ByteCount) throws(GitError) -> [UInt8] {
    // The header tells the size before anything of that size is allocated.
    var database: OpaquePointer?
    try check(unsafe git_repository_odb(&database, pointer), .readObject)
    defer { unsafe git_odb_free(database) }
    var (size, type, oid) = (0, GIT_OBJECT_INVALID, id.oid)
    let code = unsafe git_odb_read_header(&size, &type, database, &oid)
    if code == GIT_ENOTFOUND.rawValue { throw .missingObject(id) }
    try check(code, .readObject)
    guard size <= limit.bytes else { throw .tooLarge(id, size: .bytes(size), limit: limit) }
    let blob = try object(id, kind: GIT_OBJECT_BLOB)
    guard let start = unsafe git_blob_rawcontent(blob.pointer) else { return [] }
    return unsafe Array(
      UnsafeRawBufferPointer(start: start, count: Int(git_blob_rawsize(blob.pointer))))
  }

  func entry(at path: RepositoryPath, in tree: GitID) throws(GitError) -> GitTreeEntry? {
    if tree == .emptyTree { return nil }
    let tree = try object(tree, kind: GIT_OBJECT_TREE)
    var entry: OpaquePointer?
    let code = unsafe CString.with(path.bytes) {
      unsafe git_tree_entry_bypath(&entry, tree.pointer, $0)
    }
    if code == GIT_ENOTFOUND.rawValue { return nil }
    try check(code, .readObject)
    defer { unsafe git_tree_entry_free(entry) }
    guard let id = unsafe git_tree_entry_id(entry),
      let mode = unsafe GitMode(raw: git_tree_entry_filemode_raw(entry).rawValue)
    else { return nil }
    return GitTreeEntry(path: path, id: unsafe GitID(id.pointee), mode: mode)
  }

  func writeBlob(_ bytes: [UInt8]) throws(GitError) -> GitID {
    var oid = git_oid()
    let code = unsafe bytes.withUnsafeBytes {
      unsafe git_blob_create_from_buffer(&oid, pointer, $0.baseAddress, $0.count)
    }
    try check(code, .writeObject)
    return GitID(oid)
  }
}
