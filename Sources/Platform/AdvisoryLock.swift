internal import Glibc
package import Primitives

/// A lock on a file, given back when its owner goes away or its process dies.
///
/// The C function is `flock`. A process that is dead holds no lock, and what one that was killed
/// wrote into the file keeps nobody out.
package struct AdvisoryLock: ~Copyable, Sendable {
  /// How the lock may be shared.
  package enum Mode: Sendable {
    case shared
    case exclusive
  }

  /// The locked file; its content may name the holder for messages.
  package let file: OpenFile

  /// How long a lock is waited for that others hold for moments only, in milliseconds: who has it
  /// longer was stopped.
  private static let patience = 60_000

  /// How long a program may take to start, in milliseconds.
  private static let startPatience = 300

  /// Locks the file at `path`, and makes it when it is not there.
  ///
  /// - Parameters:
  ///   - path: The file to lock.
  ///   - mode: Whether others may hold the lock at the same time.
  ///   - waiting: Whether to wait for somebody who holds it for a moment, up to a minute.
  /// - Throws: ``FileError`` with operation `.lock`: `isLocked` when another process holds it,
  ///   `isUnsupported` when the file system cannot lock.
  package init(_ path: FilePath, _ mode: Mode, waiting: Bool) throws(FileError) {
    let file = try OpenFile.forUpdating(path)
    try Self.lock(file, path, mode, milliseconds: waiting ? Self.patience : 0) { _ in }
    self.file = file
  }

  /// Locks the file at `path` alone, waits as the request says, and says in the file who has it.
  ///
  /// The content of the file means nothing else.
  ///
  /// - Throws: ``FileError`` as ``init(_:_:waiting:)``; an error that `isLocked` names the holder.
  package init(_ path: FilePath, as request: LockRequest) throws(FileError) {
    let file = try OpenFile.forUpdating(path)
    do throws(FileError) {
      // Most locks are free: who has one is asked only where somebody has.
      try Self.lock(file, path, .exclusive, milliseconds: 0) { _ in }
    } catch {
      guard error.isLocked else { throw error }
      try Self.wait(for: file, path, request)
    }
    // A disk that is full keeps nobody from holding a lock.
    _ = try? Self.write(request.line, to: file)
    self.file = file
  }

  /// Waits for a lock that somebody has, as long as the request says.
  private static func wait(
    for file: borrowing OpenFile, _ path: FilePath, _ request: LockRequest
  ) throws(FileError) {
    // A program that this process is just starting holds all of its locks for a moment, also those
    // that were given back.
    let isOwn = "\(holder(path))".contains(", \(LockRequest.place) ")
    let limit = isOwn ? max(request.milliseconds, startPatience) : request.milliseconds
    do throws(FileError) {
      try lock(file, path, .exclusive, milliseconds: limit) { waited in
        request.told(path, holder(path), afterMilliseconds: waited)
      }
    } catch {
      throw error.isLocked ? error.naming(holder(path)) : error
    }
  }

  private static func write(_ line: String, to file: borrowing OpenFile) throws(FileError) {
    try file.resize(to: .zero)
    try file.write(Array(line.utf8).span, at: 0)
  }

  /// Asks for the lock until it is free or the time is over.
  ///
  /// The kernel would wait for ever, and say nothing meanwhile.
  private static func lock(
    _ file: borrowing OpenFile, _ path: FilePath, _ mode: Mode, milliseconds limit: Int,
    waiting: (_ waited: Int) -> Void
  ) throws(FileError) {
    let operation = (mode == .shared ? LOCK_SH : LOCK_EX) | LOCK_NB
    let descriptor = file.descriptor
    let start = Clock.monotonicNanoseconds()
    var pause = 1
    while true {
      do throws(FileError) {
        try systemCall(.lock, path) { flock(descriptor, operation) }
        return
      } catch {
        let waited = Int((Clock.monotonicNanoseconds() - start) / 1_000_000)
        guard error.isLocked, waited < limit else { throw error }
        waiting(waited)
        Clock.sleep(milliseconds: min(pause, limit - waited))
        pause = min(2 * pause, 50)
      }
    }
  }

  /// What the holder of a lock wrote about itself; empty where it wrote nothing.
  package static func holder(_ path: FilePath) -> ByteString {
    let text = (try? path.contents(limit: .kibibytes(4))) ?? []
    return ByteString(text.prefix { $0 != UInt8(ascii: "\n") })
  }
}
