internal import Git
internal import Platform
internal import Primitives
package import Remotes
internal import Synchronization

extension Project {
  /// The remotes that are configured, read once.
  ///
  /// - Throws: ``ProjectError/remote(_:)`` for names and locations that cannot be.
  package func remotes() throws(ProjectError) -> RemoteList {
    if let remotes = parts.withLock({ $0.remotes }) { return remotes }
    let personal: [RemoteAssignment]
    do {
      personal = try git.config().remoteAssignments
    } catch {
      throw .git(error)
    }
    let shared = try sharedRemotes()
    do {
      let remotes = try RemoteList(
        personal + shared, relativeTo: layout.worktree, home: home,
        defaultName: configuration[Settings.defaultRemote])
      parts.withLock { $0.remotes = remotes }
      return remotes
    } catch {
      throw .remote(error)
    }
  }

  /// Reads the remotes anew when they are next asked for, after they were changed.
  func forgetRemotes() throws(ProjectError) {
    let shared = try Self.sharedConfiguration(of: layout.worktree)
    worktreeRemotes.withLock { $0 = shared.remotes }
    git.reloadConfig()
    parts.withLock { $0.remotes = nil }
  }

  /// The remotes of `.shale/config`: of the worktree, and of the tip of the default branch.
  ///
  /// What the worktree says of a remote counts only where that changed since the current commit
  /// left the default branch: an old commit that is checked out must not bring back a remote that
  /// is gone.
  private func sharedRemotes() throws(ProjectError) -> [RemoteAssignment] {
    let own = worktreeRemotes.withLock { $0 }
    guard let versions = try sharedConfigurationVersions(), versions.worktree != versions.tip
    else { return own }
    let tip = try remotes(in: versions.tip)
    let base = try versions.base.map { bytes throws(ProjectError) in try remotes(in: bytes) } ?? []
    return Set((own + tip).map(\.name)).sorted().flatMap { name in
      let mine = own.filter { $0.name == name }
      let newest = tip.filter { $0.name == name }
      let before = base.filter { $0.name == name }
      return mine.map(\.setting) == before.map(\.setting) ? newest : mine
    }
  }

  private func remotes(in bytes: [UInt8]) throws(ProjectError) -> [RemoteAssignment] {
    let file: GitConfigFile
    do {
      file = try GitConfigFile(bytes, path: layout.sharedConfiguration)
    } catch {
      throw .git(error)
    }
    return try SharedConfiguration(file, origin: .defaultBranch).remotes
  }

  /// Versions of `.shale/config`; empty where the file is not there.
  private struct SharedConfigurationVersions {
    let worktree: [UInt8]
    /// At the tip of the default branch.
    let tip: [UInt8]
    /// Where the current commit left the default branch; `nil` for unrelated histories.
    let base: [UInt8]?
  }

  /// The versions that decide which remotes are believed, or `nil` without a default branch.
  private func sharedConfigurationVersions() throws(ProjectError) -> SharedConfigurationVersions? {
    let worktree: [UInt8]
    do {
      worktree = try layout.sharedConfiguration.contentsIfPresent(limit: .mebibytes(4)) ?? []
    } catch {
      throw .file(error)
    }
    do {
      guard let tip = try defaultBranchTip() else { return nil }
      let newest = try sharedConfiguration(at: tip)
      var base: [UInt8]?
      if worktree != newest, let head = try git.head().commit,
        let ancestor = try git.mergeBase(head, tip)
      {
        base = try sharedConfiguration(at: ancestor)
      }
      return SharedConfigurationVersions(worktree: worktree, tip: newest, base: base)
    } catch {
      throw .git(error)
    }
  }

  /// The tip of the default branch: what the remote calls so, else `main` or `master` here.
  private func defaultBranchTip() throws(GitError) -> GitID? {
    if let reference = try git.defaultBranch() { return reference.target }
    for name in ["refs/heads/main", "refs/heads/master"] {
      if let reference = try git.reference(ByteString(name)) { return reference.target }
    }
    return nil
  }

  private func sharedConfiguration(at commit: GitID) throws(GitError) -> [UInt8] {
    let path = RepositoryPath.root
    guard let file = try? path.appending(".shale").appending("config") else { return [] }
    return try git.contents(of: file, in: ByteString(commit.hex), limit: .mebibytes(4)) ?? []
  }
}

extension RemoteAssignment {
  /// What is said, whoever says it.
  fileprivate var setting: [ByteString] { [ByteString(key), value] }
}
