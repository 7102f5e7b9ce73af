internal import Platform
package import Primitives

extension Workspace {
  /// The paths that a pattern of the command line means.
  ///
  /// A path that exists, or is tracked, means itself. Otherwise `*`, `?`, `[…]` and `**` stand for names, as in
  /// ignore files; pointers and what lies in `.git` are left out, and nothing below a match is looked for.
  ///
  /// - Parameter pattern: From the root of the worktree.
  /// - Returns: The paths, in order; none where nothing matches.
  /// - Throws: ``WorkspaceError/path(_:)`` for a pattern that cannot be a path.
  package func paths(matching pattern: ByteString) throws(WorkspaceError) -> [RepositoryPath] {
    let literal: RepositoryPath
    do {
      literal = try RepositoryPath(pattern)
    } catch {
      throw .path(error)
    }
    let exists = try onFiles { () throws(FileError) in
      try root.appending(literal).statusIfPresent() != nil
    }
    let special: Set<UInt8> = [0x2A, 0x3F, 0x5B, 0x5C]
    if exists { return [literal] }
    if try tracked(literal) != nil { return [literal] }
    guard pattern.bytes.contains(where: { special.contains($0) }) else { return [literal] }
    var start = RepositoryPath.root
    for name in literal.components.dropLast() {
      if name.bytes.contains(where: { special.contains($0) }) { break }
      start = (try? start.appending(name)) ?? start
    }
    var matches: [RepositoryPath] = []
    var rest = [start]
    while let directory = rest.popLast() {
      let place = root.appending(directory)
      guard let entries = try? OpenDirectory(place, followingSymlink: false).entries() else {
        continue
      }
      for entry in entries where entry.name != ".git" && !PointerFile.isPointerName(entry.name) {
        guard let path = try? directory.appending(entry.name) else { continue }
        if WildMatch.matches(pattern.bytes, path.bytes.bytes) {
          matches.append(path)
        } else if entry.kind == .directory {
          rest.append(path)
        }
      }
    }
    // Tracked paths without data match too.
    for tracked in try trackedPaths() where !matches.contains(tracked.path) {
      if WildMatch.matches(pattern.bytes, tracked.path.bytes.bytes) {
        matches.append(tracked.path)
      }
    }
    return matches.sorted()
  }
}
