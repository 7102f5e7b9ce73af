package import Platform
internal import Primitives

/// One of the worktrees of a repository: the main one, or one that `git worktree add` made.
package struct GitWorktree: Hashable, Sendable {
  /// Whether its files can be looked at.
  package enum Presence: Hashable, Sendable {
    /// They are there.
    case present
    /// They are gone, and git would forget the worktree: `git worktree list` says *prunable*.
    case prunable
    /// They are not there, and git keeps the worktree: `git worktree lock` said that they come back.
    case away
  }

  /// Where its `HEAD`, index and reflog lie.
  package let gitDirectory: FilePath

  /// The top of its files; `nil` where nothing says where that is.
  package let directory: FilePath?

  package let presence: Presence

  /// What people know it by: the top of its files, or else its git directory.
  package var place: FilePath { directory ?? gitDirectory }
}

extension GitRepository {
  /// All worktrees of the repository, the main one first, those that are gone included.
  ///
  /// - Throws: ``GitError/file(_:)`` when a place cannot be looked at.
  package func worktrees() throws(GitError) -> [GitWorktree] {
    var worktrees = try mainWorktrees()
    let administration = layout.commonDirectory.appending("worktrees")
    for name in try onFiles({ () throws(FileError) in try administration.namesIfPresent() }) {
      let directory = administration.appending(name)
      let isThere = try onFiles { () throws(FileError) in
        try directory.statusIfPresent()?.kind == .directory
      }
      if isThere { worktrees.append(try linkedWorktree(directory)) }
    }
    return worktrees
  }

  /// The main worktree: none of a bare repository, and two where the environment names another.
  private func mainWorktrees() throws(GitError) -> [GitWorktree] {
    let common = layout.commonDirectory
    var directories: [FilePath] = []
    if layout.gitDirectory == common, let worktree = layout.worktree {
      directories.append(worktree)
      if !layout.isExplicit { return [worktree].map { main($0, .present) } }
    }
    let format = try RepositoryFormat(gitDirectory: common, commonDirectory: common)
    if let configured = format.worktree {
      let path = common.appending(configured)
      directories.append((try? path.resolved()) ?? path)
    } else if format.isBare != true, common.name == ".git" {
      directories.append(common.parent)
    } else if format.isBare == true, directories.isEmpty {
      return []
    }
    if directories.isEmpty {
      return [GitWorktree(gitDirectory: common, directory: nil, presence: .away)]
    }
    var seen: Set<FilePath> = []
    return directories.filter { seen.insert($0).inserted }.map {
      main($0, Self.isThere($0) ? .present : .away)
    }
  }

  private func main(_ directory: FilePath, _ presence: GitWorktree.Presence) -> GitWorktree {
    GitWorktree(
      gitDirectory: layout.commonDirectory, directory: directory, presence: presence)
  }

  private func linkedWorktree(_ administration: FilePath) throws(GitError) -> GitWorktree {
    if administration == layout.gitDirectory, let worktree = layout.worktree {
      return GitWorktree(gitDirectory: administration, directory: worktree, presence: .present)
    }
    let (link, isLocked) = try onFiles { () throws(FileError) in
      (
        try administration.appending("gitdir").contentsIfPresent(limit: .kibibytes(64)),
        try administration.appending("locked").statusIfPresent() != nil
      )
    }
    let absent = isLocked ? GitWorktree.Presence.away : .prunable
    let line = (link ?? []).prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
    guard !line.isEmpty else {
      return GitWorktree(gitDirectory: administration, directory: nil, presence: absent)
    }
    let file = administration.appending(ByteString(line))
    let directory = (try? file.parent.resolved()) ?? file.parent
    let presence: GitWorktree.Presence
    do {
      presence = try file.statusIfPresent() == nil ? absent : .present
    } catch {
      // What cannot be looked at may well be there.
      presence = .away
    }
    return GitWorktree(gitDirectory: administration, directory: directory, presence: presence)
  }

  private static func isThere(_ directory: FilePath) -> Bool {
    ((try? directory.statusIfPresent(followingSymlink: true)) ?? nil)?.kind == .directory
  }

  /// The repository as it is seen from one of its worktrees.
  package func opened(in worktree: GitWorktree) -> GitRepository {
    let isHere = worktree.gitDirectory == layout.gitDirectory
    return GitRepository(
      layout: GitLayout(
        gitDirectory: worktree.gitDirectory, commonDirectory: layout.commonDirectory,
        worktree: worktree.presence == .present ? worktree.directory : nil,
        indexFile: worktree.gitDirectory.appending("index"), isExplicit: true,
        extensions: layout.extensions),
      environment: isHere ? environment : GitProgram.withoutRepository(environment))
  }

  func onFiles<Value>(_ body: () throws(FileError) -> Value) throws(GitError) -> Value {
    do {
      return try body()
    } catch {
      throw .file(error)
    }
  }
}
