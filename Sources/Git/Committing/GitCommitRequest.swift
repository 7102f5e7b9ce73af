package import Primitives

/// What is to be committed.
package struct GitCommitRequest: Sendable {
  /// What of the repository goes into the commit.
  package enum Scope: Hashable, Sendable {
    /// What is staged.
    case staged
    /// These files as they are in the worktree, whatever else is staged: `git commit --only`.
    case only([RepositoryPath])
    /// What is staged, and every tracked file that changed: `git commit --all`.
    case tracked
  }

  package var message: ByteString
  package var scope: Scope
  /// Whether a commit is made that changes nothing.
  package var allowsEmpty = false
  /// What becomes of what hooks and git say, if git has to commit.
  package var messages = GitProgram.Messages.capture

  package init(message: ByteString, scope: Scope = .staged) {
    self.message = message
    self.scope = scope
  }
}

/// What came of a commit.
package enum GitCommitOutcome: Hashable, Sendable {
  /// A commit was made.
  ///
  /// - Parameters:
  ///   - id: Its name.
  ///   - byGit: Why git made it, or `nil` when libgit2 did.
  ///   - messages: What git and hooks said, if that was kept.
  case committed(GitID, byGit: GitReason?, messages: ByteString)

  /// Nothing differs from the current commit.
  case nothingToCommit
}
