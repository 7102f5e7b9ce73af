internal import CLinux
internal import Glibc
package import Primitives

/// What a file system says of itself.
package struct FileSystem: Hashable, Sendable {
  /// The number by which Linux knows its kind (`statfs(2)`).
  package let kind: UInt64

  /// The room that this user still has, and all that there is.
  package let free: ByteCount
  package let size: ByteCount

  /// Looks at the file system on which a path lies.
  ///
  /// - Throws: ``FileError`` with operation `.status`.
  package init(of path: FilePath) throws(FileError) {
    var (kind, free, size) = (UInt64.zero, UInt64.zero, UInt64.zero)
    try systemCall(.status, path) {
      unsafe path.withCString { unsafe shale_file_system($0, &kind, &free, &size) }
    }
    self.kind = kind
    self.free = .bytes(Int(clamping: free))
    self.size = .bytes(Int(clamping: size))
  }

  /// Its name as `mount` has it, where that is known.
  package var name: String { Self.kinds[kind]?.name ?? "kind 0x" + String(kind, radix: 16) }

  /// Whether others may write to it from elsewhere; of a FUSE mount that is not known.
  package var isNetwork: Bool { Self.kinds[kind]?.isNetwork ?? false }

  // https://man7.org/linux/man-pages/man2/statfs.2.html
  private static let kinds: [UInt64: (name: String, isNetwork: Bool)] = [
    0xEF53: ("ext4", false), 0x5846_5342: ("xfs", false), 0x9123_683E: ("btrfs", false),
    0xF2F5_2010: ("f2fs", false), 0x2FC1_2FC1: ("zfs", false), 0xCA45_1A4E: ("bcachefs", false),
    0x0102_1994: ("tmpfs", false), 0x794C_7630: ("overlay", false), 0x4D44: ("vfat", false),
    0x2011_BAB0: ("exfat", false), 0x7366_746E: ("ntfs", false), 0x7371_7368: ("squashfs", false),
    0x6969: ("nfs", true), 0xFF53_4D42: ("cifs", true), 0xFE53_4D42: ("smb", true),
    0x0102_1997: ("9p", true), 0x00C3_6400: ("ceph", true), 0x0BD0_0BD0: ("lustre", true),
    0x4750_4653: ("gpfs", true), 0x5346_414F: ("afs", true),
    0x6573_5546: ("fuse, which may be a network mount", false),
  ]
}

/// What can be done in a directory, found out by doing it.
package struct DirectoryAbilities: Hashable, Sendable {
  /// Whether files can be locked (`flock`).
  package let canLock: Bool

  /// Whether a writer can be kept away from a file (`fcntl` with `F_SETLEASE`).
  package let canLease: Bool

  /// Whether `a` and `A` are one name.
  package let foldsCase: Bool

  /// By how much the times of files move at least, in nanoseconds; `nil` where they did not move
  /// while it was tried.
  package let tick: Int?

  /// How long it takes until a small file is on disk, in nanoseconds: the median of three.
  package let syncTime: Int

  /// For how long a tick is waited for, in nanoseconds.
  private static let patience: UInt64 = 40_000_000

  /// Tries it in a directory, with a file that has a temporary name and is removed.
  ///
  /// - Throws: ``FileError`` when no file can be made or written there.
  package static func probe(_ directory: FilePath) throws(FileError) -> Self {
    let name = AtomicFile.temporaryName()
    let file = try OpenFile.creating(directory.appending(name), mode: 0o600)
    do throws(FileError) {
      let abilities = Self(
        canLock: try canLock(file), canLease: canLease(file),
        foldsCase: try foldsCase(name, in: directory), tick: try tick(of: file),
        syncTime: try syncTime(of: file))
      try file.path.remove()
      return abilities
    } catch {
      _ = try? file.path.remove()
      throw error
    }
  }

  private static func canLock(_ file: borrowing OpenFile) throws(FileError) -> Bool {
    let descriptor = file.descriptor
    do throws(FileError) {
      try systemCall(.lock, file.path) { flock(descriptor, LOCK_EX | LOCK_NB) }
      return true
    } catch {
      if error.isLockless { return false }
      throw error
    }
  }

  private static func canLease(_ file: borrowing OpenFile) -> Bool {
    guard file.takeLease() else { return false }
    file.giveLeaseBack()
    return true
  }

  private static func foldsCase(
    _ name: ByteString, in directory: FilePath
  ) throws(FileError) -> Bool {
    let other = name.bytes.map { byte in
      UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte ? byte & ~0x20 : byte
    }
    return try directory.appending(ByteString(other)).statusIfPresent() != nil
  }

  private static func tick(of file: borrowing OpenFile) throws(FileError) -> Int? {
    let start = Clock.monotonicNanoseconds()
    var last = try file.status().modified
    var least: Int?
    while Clock.monotonicNanoseconds() - start < patience {
      try file.write([0].span, at: 0)
      let time = try file.status().modified
      if time == last { continue }
      let step = Int(time.nanoseconds - last.nanoseconds)
      // The first step may begin in the middle of a tick.
      if let least, step >= 0 { return min(least, step) }
      least = step
      last = time
    }
    return least
  }

  private static func syncTime(of file: borrowing OpenFile) throws(FileError) -> Int {
    var times: [Int] = []
    for round in 0..<3 {
      try file.write([UInt8](repeating: UInt8(round), count: 4_096).span, at: round * 4_096)
      let start = Clock.monotonicNanoseconds()
      try file.synchronize()
      times.append(Int(Clock.monotonicNanoseconds() - start))
    }
    return times.sorted()[1]
  }
}

extension FilePath {
  /// Whether this user may write to what is there, as far as permissions say (`access`).
  package var isWritable: Bool { unsafe withCString { unsafe access($0, W_OK) } == 0 }

  /// The program that runs, wherever symlinks to it lie.
  ///
  /// - Throws: ``FileError`` where `/proc` is not mounted.
  package static func runningProgram() throws(FileError) -> FilePath {
    try FilePath("/proc/self/exe").resolved()
  }
}
