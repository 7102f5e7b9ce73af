internal import Platform
internal import Synchronization

/// Open files, at most a fixed number of them: the least recently used is closed.
final class FileCache: Sendable {
  /// An open file that several threads read.
  final class Shared: Sendable {
    let file: OpenFile

    init(_ path: FilePath) throws(FileError) {
      file = try OpenFile.forReading(path, followingSymlink: false)
    }
  }

  private struct State {
    var files: [UInt64: (file: Shared, use: UInt64)] = [:]
    var clock: UInt64 = 0
  }

  private let capacity: Int
  private let state = Mutex(State())

  /// Makes an empty cache for `capacity` descriptors.
  init(capacity: Int) {
    self.capacity = capacity
  }

  /// How many files are open.
  var count: Int { state.withLock { $0.files.count } }

  /// The file that `key` stands for, opened at `path` if it is not open.
  func file(_ key: UInt64, at path: @autoclosure () -> FilePath) throws(FileError) -> Shared {
    let open: Shared? = state.withLock { state in
      state.clock += 1
      guard let entry = state.files[key] else { return nil }
      state.files[key] = (entry.file, state.clock)
      return entry.file
    }
    if let open { return open }
    let new = try Shared(path())
    state.withLock { state in
      if state.files.count >= capacity,
        let oldest = state.files.min(by: { $0.value.use < $1.value.use })
      {
        state.files[oldest.key] = nil
      }
      state.files[key] = (new, state.clock)
    }
    return new
  }

  /// Forgets the file; it is closed when nobody reads it any more.
  func forget(_ key: UInt64) {
    state.withLock { $0.files[key] = nil }
  }
}
