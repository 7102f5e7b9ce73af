package import Git
package import Platform
package import Primitives

extension Workspace {
  /// Looks through the worktree for files that nobody tracks.
  func findUntracked(
    _ report: inout StatusReport, _ index: GitIndexSnapshot, largeFile: ByteCount
  ) throws(WorkspaceError) {
    let data = Set(report.paths.map(\.path) + report.leftOver.map(\.path))
    try forEachUntracked(besides: data, index) { path, file in
      guard let status = try? file.status(), status.kind == .file else { return }
      let isPointer = PointerFile.isPointerName(path.name)
      if isPointer { report.untrackedPointers.append(path) }
      if status.size >= largeFile {
        report.largeUntracked.append(UntrackedFile(path: path, size: status.size))
      }
    }
    report.largeUntracked.sort { $0.path < $1.path }
    report.untrackedPointers.sort()
  }

  /// Calls `body` for each file or symlink that git neither tracks nor ignores.
  ///
  /// Directories that git ignores and other repositories are left out.
  ///
  /// - Parameters:
  ///   - data: Tracked data, which is left out as well.
  ///   - index: What git tracks.
  ///   - body: Given the path and the file.
  /// - Throws: ``WorkspaceError/git(_:)`` when git's rules cannot be read.
  package func forEachUntracked(
    besides data: Set<RepositoryPath>, _ index: GitIndexSnapshot,
    _ body: (RepositoryPath, FilePath) -> Void
  ) throws(WorkspaceError) {
    var rest = [try onGit { () throws(GitError) in try git.ignoreRules() }]
    while let rules = rest.popLast() {
      let place = root.appending(rules.directory)
      // What cannot be read by us is not tracked by anybody.
      guard let entries = try? OpenDirectory(place, followingSymlink: false).entries() else {
        continue
      }
      let isRepository = entries.contains { $0.name == ".git" }
      if isRepository && !rules.directory.isRoot { continue }
      for entry in entries where entry.name != ".git" {
        guard let path = try? rules.directory.appending(entry.name), !data.contains(path) else {
          continue
        }
        let isDirectory = entry.kind == .directory
        if rules.ignores(entry.name, isDirectory: isDirectory) {
          guard isDirectory, index.tracksAnything(below: path) else { continue }
        }
        if isDirectory {
          rest.append(try onGit { () throws(GitError) in try rules.entering(entry.name) })
        } else if entry.kind == .file || entry.kind == .symlink, !index.isTracked(path) {
          body(path, place.appending(entry.name))
        }
      }
    }
  }
}
