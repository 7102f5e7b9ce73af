internal import Git
internal import Platform
internal import Primitives

extension Workspace {
  /// Looks through the worktree for files that nobody tracks.
  ///
  /// Directories that git ignores, tracked data, and other repositories are left out.
  func findUntracked(
    _ report: inout StatusReport, largeFile: ByteCount
  ) throws(WorkspaceError) {
    let index = try onGit { () throws(GitError) in try git.index() }
    let data = Set(report.paths.map(\.path) + report.leftOver.map(\.path))
    var rest = [RepositoryPath.root]
    while let directory = rest.popLast() {
      let place = root.appending(directory)
      // What cannot be read by us is not tracked by anybody.
      guard let entries = try? OpenDirectory(place, followingSymlink: false).entries() else {
        continue
      }
      let isRepository = entries.contains { $0.name == ".git" }
      if isRepository && !directory.isRoot { continue }
      for entry in entries {
        guard let path = try? directory.appending(entry.name), entry.name != ".git",
          !data.contains(path)
        else { continue }
        if entry.kind == .directory {
          var isKept = index.tracksAnything(below: path)
          if !isKept { isKept = try !isIgnored(path, true) }
          if isKept { rest.append(path) }
        } else if entry.kind == .file, !index.isTracked(path) {
          guard let status = try? place.appending(entry.name).status() else { continue }
          let isPointer = PointerFile.isPointerName(entry.name)
          guard status.size >= largeFile || isPointer else { continue }
          if try isIgnored(path, false) { continue }
          if isPointer { report.untrackedPointers.append(path) }
          if status.size >= largeFile {
            report.largeUntracked.append(UntrackedFile(path: path, size: status.size))
          }
        }
      }
    }
    report.largeUntracked.sort { $0.path < $1.path }
    report.untrackedPointers.sort()
  }

  private func isIgnored(
    _ path: RepositoryPath, _ isDirectory: Bool
  ) throws(WorkspaceError) -> Bool {
    try onGit { () throws(GitError) in try git.isIgnored(path, isDirectory: isDirectory) }
  }
}
