internal import Git
internal import Lineage
internal import Primitives
internal import Workspace

extension RootSearch {
  /// Adds what every commit names that git keeps.
  mutating func addHistory() throws(ProjectError) {
    let starts: GitStarts
    do {
      starts = try project.git.starts()
    } catch {
      throw .unknownRoot(.git(error))
    }
    for tree in starts.trees {
      let files: [GitTreeEntry]
      do {
        files = try project.git.files(in: tree.id, .pointersAndRecords)
      } catch {
        throw .unknownRoot(.commit(tree.id, error))
      }
      for file in files { try add(file, of: tree.id) }
    }
    try addCommits(starts.commits.map(\.id))
  }

  private mutating func addCommits(_ starts: [GitID]) throws(ProjectError) {
    var options = GitHistoryOptions()
    options.order = .time
    options.files = .pointersAndRecords
    var new: [(GitTreeEntry, GitID)] = []
    var seen = seenBlobs
    do {
      try project.git.pointerHistory(from: starts, options) { entry throws(GitError) in
        for change in entry.changes {
          guard let file = change.new, seen.insert(file.id).inserted else { continue }
          new.append((file, entry.commit.id))
        }
        return true
      }
    } catch {
      throw .unknownRoot(.git(error))
    }
    for (file, commit) in new { try add(file, of: commit) }
  }

  /// Adds what a file of a commit, or of an index, names.
  private mutating func add(_ file: GitTreeEntry, of commit: GitID) throws(ProjectError) {
    guard seenBlobs.insert(file.id).inserted else { return }
    let bytes: [UInt8]?
    do {
      bytes = try contents(of: file.id, file.path)
    } catch {
      throw .unknownRoot(.commit(commit, error))
    }
    guard let bytes else { return }
    try add(bytes, at: file.path, for: .commits) {
      "'\(file.path)' of commit \(commit.abbreviated)"
    }
  }

  /// Adds what the bytes of a pointer or a record name.
  mutating func add(
    _ bytes: [UInt8], at path: RepositoryPath, for origin: RootOrigin, place: () -> String
  ) throws(ProjectError) {
    if let id = RunDirectory.id(of: path.name) {
      if path.parent == recordPlace { try addRecord(bytes, id) }
      return
    }
    do {
      try addPointer(bytes, at: path, for: origin)
    } catch {
      throw .unknownRoot(.pointer(place(), error))
    }
  }

  /// The content of a file of git, or `nil` for one that is too large to be what its name says.
  func contents(of id: GitID, _ path: RepositoryPath) throws(GitError) -> [UInt8]? {
    let isRecord = RunDirectory.id(of: path.name) != nil
    do throws(GitError) {
      return try project.git.blob(
        id, limit: isRecord ? RunRecord.sizeLimit : PointerFile.conflictLimit)
    } catch {
      if case .tooLarge = error { return nil }
      throw error
    }
  }
}
