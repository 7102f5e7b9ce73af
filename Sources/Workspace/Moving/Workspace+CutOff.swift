internal import Git
internal import ObjectStore
internal import Platform
internal import Primitives

// MARK: - What a kill left of `rm` and `mv`

extension Workspace {
  /// The pointer of a path whose tracking was ended and that is still known here, as an `rm` that
  /// was killed leaves it: what git has staged, or made anew from what was last recorded.
  ///
  /// - Returns: `nil` where nothing was recorded, or git itself has the path.
  func pointerOfLeftOver(_ path: RepositoryPath) throws(WorkspaceError) -> PointerFile? {
    let index = try onGit { () throws(GitError) in try git.index() }
    if isTrackedByGit(path, index) { return nil }
    // A power cut may keep that the file is gone, and not that git was told.
    if let staged = index.entries(at: PointerFile.path(of: path)).first {
      let bytes = try onGit { () throws(GitError) in
        try git.blob(staged.id, limit: PointerFile.sizeLimit)
      }
      if case .success(let pointer) = PointerFile.reading(bytes) { return pointer }
    }
    let loaded = try onFiles { () throws(FileError) in try indexes.load(path) }
    guard let header = loaded.header, let base = header.base else { return nil }
    guard header.isDirectory else {
      var cursor = loaded.index?.directory("")?.cursor
      return cursor?.next().map { .file(base, size: $0.size) }
    }
    let entries = try onStore { () throws(StoreError) in try store.tree(base).entries }
    let size = entries.reduce(ByteCount.zero) { $0 + $1.size }
    return .tree(base, size: size, files: entries.reduce(0) { $0 + $1.files })
  }

  /// How far a move came that was cut off.
  struct CutMove {
    let pointer: PointerFile

    /// Whether the pointer has the new name, too, and git has yet to be told.
    let isPointerMoved: Bool
  }

  /// Finds out whether this very move was begun before, and not finished.
  ///
  /// The data goes first, but after a power cut the pointer alone may have its new name.
  ///
  /// - Parameters:
  ///   - source: The path from which.
  ///   - target: The path to which.
  func cutMove(
    of source: RepositoryPath, to target: RepositoryPath
  ) throws(WorkspaceError) -> CutMove? {
    let (isGone, isThere) = try onFiles { () throws(FileError) in
      (
        try root.appending(source).statusIfPresent() == nil,
        try root.appending(target).statusIfPresent() != nil
      )
    }
    guard isGone == isThere, !target.isRoot else { return nil }
    let old = try pointer(of: source)
    let new = try pointer(of: target)
    switch (old, new) {
    case (let old?, nil) where isThere:
      var isMoved = try wasMoved(from: source, to: target)
      if !isMoved { isMoved = try isRecorded(source, at: target) }
      return isMoved ? CutMove(pointer: old, isPointerMoved: false) : nil
    case (nil, let new?):
      let index = try onGit { () throws(GitError) in try git.index() }
      let isGitToBeTold =
        index.isTracked(PointerFile.path(of: source))
        && !index.isTracked(PointerFile.path(of: target))
      return isGitToBeTold ? CutMove(pointer: new, isPointerMoved: true) : nil
    default: return nil
    }
  }

  /// Whether the last that was told of data is that it was recorded elsewhere, and moved then.
  private func wasMoved(
    from source: RepositoryPath, to target: RepositoryPath
  ) throws(WorkspaceError) -> Bool {
    let last = try onFiles { () throws(FileError) in
      try git.journal.last(ofDataAt: target.bytes)?.entry
    }
    return last?.subject == source.bytes && last?.kind != .moved
  }

  /// Whether what lies at `place` is what was recorded of `path`: a rename keeps sizes and times.
  private func isRecorded(
    _ path: RepositoryPath, at place: RepositoryPath
  ) throws(WorkspaceError) -> Bool {
    let loaded = try onFiles { () throws(FileError) in try indexes.load(path) }
    guard let index = loaded.index else { return false }
    let place = root.appending(place)
    return try onFiles { () throws(FileError) in
      for number in 0..<index.directoryCount {
        let directory = index.block(number)
        var cursor = directory.cursor
        while let entry = cursor.next() {
          guard entry.kind != .directory, entry.flags.contains(.materialised) else { continue }
          let file =
            index.header.isDirectory
            ? place.appending(Scan.join(directory.path, directory.buffer[entry.nameRange])) : place
          // The first file that is there decides.
          if let status = try file.statusIfPresent() {
            return status.size == entry.size && status.modified == entry.modified
          }
        }
      }
      return false
    }
  }
}
