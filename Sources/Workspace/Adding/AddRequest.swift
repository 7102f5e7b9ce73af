internal import Git
internal import Platform
package import Primitives

/// One tracked path of an `add`, and which parts of it are meant.
struct AddRequest: Sendable {
  let path: RepositoryPath

  /// From the tracked path down; none for all of it.
  var parts: [ByteString]
}

extension Workspace {
  /// Finds out what `paths` mean: new data, tracked paths, or parts of them.
  ///
  /// - Throws: ``WorkspaceError`` for a path that cannot be tracked.
  func addRequests(_ paths: [RepositoryPath]) throws(WorkspaceError) -> [AddRequest] {
    var requests: [RepositoryPath: AddRequest] = [:]
    var fresh: [RepositoryPath] = []
    for path in paths {
      if let outer = try tracked(containing: path), let part = path.relative(to: outer.path) {
        if part.isRoot {
          requests[outer.path] = AddRequest(path: outer.path, parts: [])
        } else if let known = requests[outer.path] {
          if !known.parts.isEmpty { requests[outer.path]?.parts.append(part.bytes) }
        } else {
          requests[outer.path] = AddRequest(path: outer.path, parts: [part.bytes])
        }
      } else {
        fresh.append(path)
      }
    }
    if !fresh.isEmpty {
      try checkNew(fresh)
      for path in fresh { requests[path] = AddRequest(path: path, parts: []) }
    }
    return requests.values.sorted { $0.path < $1.path }
  }

  /// Checks that paths can become tracked.
  private func checkNew(_ paths: [RepositoryPath]) throws(WorkspaceError) {
    for path in paths {
      try checkName(path)
      let status = try onFiles { () throws(FileError) in
        try root.appending(path).statusIfPresent()
      }
      guard let status else { throw .notFound(path) }
      guard status.kind == .file || status.kind == .directory else {
        throw .notAFileOrDirectory(path)
      }
    }
    try checkUntracked(paths)
  }

  /// Checks that pointers can be written for paths, whether data lies there or not.
  ///
  /// - Throws: ``WorkspaceError``: a path that git or Shale use themselves or that is tracked, one
  ///   that lies in other tracked data or around it, or one whose pointer git would ignore.
  package func checkUntracked(_ paths: [RepositoryPath]) throws(WorkspaceError) {
    let tracked = try trackedPaths().map(\.path)
    let index = try onGit { () throws(GitError) in try git.index() }
    var ignoring = IgnoreLookup(git: git)
    for path in paths {
      try checkName(path)
      try checkNotNested(path, tracked + paths)
      try checkNotOfGit(path, index)
      let pointer = PointerFile.path(of: path)
      let present = try onFiles { () throws(FileError) in
        try root.appending(pointer).statusIfPresent()
      }
      if present != nil { throw .exists(pointer) }
      let isIgnored = try onGit { () throws(GitError) in
        try ignoring.isIgnored(pointer, isDirectory: false)
      }
      if isIgnored { throw .pointerIgnored(pointer) }
    }
  }

  /// Checks that data can be brought to paths, whether they are tracked now or were once.
  ///
  /// - Throws: ``WorkspaceError``: a path that git or Shale use themselves, or that lies in other
  ///   tracked data or around it.
  package func checkPlaces(_ paths: [RepositoryPath]) throws(WorkspaceError) {
    let tracked = try trackedPaths().map(\.path)
    let index = try onGit { () throws(GitError) in try git.index() }
    for path in paths {
      try checkName(path)
      try checkNotNested(path, tracked + paths)
      try checkNotOfGit(path, index)
    }
  }

  private func checkNotNested(
    _ path: RepositoryPath, _ others: [RepositoryPath]
  ) throws(WorkspaceError) {
    if let outer = others.first(where: { path != $0 && path.isWithin($0) }) {
      throw .nested(path, inside: outer)
    }
    if let inner = others.first(where: { $0 != path && $0.isWithin(path) }) {
      throw .nested(inner, inside: path)
    }
  }

  private func checkNotOfGit(
    _ path: RepositoryPath, _ index: GitIndexSnapshot
  ) throws(WorkspaceError) {
    if index.isTracked(path) { throw .trackedByGit(path, files: 0) }
    let below = index.entries(below: path).count
    if below > 0 { throw .trackedByGit(path, files: below) }
    try checkRepository(of: path, index)
  }

  /// Checks that a path lies in no other repository, whose files are no business of this one's index.
  func checkRepository(
    of path: RepositoryPath, _ index: GitIndexSnapshot
  ) throws(WorkspaceError) {
    var place = path.parent
    while let directory = place, !directory.isRoot {
      let isRepository = try onFiles { () throws(FileError) in
        try root.appending(directory).appending(".git").statusIfPresent() != nil
      }
      if isRepository || index.entries(at: directory).contains(where: { $0.mode == .submodule }) {
        throw .inOtherRepository(path, directory)
      }
      place = directory.parent
    }
  }

  /// Checks that a path may have a pointer beside it.
  func checkName(_ path: RepositoryPath) throws(WorkspaceError) {
    guard PointerFile.isForData(path) else { throw .notForData(path) }
    if path.name.bytes.suffix(6).elementsEqual(".shale".utf8) { throw .pointerName(path) }
  }
}
