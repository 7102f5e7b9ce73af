internal import CGit2
internal import Platform
internal import Primitives
internal import Synchronization

/// libgit2 itself: started once, when it is first needed, and set up for what this module does.
///
/// Starting costs about 8 ms, most of it for certificates that are never used here, so commands
/// that need no repository must not come here.
enum Library {
  /// What libgit2 was last told about the user's directories.
  ///
  /// These are settings of the process.
  private struct State {
    var isStarted = false
    var home: ByteString?
    var configHome: ByteString?
  }

  private static let state = Mutex(State())

  /// Calls `body` while libgit2 knows the user's home as `environment` has it.
  ///
  /// What depends on it (`~` in settings, files included from it, the ignore and attribute files
  /// of the user) is read when a configuration is loaded and when the first path is matched, so
  /// these two happen in here. In a process with one environment nothing is ever set twice.
  static func with<Result: ~Copyable, Failure: Error>(
    _ environment: [ByteString: ByteString],
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try state.withLock { state throws(Failure) in
      if !state.isStarted {
        start()
        state.isStarted = true
      }
      let home = environment["HOME"] ?? ""
      let configHome = environment["XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : $0 }
      if state.home != home || state.configHome != configHome {
        setSearchPath(GIT_CONFIG_LEVEL_GLOBAL, to: home)
        let directory =
          configHome.map { FilePath($0) }
          ?? (home.isEmpty ? nil : FilePath(home).appending(".config"))
        setSearchPath(GIT_CONFIG_LEVEL_XDG, to: directory?.appending("git").bytes ?? "")
        state.home = home
        state.configHome = configHome
      }
      return try body()
    }
  }

  /// Says whether what libgit2 writes from now on is synced at once.
  ///
  /// Like its other settings, for the whole process.
  static func synchronizesWrites(_ isOn: Bool) {
    _ = shale_git_set_fsync(isOn ? 1 : 0)
  }

  private static func start() {
    guard git_libgit2_init() > 0 else { preconditionFailure("libgit2 does not start") }
    // The module looks at owners by itself, before libgit2 sees the repository: see `Ownership`.
    _ = shale_git_set_owner_validation(0)
    // Half a gibibyte of windows is libgit2's default; packs are read in small pieces here.
    _ = shale_git_set_window(16 << 20, 96 << 20)
    _ = shale_git_set_cache(32 << 20)
    setExtensions()
    setSearchPath(GIT_CONFIG_LEVEL_PROGRAMDATA, to: "")
    setSearchPath(GIT_CONFIG_LEVEL_SYSTEM, to: "")
  }

  /// Without this libgit2 refuses every repository in which `git sparse-checkout` was used.
  private static func setExtensions() {
    let names = RepositoryFormat.known.filter { $0 != "noop" && $0 != "objectformat" }.sorted()
    func add(_ rest: ArraySlice<String>, to pointers: [UnsafePointer<CChar>?]) {
      guard let name = rest.first else {
        unsafe pointers.withUnsafeBufferPointer {
          _ = unsafe shale_git_set_extensions($0.baseAddress, $0.count)
        }
        return
      }
      unsafe CString.with(ByteString(name)) { unsafe add(rest.dropFirst(), to: pointers + [$0]) }
    }
    unsafe add(names[...], to: [])
  }

  private static func setSearchPath(_ level: git_config_level_t, to path: ByteString) {
    // `:` separates directories in a search path, and a home with one in it cannot be told.
    let path = path.bytes.contains(UInt8(ascii: ":")) ? "" : path
    _ = unsafe CString.with(path) { unsafe shale_git_set_search_path(level, $0) }
  }
}

/// Turns a libgit2 status into an error with libgit2's message.
///
/// - Returns: The status, where it is not an error.
@discardableResult
func check(_ code: CInt, _ operation: GitOperation) throws(GitError) -> CInt {
  guard code < 0 else { return code }
  throw lastError(code, operation)
}

/// The error that libgit2 reported last on this thread.
func lastError(_ code: CInt, _ operation: GitOperation) -> GitError {
  guard let error = unsafe git_error_last() else {
    return .libgit2(operation, code: Int(code), message: "error \(code)")
  }
  let message = unsafe String(cString: error.pointee.message)
  return .libgit2(operation, code: Int(code), message: message)
}

/// Bytes that libgit2 points to, up to the NUL that ends them.
func bytes(_ pointer: UnsafePointer<CChar>?) -> ByteString {
  guard let pointer = unsafe pointer else { return "" }
  return unsafe ByteString(buffer(pointer))
}

/// The memory that libgit2 points to, up to the NUL that ends it.
func buffer(_ pointer: UnsafePointer<CChar>) -> UnsafeRawBufferPointer {
  unsafe UnsafeRawBufferPointer(start: pointer, count: shale_git_length(pointer))
}

/// The libgit2 that this program runs with.
package enum GitLibrary {
  /// Its version: three numbers.
  package static var version: String {
    var (major, minor, patch) = (CInt.zero, CInt.zero, CInt.zero)
    _ = unsafe git_libgit2_version(&major, &minor, &patch)
    return "\(major).\(minor).\(patch)"
  }
}
