package import Platform
package import Primitives

/// Says that a content of a cache is in use, for as long as it lives, and when it was last used.
///
/// It is a file `used/OID.KIND`: its time is the last use, a shared lock on it says that the use goes
/// on, and it holds how many bytes the content brought into the cache.
package final class CacheUse: Sendable {
  private let path: FilePath
  private let lock: AdvisoryLock

  /// How often a mark is made anew that somebody took away just then.
  private static let attempts = 100

  /// Marks a content as in use from now on.
  ///
  /// - Throws: ``FileError``: the disk refuses, or cannot lock.
  init(_ path: FilePath) throws(FileError) {
    self.path = path
    lock = try Self.locked(path)
    try add(.zero)
  }

  private static func locked(_ path: FilePath) throws(FileError) -> AdvisoryLock {
    for _ in 0..<attempts {
      let lock = try AdvisoryLock(path, .shared, waiting: true)
      let own = try lock.file.status()
      // Who took the mark away held its lock, and the file that was locked here is nobody's.
      if let found = try path.statusIfPresent(), found.inode == own.inode,
        found.device == own.device
      {
        return lock
      }
    }
    throw FileError(.lock, path, code: nil)
  }

  /// Adds to what the content brought into the cache, and to the time of its last use.
  package func add(_ bytes: ByteCount) throws(FileError) {
    let old = Self.bytes(in: try lock.file.upTo(.bytes(64), at: 0))
    // Always as long, so that it is never seen half written.
    let digits = "\(old + bytes.bytes)"
    let line = String(repeating: "0", count: max(0, 20 - digits.count)) + digits + "\n"
    try lock.file.write(Array(line.utf8).span, at: 0)
  }

  /// Reads the number in a mark; 0 where it holds none yet.
  static func bytes(in mark: [UInt8]) -> Int {
    let digits = mark.prefix { $0 != UInt8(ascii: "\n") }
    return Int(String(decoding: digits, as: UTF8.self)) ?? 0
  }
}
