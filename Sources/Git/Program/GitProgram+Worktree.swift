package import Platform
internal import Primitives

extension GitRepository {
  /// Makes a worktree at a commit that no branch names, with an index and without any file.
  ///
  /// No hook and no filter runs.
  ///
  /// - Parameters:
  ///   - path: Where it goes: nothing may be there.
  ///   - commit: The commit that its `HEAD` names.
  /// - Throws: ``GitError/gitMissing(for:)``, ``GitError/gitFailed(command:status:message:)``.
  package func addEmptyWorktree(at path: FilePath, commit: GitID) throws(GitError) {
    try program.run(
      common + [
        "worktree", "add", "--quiet", "--detach", "--no-checkout", path.bytes,
        ByteString(commit.hex),
      ],
      in: .elsewhere(layout.commonDirectory), reason: .command("worktree"))
    try program.run(
      ["-c", "core.fsmonitor=false", "read-tree", "HEAD"], in: .elsewhere(path),
      reason: .command("read-tree"))
  }

  /// Makes git forget a worktree, and removes what is left of its files.
  ///
  /// Other worktrees stay known, also those whose directory is away for the moment.
  ///
  /// - Throws: ``GitError/gitFailed(command:status:message:)``, such as for none of its worktrees.
  package func removeWorktree(at path: FilePath) throws(GitError) {
    try program.run(
      common + ["worktree", "remove", "--force", "--force", path.bytes],
      in: .elsewhere(layout.commonDirectory), reason: .command("worktree"))
  }

  /// What leads git to this repository from anywhere.
  private var common: [ByteString] {
    [ByteString(Array("--git-dir=".utf8) + layout.commonDirectory.bytes.bytes)]
  }
}
