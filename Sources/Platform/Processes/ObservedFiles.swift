/// The files that a program and its descendants read and executed, as far as they were seen.
package struct ObservedFiles: Sendable {
  /// Why the lists may lack something.
  package enum Gap: String, Hashable, Sendable, CaseIterable {
    /// Nobody watched.
    case unobserved
    /// Static programs, direct system calls and programs that drop `LD_PRELOAD` are not seen.
    case preloadOnly = "preload-only"
    /// Descendants live on, and what they read now is not seen.
    case survivors
    /// The memory of a program, and with it a path, could not be read.
    case unreadable
    /// A program of another architecture was started, whose calls are not understood.
    case foreign
    /// There were more files than are kept.
    case limit
  }

  /// Regular files that were opened for reading, sorted.
  ///
  /// The file that was reached and, where a symlink led to it, also the path by which it was named.
  /// Absolute, without `.` and `..`.
  package let read: [FilePath]
  /// Programs that were started, sorted.
  package let executed: [FilePath]
  /// How they were seen; `nil` when nobody watched.
  package let method: FileObserver.Method?
  package let mayMiss: Set<Gap>

  static let unobserved = Self(read: [], executed: [], method: nil, mayMiss: [.unobserved])
}
