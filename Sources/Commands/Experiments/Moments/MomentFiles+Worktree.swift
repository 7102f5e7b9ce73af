internal import Documents
internal import Platform
internal import Primitives
internal import Workspace

extension MomentFiles {
  func worktreeNode(at path: RepositoryPath) throws(CommandFailure) -> Node? {
    let file = workspace.root.appending(path)
    let status = try explaining { () throws(FileError) in
      try file.statusIfPresent(followingSymlink: true)
    }
    switch status?.kind {
    case nil: return nil
    case .file: return .file(.file(file))
    case .directory: return .directory
    case .symlink, .special: throw Self.notRegular(path)
    }
  }

  func worktreeEntries(
    of path: RepositoryPath
  ) throws(CommandFailure) -> [DocumentDirectoryEntry] {
    let directory = workspace.root.appending(path)
    return try explaining { () throws(FileError) in
      guard try directory.statusIfPresent(followingSymlink: true)?.kind == .directory else {
        return []
      }
      var entries: [DocumentDirectoryEntry] = []
      for entry in try OpenDirectory(directory).entries() {
        var kind = entry.kind
        if kind == nil { kind = try directory.appending(entry.name).statusIfPresent()?.kind }
        // A symlink to a directory could lead in circles.
        if kind == .file || kind == .directory {
          entries.append(
            DocumentDirectoryEntry(name: entry.name, isDirectory: kind == .directory))
        }
      }
      return entries
    }
  }

  static func notRegular(_ path: RepositoryPath) -> CommandFailure {
    CommandFailure(
      .refused, id: "not-a-file", "Path '\(path)' is neither a file nor a directory",
      hints: ["Name a file that holds values"])
  }
}
