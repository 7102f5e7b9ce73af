internal import Platform
internal import Primitives

extension FilePath {
  /// Whether a path below this directory is reached without following any symlink on the way.
  ///
  /// What lies behind one may be the user's, and neither compared nor moved.
  func leadsStraight(to path: RepositoryPath) -> Bool {
    do throws(FileError) {
      _ = try OpenDirectory(self, followingSymlink: false).descending(to: path.parent ?? .root)
      return true
    } catch {
      return false
    }
  }

  /// Gives a file or directory another place, on another file system too; nothing may be there.
  ///
  /// A move to another file system that fails leaves everything where it was, and a part of it in
  /// the new place.
  func move(to target: FilePath) throws(FileError) {
    do {
      return try rename(to: target)
    } catch {
      guard error.isUnsupported else { throw error }
    }
    try copy(to: target)
  }

  private func copy(to target: FilePath) throws(FileError) {
    let status = try status()
    let parent = try OpenDirectory(target.parent)
    switch status.kind {
    case .directory:
      try parent.makeDirectory(target.name)
      for name in try names() { try appending(name).copy(to: target.appending(name)) }
    case .symlink:
      let link = try OpenDirectory(self.parent).symlinkTarget(name)
      try parent.makeSymlink(target.name, to: link)
    case .file:
      let input = try OpenFile.forReading(self, followingSymlink: false)
      let output = try parent.creating(
        target.name, mode: status.isExecutable ? 0o777 : 0o666)
      var offset = 0
      while true {
        let bytes = try input.upTo(.mebibytes(1), at: offset)
        if bytes.isEmpty { break }
        try output.write(bytes.span, at: offset)
        offset += bytes.count
      }
    case .special: break
    }
  }
}
