internal import CGit2
internal import Platform
package import Primitives

extension GitRepository {
  /// Why git itself has to make a commit, or `nil` when libgit2 makes the same one.
  ///
  /// libgit2 1.5 runs no hooks, signs nothing, applies no filter drivers, and makes a commit with
  /// one parent in the middle of a merge.
  package func reasonToCommitByGit(
    _ scope: GitCommitRequest.Scope
  ) throws(GitError) -> GitReason? {
    if let reason = try reasonOutsideIndex(scope) { return reason }
    return try withHandle { _ throws(GitError) in
      guard let index = try plainIndex() else { return .indexForm }
      return index.reasonToCommitByGit()
    }
  }

  /// The reasons that are known without reading the index.
  func reasonOutsideIndex(_ scope: GitCommitRequest.Scope) throws(GitError) -> GitReason? {
    if scope == .tracked { return .trackedFiles }
    if let operation = try operationInProgress() { return .inProgress(operation) }
    if let hook = try hook(of: Self.commitHooks) { return .hook(hook) }
    let config = try config()
    if try config.bool("commit.gpgsign") == true { return .signing }
    for key in ["commit.cleanup", "core.sharedRepository", "i18n.commitEncoding"]
    where try config.string(key) != nil {
      return .setting(key)
    }
    if let name = config.subsections("hook").first { return .setting("hook.\(name)") }
    if Identity.hasStrangeDate(environment) { return .dateForm }
    if case .only(let paths) = scope {
      for path in paths {
        if let filter = try filter(of: path) { return .filter(filter) }
      }
    }
    return nil
  }

  private static let commitHooks: [ByteString] = [
    "pre-commit", "prepare-commit-msg", "commit-msg", "post-commit", "reference-transaction",
    "post-index-change",
  ]

  /// What the user is in the middle of: `merge`, `rebase`, `cherry-pick`, `revert`, `mailbox`.
  package func operationInProgress() throws(GitError) -> ByteString? {
    let files: [(String, ByteString)] = [
      ("MERGE_HEAD", "merge"), ("rebase-merge", "rebase"), ("rebase-apply", "rebase"),
      ("CHERRY_PICK_HEAD", "cherry-pick"), ("REVERT_HEAD", "revert"), ("sequencer", "sequence"),
      ("SQUASH_MSG", "squash"),
    ]
    for (name, operation) in files {
      do {
        if try layout.gitDirectory.appending(name).statusIfPresent() != nil { return operation }
      } catch {
        throw .file(error)
      }
    }
    return nil
  }

  /// The first of some hooks that is there and executable.
  ///
  /// One that only calls Shale does not count: who commits here has done its work already.
  private func hook(of names: [ByteString]) throws(GitError) -> ByteString? {
    let hooks = try hookFiles()
    return names.first { name in
      let path = hooks.directory.appending(name)
      guard let status = (try? path.statusIfPresent(followingSymlink: true)) ?? nil else {
        return false
      }
      let isRun = status.kind == .file && status.mode & 0o111 != 0
      return isRun && !hooks.callsShaleAlone(name)
    }
  }
}

extension IndexHandle {
  /// Submodules, and entries that are only announced, which libgit2 would commit as empty files.
  func reasonToCommitByGit() -> GitReason? {
    for position in 0..<(unsafe git_index_entrycount(pointer)) {
      guard let entry = unsafe git_index_get_byindex(pointer, position) else { continue }
      if unsafe entry.pointee.mode == GitMode.submodule.rawValue { return .submodules }
      let flags = UInt32(unsafe entry.pointee.flags_extended)
      if flags & GIT_INDEX_ENTRY_INTENT_TO_ADD.rawValue != 0 { return .announcedFiles }
    }
    return nil
  }
}
