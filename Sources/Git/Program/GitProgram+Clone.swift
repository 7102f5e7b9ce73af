package import Platform
package import Primitives

extension GitProgram {
  /// What `git clone` is told.
  package struct CloneOptions: Sendable {
    /// The branch or tag to check out, instead of the default one.
    package var branch: ByteString?
    /// How many commits of history to fetch; all if `nil`.
    package var depth: Int?
    /// Whether to leave the worktree empty.
    package var withoutCheckout = false
    /// What becomes of progress and messages.
    package var messages = Messages.capture

    package init() {}
  }

  /// Clones a repository.
  ///
  /// - Parameters:
  ///   - url: An address or path as git takes it, relative to `origin`.
  ///   - directory: Where the clone goes: it must not exist, or be empty.
  ///   - origin: Where git runs: the user's working directory.
  ///   - options: What else git is told.
  /// - Returns: What git said, if that was kept.
  /// - Throws: ``GitError/gitMissing(for:)``, ``GitError/gitTooOld(found:needed:for:)``,
  ///   ``GitError/badArgument(_:)``, ``GitError/gitFailed(command:status:message:)``.
  @discardableResult
  package func clone(
    _ url: ByteString, to directory: FilePath, from origin: FilePath,
    _ options: CloneOptions = .init()
  ) throws(GitError) -> ByteString {
    var arguments: [ByteString] = ["clone"]
    if options.messages == .capture { arguments.append("--quiet") }
    if let branch = options.branch {
      arguments.append(ByteString(Array("--branch=".utf8) + branch.bytes))
    }
    if let depth = options.depth { arguments.append(ByteString("--depth=\(depth)")) }
    if options.withoutCheckout { arguments.append("--no-checkout") }
    arguments += ["--", try Self.checked(url), directory.bytes]
    return try run(
      arguments, in: .elsewhere(origin), messages: options.messages, reason: .command("clone")
    ).messages
  }
}

extension GitRepository {
  /// Fetches history from a remote of git; no data of Shale's moves.
  ///
  /// - Parameters:
  ///   - remote: A configured remote, or an address.
  ///   - references: What to fetch; what is configured if empty.
  ///   - messages: What becomes of progress and messages.
  /// - Returns: What git said, if that was kept.
  @discardableResult
  package func fetch(
    _ remote: ByteString, _ references: [ByteString] = [],
    messages: GitProgram.Messages = .capture
  ) throws(GitError) -> ByteString {
    var arguments: [ByteString] = ["fetch"]
    if messages == .capture { arguments.append("--quiet") }
    arguments += ["--", try GitProgram.checked(remote)]
    for reference in references { arguments.append(try GitProgram.checked(reference)) }
    return try program.run(
      arguments, in: .repository(layout), messages: messages, reason: .command("fetch")
    ).messages
  }

  /// Checks out a branch or a commit, as `git checkout REVISION` does.
  ///
  /// Changed files are not overwritten. Those that are as in the revision already, as after a
  /// checkout that was cut off, are no obstacle.
  ///
  /// - Parameters:
  ///   - revision: A branch, also one that only a remote has, or any revision, which detaches.
  ///   - source: What finds the commit, where `revision` is a branch that only a remote has.
  /// - Throws: ``GitError/badArgument(_:)``, ``GitError/gitFailed(command:status:message:)``.
  package func checkout(
    _ revision: ByteString, from source: ByteString? = nil
  ) throws(GitError) {
    _ = try worktree()
    // `--` says that it is not a path, where a file has the same name.
    let arguments = ["checkout", try GitProgram.checked(revision), "--"]
    do {
      try program.run(arguments, in: .repository(layout), reason: .command("checkout"))
    } catch {
      // 1 is a refusal: anything else that goes wrong has another status.
      guard case .gitFailed(_, status: 1, _) = error else { throw error }
      let arrived = try arrivedFiles(of: source ?? revision)
      if arrived.isEmpty { throw error }
      try stage(arrived.compactMap { $0.new.map { .blob($0.path, $0.id, mode: $0.mode) } })
      do {
        try program.run(arguments, in: .repository(layout), reason: .command("checkout"))
      } catch let refusal {
        try stage(
          arrived.map { change in
            change.old.map { .blob($0.path, $0.id, mode: $0.mode) } ?? .remove(change.path)
          })
        throw refusal
      }
    }
  }

  /// The files that the worktree has as a revision has them, and the index as the current commit.
  private func arrivedFiles(of revision: ByteString) throws(GitError) -> [GitTreeChange] {
    let old = try head().commit.map { commit throws(GitError) in try self.commit(commit).tree }
    let changes = try changedPointers(from: old, to: treeID(of: revision), .all)
    let index = try index()
    var arrived: [GitTreeChange] = []
    for change in changes {
      let entries = index.entries(at: change.path)
      guard let new = change.new, entries.count == (change.old == nil ? 0 : 1),
        entries.allSatisfy({ $0.id == change.old?.id && $0.mode == change.old?.mode })
      else { continue }
      let version = try worktreeVersion(of: change.path)
      if version == GitFileVersion(new.id, mode: new.mode) { arrived.append(change) }
    }
    return arrived
  }

  /// Makes a branch at a revision and checks it out, as `git switch -c` does.
  @discardableResult
  package func checkout(
    newBranch name: ByteString, at revision: ByteString = "HEAD",
    messages: GitProgram.Messages = .capture
  ) throws(GitError) -> ByteString {
    _ = try worktree()
    return try program.run(
      ["checkout", "-b", try GitProgram.checked(name), try GitProgram.checked(revision), "--"],
      in: .repository(layout), messages: messages, reason: .command("checkout")
    ).messages
  }
}
