internal import CLinux
internal import Glibc
internal import Primitives

/// The file that a call leads to, looked up before the call goes on: afterwards a file that it makes
/// could not be told from one that it reads.
struct AnnouncedFile {
  /// Where all links lead.
  let path: FilePath
  /// The path by which it was named, where that is another one.
  let name: FilePath?
  private let mode: UInt32

  var isRegular: Bool { mode & S_IFMT == S_IFREG }

  /// Looks up the file of a call.
  ///
  /// - Returns: `nil` where nothing is there.
  /// - Throws: ``Unreadable`` when the path cannot be learned.
  init?(_ notice: shale_notice, buffer: inout [CChar]) throws(Unreadable) {
    guard notice.thread > 0 else { throw Unreadable() }
    let length = unsafe shale_observe_string(
      notice.thread, notice.path, &buffer, buffer.count)
    // A path that is too long is refused by the call itself.
    if length < 0, errno == ENAMETOOLONG { return nil }
    guard length >= 0 else { throw Unreadable() }
    let given = FilePath(ByteString(buffer[..<length].map { UInt8(bitPattern: $0) }))
    let start = Self.start(of: notice)
    let place = given.bytes.isEmpty ? start : start.appending(given.bytes)
    guard let found = Self.resolve(place, buffer: &buffer) else { return nil }
    (path, mode) = found
    name = Self.name(given, from: start, reaching: path, buffer: &buffer)
  }

  /// The path of a call cannot be learned.
  struct Unreadable: Error {}

  /// What a relative path of the call starts from, as it is seen from this process.
  private static func start(of notice: shale_notice) -> FilePath {
    notice.directory == AT_FDCWD
      ? FilePath("/proc/\(notice.thread)/cwd")
      : FilePath("/proc/\(notice.thread)/fd/\(notice.directory)")
  }

  /// Where a path leads through all links; `nil` where nothing is there.
  static func target(of path: FilePath) -> FilePath? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    return resolve(path, buffer: &buffer)?.path
  }

  /// The file that standard input reads, where it is a regular one that still has its name.
  ///
  /// Whoever started this process opened it, so that no call announces it.
  static func standardInput() -> FilePath? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    guard let (path, mode) = resolve(FilePath("/proc/self/fd/0"), buffer: &buffer),
      mode & S_IFMT == S_IFREG, target(of: path) == path
    else { return nil }
    return path
  }

  private static func resolve(
    _ place: FilePath, buffer: inout [CChar]
  ) -> (path: FilePath, mode: UInt32)? {
    var mode: UInt32 = 0
    let length = unsafe place.withCString {
      unsafe shale_observe_resolve($0, &buffer, buffer.count, &mode)
    }
    guard length > 0 else { return nil }
    return (FilePath(ByteString(buffer[..<length].map { UInt8(bitPattern: $0) })), mode)
  }

  /// The absolute form of a path, where it is not `path` itself.
  private static func name(
    _ given: FilePath, from start: FilePath, reaching path: FilePath, buffer: inout [CChar]
  ) -> FilePath? {
    if given == path || given.bytes.isEmpty { return nil }
    // In the ordinary case no link is on the way, and the directory need not be looked up.
    let tail = [UInt8(ascii: "/")] + given.bytes.bytes
    if !given.isAbsolute, path.bytes.bytes.suffix(tail.count).elementsEqual(tail) { return nil }
    var absolute = given
    if !given.isAbsolute {
      guard let directory = resolve(start, buffer: &buffer)?.path else { return nil }
      absolute = directory.appending(given.bytes)
    }
    let name = absolute.normalised
    return name == path ? nil : name
  }
}
