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
      GitProgram.withoutHooks + ["-c", "core.fsmonitor=false", "read-tree", "HEAD"],
      in: .elsewhere(path),
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

  /// What leads git to this repository from anywhere, and away from its hooks.
  private var common: [ByteString] {
    GitProgram.withoutHooks
      + [ByteString(Array("--git-dir=".utf8) + layout.commonDirectory.bytes.bytes)]
  }
}

extension GitProgram {
  static let withoutHooks: [ByteString] = ["-c", "core.hooksPath=/dev/null"]

  /// Clones a repository of this machine that has to stay, for its objects are not copied, and
  /// checks out one of its commits.
  ///
  /// - Parameters:
  ///   - source: The top of its worktree.
  ///   - target: Where the clone goes: it must not exist, or be empty.
  ///   - commit: What is checked out, without a branch.
  /// - Throws: ``GitError/gitFailed(command:status:message:)``, such as where it lacks the commit.
  package func cloneSharing(
    _ source: FilePath, to target: FilePath, commit: GitID
  ) throws(GitError) {
    try run(
      Self.withoutHooks
        + ["clone", "--quiet", "--shared", "--no-checkout", "--", source.bytes, target.bytes],
      in: .elsewhere(source), reason: .command("clone"))
    try run(
      Self.withoutHooks + ["checkout", "--quiet", "--detach", ByteString(commit.hex), "--"],
      in: .elsewhere(target), reason: .command("checkout"))
  }
}
