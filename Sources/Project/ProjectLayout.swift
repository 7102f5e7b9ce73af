package import Git
package import Platform
package import Primitives

/// Where the files of a project lie.
///
/// All paths are absolute.
package struct ProjectLayout: Hashable, Sendable {
  /// The top of the worktree.
  package let worktree: FilePath

  /// What all worktrees of the clone share: `shale` in git's common directory.
  package let directory: FilePath

  /// The store of the clone, which may lie elsewhere.
  package let store: FilePath

  /// Whether the store lies outside the clone, so that others may rely on it too.
  package var isStoreShared: Bool { store != directory.appending("store") }

  /// The operation log.
  package var operations: FilePath { directory.appending("operations") }

  /// What was proven to be restorable, and from where.
  package var verified: FilePath { directory.appending("verified") }

  /// The oids whose recipes this clone has proven.
  package var proofs: FilePath { directory.appending("proofs") }

  /// The random name under which the clone is known in a shared store.
  package var cloneName: FilePath { directory.appending("clone") }

  /// Which remotes this clone has used, each with the place and the id of its store.
  package var usedRemotes: FilePath { directory.appending("remotes") }

  /// What was forgotten for good: one report for each time.
  package var forgettings: FilePath { directory.appending("forgotten") }

  /// The records of the runs that are known in this clone.
  package var runs: FilePath { directory.appending("runs") }

  /// The settings that come with the repository.
  package var sharedConfiguration: FilePath { worktree.appending(Self.sharedConfigurationPath) }

  /// ``sharedConfiguration`` inside the worktree.
  package static let sharedConfigurationPath: ByteString = ".shale/config"

  /// The attributes of git, which keep it from rewriting pointers.
  package var attributes: FilePath { worktree.appending(Self.attributesPath) }

  /// ``attributes`` inside the worktree.
  package static let attributesPath: ByteString = ".gitattributes"

  /// Lays out the files of a repository.
  ///
  /// - Parameters:
  ///   - git: The repository.
  ///   - worktree: The top of its worktree.
  ///   - store: The store if it is not the clone's own; relative to the worktree.
  package init(git: GitLayout, worktree: FilePath, store: FilePath?) {
    self.worktree = worktree
    directory = git.commonDirectory.appending("shale")
    self.store =
      store.map { worktree.appending($0.bytes) }
      ?? git.commonDirectory.appending("shale").appending("store")
  }
}
