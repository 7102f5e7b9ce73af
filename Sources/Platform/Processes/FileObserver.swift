/// Which files a run is watched for, and how.
package struct FileObserver: Sendable {
  /// A way of watching.
  package enum Method: String, Hashable, Sendable, CaseIterable {
    /// The kernel announces every call of the program and its descendants that opens a file.
    case notification
    /// A library that is loaded into dynamic programs announces what goes through the C library.
    case preload
  }

  /// Whether a file that is read is kept; programs that are executed always are.
  ///
  /// Called on another thread while the program waits, so it has to be quick.
  package var isWanted: @Sendable (FilePath) -> Bool
  /// The ways to try, the first that works here is taken.
  package var methods: [Method]
  /// How many paths are kept at most, of files read and of programs each.
  package var limit: Int
  /// The library of ``Method/preload``; `nil` where it is not installed.
  package var traceLibrary: FilePath?

  package init(
    methods: [Method] = Method.allCases, limit: Int = 1_000_000,
    traceLibrary: FilePath? = Self.installedLibrary(),
    isWanted: @escaping @Sendable (FilePath) -> Bool = { _ in true }
  ) {
    self.methods = methods
    self.limit = limit
    self.traceLibrary = traceLibrary
    self.isWanted = isWanted
  }

  /// The library beside this program, or in `../lib/shale` from there.
  package static func installedLibrary() -> FilePath? {
    guard let program = AnnouncedFile.target(of: FilePath("/proc/self/exe")) else { return nil }
    let folder = program.parent
    let places = [folder, folder.parent.appending("lib/shale")]
    return places.map { $0.appending("libshale-trace.so") }.first {
      (try? $0.status())?.kind == .file
    }
  }
}
