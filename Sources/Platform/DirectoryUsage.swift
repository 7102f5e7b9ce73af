package import Primitives

/// How many files lie below some directories, and what they take.
package struct DirectoryUsage: Sendable, Hashable {
  package private(set) var files = 0

  /// Their sizes together.
  package private(set) var bytes = ByteCount.zero

  package init() {}

  /// Adds what lies below a directory; one that is not there, and what goes away meanwhile, counts
  /// as nothing.
  ///
  /// - Throws: ``FileError`` when a directory cannot be listed.
  package mutating func add(_ directory: FilePath) throws(FileError) {
    for name in try directory.namesIfPresent() {
      let path = directory.appending(name)
      guard let status = try path.statusIfPresent() else { continue }
      if status.kind == .directory {
        try add(path)
      } else {
        files += 1
        bytes += status.size
      }
    }
  }
}
