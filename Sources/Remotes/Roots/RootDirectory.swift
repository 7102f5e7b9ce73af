internal import ObjectStore
package import Platform
package import Primitives

/// The `roots/` of a store: what somebody relies on, and under which names.
///
/// Every root is one small text file that appears whole under its name; `docs/format/remote.md` is
/// the specification.
package struct RootDirectory: Sendable {
  /// The size beyond which a root is refused unread.
  package static let limit = ByteCount.mebibytes(64)

  let path: FilePath

  /// Takes the directory of a store; nothing is read.
  package init(store: FilePath) {
    path = store.appending("roots")
  }
}

// MARK: - Commits and runs

extension RootDirectory {
  /// What the store says about a commit or a run.
  ///
  /// - Parameters:
  ///   - commit: The id in hexadecimal.
  ///   - kind: What it is the id of.
  /// - Returns: `nil` when nothing is recorded, or when what is recorded is damaged: a damaged
  ///   root says nothing.
  /// - Throws: ``RemoteError/newerRoot(_:version:)``, or ``RemoteError/file(_:)`` when the place
  ///   cannot be read, which is not the same as *nothing recorded*.
  package func commit(
    _ commit: String, _ kind: CommitRoot.Kind = .commit
  ) throws(RemoteError) -> CommitRoot? {
    let file = path(ofCommit: commit, kind)
    guard let bytes = try contents(of: file) else { return nil }
    do throws(RootLines.Flaw) {
      let root = try CommitRoot(decoding: bytes, as: kind)
      return root.commit == commit ? root : nil
    } catch {
      return try ignore(error, at: file)
    }
  }

  /// Records what a commit tracks, unless the store knows as much already.
  ///
  /// A root that says *complete* of the current generation is never replaced by one that says
  /// less. Everything that the root names must be on disk before.
  ///
  /// - Returns: Whether a file was written.
  /// - Throws: ``RemoteError/file(_:)``.
  @discardableResult
  package func record(_ root: CommitRoot) throws(RemoteError) -> Bool {
    var root = root
    if let old = try commit(root.commit, root.kind) {
      if old == root { return false }
      root = root.adding(old)
      if old == root { return false }
    }
    try write(root.encoded(), to: path(ofCommit: root.commit, root.kind))
    return true
  }

  /// The commits or runs that have a root, in the order of their ids; damaged ones included.
  package func commits(_ kind: CommitRoot.Kind = .commit) throws(RemoteError) -> [String] {
    var commits: [String] = []
    let directory = path.appending(kind.directory)
    for prefix in try names(in: directory) {
      for name in try names(in: directory.appending(prefix)) {
        if let text = name.text, CommitRoot.isCommitID(text) { commits.append(text) }
      }
    }
    return commits
  }

  /// The file that says what a commit tracks, or a run leads to, if there is one.
  package func path(
    ofCommit commit: String, _ kind: CommitRoot.Kind = .commit
  ) -> FilePath {
    path.appending(kind.directory).appending(String(commit.prefix(2))).appending(commit)
  }
}

// MARK: - Refs

extension RootDirectory {
  /// Records that a ref points to a commit; a ref that is recorded so already stays as it is.
  package func record(_ reference: ReferenceRoot) throws(RemoteError) {
    let file = path.appending("refs").appending(Self.fileName(of: reference.name))
      .appending(reference.commit)
    if try contents(of: file) != nil { return }
    try write(reference.encoded(), to: file)
  }

  /// Every ref that was ever pushed, with every commit it pointed to; damaged ones left out.
  package func references() throws(RemoteError) -> [ReferenceRoot] {
    var references: [ReferenceRoot] = []
    for name in try names(in: path.appending("refs")) {
      for commit in try names(in: path.appending("refs").appending(name)) {
        let file = path.appending("refs").appending(name).appending(commit)
        guard let bytes = try contents(of: file) else { continue }
        do throws(RootLines.Flaw) {
          references.append(try ReferenceRoot(decoding: bytes))
        } catch {
          let _: ReferenceRoot? = try ignore(error, at: file)
        }
      }
    }
    return references
  }

  /// The commit that each ref led to last, by its full name: the one of the latest date, and of
  /// several of one second the one that was recorded last.
  package func newestReferences() throws(RemoteError) -> [ByteString: ReferenceRoot] {
    var newest: [ByteString: ReferenceRoot] = [:]
    for reference in try references() {
      if let old = newest[reference.name] {
        if old.date > reference.date { continue }
        if old.date == reference.date, try time(of: old) > time(of: reference) { continue }
      }
      newest[reference.name] = reference
    }
    return newest
  }

  private func time(of reference: ReferenceRoot) throws(RemoteError) -> Timestamp {
    let file = path.appending("refs").appending(Self.fileName(of: reference.name))
      .appending(reference.commit)
    do {
      return try file.statusIfPresent()?.modified ?? Timestamp(nanoseconds: 0)
    } catch {
      throw .file(error)
    }
  }

  /// The name of a ref as one component of a path.
  static func fileName(of name: ByteString) -> ByteString {
    var encoded = PercentEncoding.encode(name.bytes, also: [UInt8(ascii: "/")])
    if encoded.first == UInt8(ascii: ".") { encoded.replaceSubrange(0..<1, with: "%2E".utf8) }
    if encoded.count <= 200 { return ByteString(encoded) }
    return ByteString("sha256-\(SHA256.id(of: name.bytes.span).hex)")
  }
}

// MARK: - Clones of a shared store

extension RootDirectory {
  /// Registers a clone, and tells where its git directory lies.
  ///
  /// - Parameters:
  ///   - clone: The clone's random name: 32 hexadecimal digits.
  ///   - repository: Its git directory, for a person who wonders whose objects these are.
  /// - Throws: ``RemoteError/file(_:)``.
  package func register(clone: String, repository: FilePath) throws(RemoteError) {
    var text = RootText("clone")
    text.line("repository", repository.bytes)
    let bytes = text.finished()
    let file = clonePath(clone).appending("clone")
    if try contents(of: file) == bytes { return }
    try write(bytes, to: file)
  }

  /// Records that a clone relies on an object, or that it still does: the file's time moves.
  ///
  /// - Parameter durably: Whether it has to survive a power cut.
  package func record(
    _ root: CloneRoot, of clone: String, durably: Bool = true
  ) throws(RemoteError) {
    let hex = root.id.hex
    try write(
      root.encoded(), to: clonePath(clone).appending(String(hex.prefix(2))).appending(hex),
      durably: durably)
  }

  /// The clones that are registered.
  package func clones() throws(RemoteError) -> [String] {
    try names(in: path.appending("clones")).compactMap(\.text)
  }

  /// The git directory that a clone said to be in, or `nil` where that cannot be read.
  ///
  /// - Throws: ``RemoteError/file(_:)``.
  package func repository(ofClone clone: String) throws(RemoteError) -> FilePath? {
    guard let bytes = try contents(of: clonePath(clone).appending("clone")),
      var lines = try? RootLines(bytes, kind: "clone"), let value = try? lines.value("repository")
    else { return nil }
    return PercentEncoding.decode(value).map { FilePath($0) }
  }

  /// What a clone relies on.
  ///
  /// - Throws: ``RemoteError/damagedRoot(_:)``: a collector must not guess what one that cannot be
  ///   read stood for.
  package func roots(ofClone clone: String) throws(RemoteError) -> [CloneRoot] {
    try registered(by: clone).map(\.root)
  }

  func clonePath(_ clone: String) -> FilePath {
    path.appending("clones").appending(clone)
  }
}

// MARK: - Files

extension RootDirectory {
  func contents(of file: FilePath) throws(RemoteError) -> [UInt8]? {
    do {
      return try file.contentsIfPresent(limit: Self.limit)
    } catch {
      throw .file(error)
    }
  }

  /// The names in a directory, without what a crash left behind.
  func names(in directory: FilePath) throws(RemoteError) -> [ByteString] {
    do {
      return try directory.namesIfPresent().filter {
        !$0.bytes.starts(with: AtomicFile.temporaryPrefix.bytes)
      }
    } catch {
      throw .file(error)
    }
  }

  func write(
    _ bytes: [UInt8], to file: FilePath, durably: Bool = true
  ) throws(RemoteError) {
    let sharing: StoreSharing
    do {
      sharing = try StoreSharing.umask.orThatOf(path.parent)
    } catch {
      throw .store(error)
    }
    do {
      try sharing.replace(file, with: bytes, durably: durably)
    } catch {
      throw .file(error)
    }
  }

  private func ignore<Root>(
    _ flaw: RootLines.Flaw, at file: FilePath
  ) throws(RemoteError) -> Root? {
    switch flaw {
    case .damaged: return nil
    case .newer(let version): throw .newerRoot(file, version: version)
    }
  }
}

extension CommitRoot {
  /// This root, with what an older one of the same commit proves besides.
  func adding(_ old: Self) -> Self {
    guard old.generation == generation, old.commit == commit else { return self }
    let proven = Set(old.entries.lazy.filter(\.isComplete).map(\.id))
    let entries = entries.map { entry in
      var entry = entry
      entry.isComplete = entry.isComplete || proven.contains(entry.id)
      return entry
    }
    return Self(kind, commit: commit, generation: generation, date: date, entries: entries)
  }
}
