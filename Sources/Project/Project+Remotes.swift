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

  /// The remotes of `.shale/config`: of the worktree, and of the tip of the default branch.
  ///
  /// The worktree's file counts only where it was changed since it left the default branch: an
  /// old commit that is checked out must not bring back a remote that is gone.
  private func sharedRemotes() throws(ProjectError) -> [RemoteAssignment] {
    guard let versions = try sharedConfigurationVersions() else { return worktreeRemotes }
    if versions.worktree == versions.tip { return worktreeRemotes }
    let file: GitConfigFile
    do {
      file = try GitConfigFile(versions.tip, path: layout.sharedConfiguration)
    } catch {
      throw .git(error)
    }
    let remotes = try SharedConfiguration(file, origin: .defaultBranch).remotes
    return versions.worktree == versions.base ? remotes : worktreeRemotes + remotes
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
