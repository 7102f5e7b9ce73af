internal import CGit2
internal import Platform
internal import Primitives

extension GitRepository {
  /// Makes a commit on what is checked out.
  ///
  /// - Throws: ``GitError/emptyMessage``, ``GitError/identityMissing(_:)``,
  ///   ``GitError/unmerged(_:count:)``, ``GitError/branchMoved(_:)``, ``GitError/locked(_:)``;
  ///   where git has to do it, ``GitError/gitMissing(for:)`` and, also when a hook refuses,
  ///   ``GitError/gitFailed(command:status:message:)``.
  package func commit(_ request: GitCommitRequest) throws(GitError) -> GitCommitOutcome {
    let config = try config()
    let author = try Identity(.author, config: config, environment: environment)
    let committer = try Identity(.committer, config: config, environment: environment)
    var reason = try reasonOutsideIndex(request.scope)
    let outcome = try withHandle { handle throws(GitError) -> GitCommitOutcome? in
      guard let index = try plainIndex() else {
        reason = reason ?? .indexForm
        return nil
      }
      if unsafe git_index_has_conflicts(index.pointer) != 0 {
        throw .unmerged(in: try index.entries(.all))
      }
      reason = reason ?? index.reasonToCommitByGit()
      guard reason == nil else { return nil }
      return try commitByLibrary(request, index, in: handle, by: author, committer)
    }
    if let outcome { return outcome }
    if reason == .indexForm, case let entries = try index().entries,
      entries.contains(where: { $0.stage != .merged })
    {
      throw .unmerged(in: entries)
    }
    let cause = reason ?? .indexForm
    return try tellingIndex { () throws(GitError) in try commitByGit(request, reason: cause) }
  }

  private func commitByLibrary(
    _ request: GitCommitRequest, _ index: borrowing IndexHandle,
    in handle: borrowing RepositoryHandle, by author: Identity, _ committer: Identity
  ) throws(GitError) -> GitCommitOutcome {
    // What a commit writes is on disk when it returns.
    Library.synchronizesWrites(true)
    defer { Library.synchronizesWrites(false) }
    let message = try Self.cleaned(request.message)
    let head = try handle.head()
    guard case .only(let paths) = request.scope else {
      var oid = git_oid()
      try check(
        unsafe git_index_write_tree_to(&oid, index.pointer, handle.pointer), .writeObject)
      return try handle.commit(
        GitID(oid), message: message, on: head, by: author, committer,
        allowsEmpty: request.allowsEmpty)
    }
    let lock = try IndexLock(layout.indexFile, in: handle, patience: lockPatience)
    defer { handle.forgetIndex() }
    let tree = try tree(updating: paths, of: head, lock: lock, in: handle)
    let outcome = try handle.commit(
      tree, message: message, on: head, by: author, committer, allowsEmpty: request.allowsEmpty)
    try lock.commit(worktree: layout.worktree)
    return outcome
  }

  /// The message as git cleans it up when it was not written in an editor.
  private static func cleaned(_ message: ByteString) throws(GitError) -> ByteString {
    guard !message.bytes.contains(0) else { throw .badArgument(message) }
    let buffer = try unsafe BufferHandle(.commit) { place in
      unsafe CString.with(message) { unsafe git_message_prettify(place, $0, 0, 0x23) }
    }
    let text = buffer.bytes
    guard !text.isEmpty else { throw .emptyMessage }
    return text
  }

  /// Stages the paths from the worktree, and makes the tree of the current commit with only them
  /// changed.
  private func tree(
    updating paths: [RepositoryPath], of head: GitHead, lock: borrowing IndexLock,
    in handle: borrowing RepositoryHandle
  ) throws(GitError) -> GitID {
    try apply(paths.map { .worktree($0) }, to: lock, in: handle)
    var entries: [(RepositoryPath, GitTreeEntry?)] = []
    for path in paths { entries.append((path, try lock.index.entry(at: path))) }
    let old = try head.commit.map { id throws(GitError) in try handle.commit(id).tree }
    return try handle.tree(old ?? .emptyTree, with: entries)
  }

  // MARK: By git

  private func commitByGit(
    _ request: GitCommitRequest, reason: GitReason
  ) throws(GitError) -> GitCommitOutcome {
    guard request.message.bytes.contains(where: { $0 > UInt8(ascii: " ") }) else {
      throw .emptyMessage
    }
    // Git calls a commit of no paths a mistake.
    if request.scope == .only([]), !request.allowsEmpty { return .nothingToCommit }
    try program.require(for: reason)
    let file = layout.gitDirectory.appending(AtomicFile.temporaryName())
    do {
      let created = try OpenFile.creating(file, mode: 0o600)
      try created.write(request.message.bytes.span, at: 0)
    } catch {
      throw .file(error)
    }
    defer { _ = try? file.remove() }
    var arguments = try durabilityArguments()
    arguments += [
      "commit", "--quiet", ByteString(Array("--file=".utf8) + file.bytes.bytes),
    ]
    var input: [UInt8] = []
    if request.allowsEmpty { arguments.append("--allow-empty") }
    switch request.scope {
    case .staged: break
    case .tracked: arguments.append("--all")
    case .only(let paths):
      // Git knows only files that are in its index.
      try stage(paths.map { .worktree($0) })
      arguments += ["--only", "--pathspec-from-file=-", "--pathspec-file-nul"]
      for path in paths { input += GitProgram.pathspec(path).bytes + [0] }
    }
    do throws(GitError) {
      let output = try program.run(
        arguments, in: .repository(layout), input: input, messages: request.messages,
        reason: reason)
      guard let id = try head().commit else { throw .gitOutput(command: "commit") }
      return .committed(id, byGit: reason, messages: output.messages)
    } catch {
      if case .gitFailed(_, 1, _) = error, try isUnchanged(request.scope) {
        return .nothingToCommit
      }
      throw error
    }
  }

  /// What makes git sync all that it commits, unless the user decided about that.
  private func durabilityArguments() throws(GitError) -> [ByteString] {
    let config = try config()
    for key in ["core.fsync", "core.fsyncobjectfiles"] where try config.string(key) != nil {
      return []
    }
    let isNew = try program.version() >= .init(major: 2, minor: 36, patch: 0)
    return ["-c", isNew ? "core.fsync=committed" : "core.fsyncObjectFiles=true"]
  }

  /// Whether a commit of `scope` would change nothing, asked after git refused to make it.
  private func isUnchanged(_ scope: GitCommitRequest.Scope) throws(GitError) -> Bool {
    guard try head().commit != nil else { return try index().entries.isEmpty }
    if case .inProgress = try reasonToCommitByGit(scope) { return false }
    var arguments: [ByteString] = ["diff", "--quiet", "--no-ext-diff"]
    switch scope {
    case .staged: arguments += ["--cached", "HEAD", "--"]
    case .tracked: arguments += ["HEAD", "--"]
    case .only(let paths): arguments += ["HEAD", "--"] + paths.map(GitProgram.pathspec)
    }
    do throws(GitError) {
      try program.run(arguments, in: .repository(layout), reason: .command("diff"))
      return true
    } catch {
      if case .gitFailed(_, 1, _) = error { return false }
      throw error
    }
  }
}

extension RepositoryHandle {
  /// Makes a commit and moves the branch, or says that it would change nothing.
  fileprivate func commit(
    _ tree: GitID, message: ByteString, on head: GitHead, by author: Identity,
    _ committer: Identity, allowsEmpty: Bool
  ) throws(GitError) -> GitCommitOutcome {
    let parent = head.commit
    if !allowsEmpty {
      let old = try parent.map { id throws(GitError) in try commit(id).tree }
      if tree == old ?? .emptyTree { return .nothingToCommit }
    }
    try synchronizePointers(from: head, to: tree)
    let authorSignature = try author.signature()
    let committerSignature = try committer.signature()
    // The name in the reflog.
    let named = unsafe CString.with(committer.name) { name in
      unsafe CString.with(committer.email) { unsafe git_repository_set_ident(pointer, name, $0) }
    }
    try check(named, .commit)
    let treeObject = try object(tree, kind: GIT_OBJECT_TREE)
    let parentObject = try parent.map { id throws(GitError) in
      try object(id, kind: GIT_OBJECT_COMMIT)
    }
    var parents: [OpaquePointer?] = unsafe []
    switch parentObject {
    case .some(let object): unsafe parents.append(object.pointer)
    case .none: break
    }
    var oid = git_oid()
    let code = unsafe CString.with(message) { message in
      unsafe parents.withUnsafeMutableBufferPointer { parents in
        unsafe git_commit_create(
          &oid, pointer, "HEAD", authorSignature.pointer, committerSignature.pointer, nil,
          message, treeObject.pointer, parents.count, parents.baseAddress)
      }
    }
    if code == GIT_EMODIFIED.rawValue || code == GIT_ELOCKED.rawValue {
      throw .branchMoved(head.branchName ?? "HEAD")
    }
    try check(code, .commit)
    return .committed(GitID(oid), byGit: nil, messages: "")
  }

  /// Makes the pointers of a commit durable, which were written when they were staged.
  private func synchronizePointers(from head: GitHead, to tree: GitID) throws(GitError) {
    let old = try head.commit.map { id throws(GitError) in try commit(id).tree }
    let changes = try changedFiles(from: old, to: tree, under: .root, .pointers)
    let objects = FilePath(unsafe bytes(git_repository_commondir(pointer))).appending("objects")
    for change in changes {
      guard let hex = change.new?.id.hex else { continue }
      let file = objects.appending(String(hex.prefix(2))).appending(String(hex.dropFirst(2)))
      do throws(FileError) {
        try OpenFile.forReading(file).synchronize()
      } catch {
        // One that is not there by itself is in a pack, which git synced.
        guard error.isNotFound else { throw .file(error) }
      }
    }
  }
}

extension IndexHandle {
  fileprivate func entry(at path: RepositoryPath) throws(GitError) -> GitTreeEntry? {
    let entry = unsafe CString.with(path.bytes) { unsafe git_index_get_bypath(pointer, $0, 0) }
    guard let entry = unsafe entry?.pointee, let mode = unsafe GitMode(raw: entry.mode) else {
      return nil
    }
    return GitTreeEntry(path: path, id: unsafe GitID(entry.id), mode: mode)
  }
}
