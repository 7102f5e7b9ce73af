internal import Git
internal import Lineage
internal import Primitives
package import Project
internal import Remotes
internal import Workspace

extension CommandFailure {
  /// Explains why nothing can be removed: something cannot be read that may keep objects.
  package init(_ root: UnknownRoot) {
    let message = "\(root)"
    switch root {
    case .git(.missingTarget(let name, _)) where name.bytes.starts(with: "reflog".utf8):
      self.init(
        .refused, id: "unknown-root", message,
        hints: [
          "Get the object back, for example with `git fetch`",
          "Run `git reflog expire --stale-fix --all` to give up what git no longer has",
        ])
    case .commit, .git(.missingObject):
      self.init(
        .refused, id: "unknown-root", message,
        hints: [
          "In a partial clone, run `git fetch --refetch --no-filter` to get what git lacks",
          "Run `git fsck` to see whether the repository is damaged",
        ])
    case .git(let error):
      self.init(error)
    case .awayWorktree(let path):
      self.init(
        .tryAgain, id: "worktree-away", message,
        hints: [
          "Mount the disk that it is on, and run the command again",
          "If it is gone for good, run `git worktree unlock '\(path)'`",
        ])
    case .unnamedWorktree:
      self.init(
        .refused, id: "unknown-root", message, hints: ["Run the command in its main worktree"])
    case .place(let path, _):
      self.init(
        .refused, id: "unknown-root", message,
        hints: ["Run `ls -ld '\(path)'` to see who may read it"])
    case .pointer(_, .newerVersion(_)):
      self.init(.refused, id: "unknown-root", message, hints: ["Upgrade shale"])
    case .pointer:
      self.init(
        .refused, id: "unknown-root", message,
        hints: ["Put back what git has of it, or remove it if nobody needs its data"])
    case .run(let error):
      self.init(error)
    case .root(.damagedRoot(let path)):
      self.init(
        .damaged, id: "root-damaged", message,
        hints: [
          "Put it back from a copy; `shale push` writes that of a commit anew",
          "Remove '\(path)' if nobody needs what it keeps",
        ])
    case .root(let error):
      self.init(error)
    }
  }
}
