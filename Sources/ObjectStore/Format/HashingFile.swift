internal import Platform
internal import Primitives

/// A new file that is hashed while it is written, and then named after its hash.
///
/// It is locked for as long as it has its temporary name, so that nobody takes it for one that a
/// crash left behind. An owner that goes away without naming it leaves nothing.
struct HashingFile: ~Copyable, Sendable {
  /// How much is gathered before it is written, in bytes.
  private static let bufferSize = 256 << 10

  /// How much is written before its way to the disk is started, in bytes.
  private static let writeBackSize = 8 << 20

  private let temporary: FilePath
  private let file: OpenFile
  private let lock: AdvisoryLock?
  private let sharing: StoreSharing
  private var hash = SHA256()
  private var buffer: [UInt8] = []
  private var written = 0
  private var sentBack = 0

  /// Whether the file has its name, and nothing the temporary one any more.
  private var isNamed = false

  /// Makes the file in `directory`, under a temporary name.
  init(in directory: FilePath, sharing: StoreSharing) throws(StoreError) {
    let temporary = directory.appending(AtomicFile.temporaryName())
    self.temporary = temporary
    self.sharing = sharing
    do {
      file = try Self.create(temporary, sharing)
      lock = Self.lock(temporary)
    } catch {
      throw .file(error)
    }
    buffer.reserveCapacity(Self.bufferSize)
  }

  deinit {
    if !isNamed { _ = try? temporary.remove() }
  }

  private static func create(
    _ path: FilePath, _ sharing: StoreSharing
  ) throws(FileError) -> OpenFile {
    do {
      return try OpenFile.creating(path)
    } catch {
      // Somebody may have removed the whole directory of indexes, which is lawful.
      guard error.isNotFound else { throw error }
      try sharing.makeDirectories(path.parent)
      return try OpenFile.creating(path)
    }
  }

  /// The lock on a new file; a file system that cannot lock does without.
  private static func lock(_ path: FilePath) -> AdvisoryLock? {
    try? AdvisoryLock(path, .exclusive, waiting: false)
  }

  /// The size so far, in bytes.
  var byteCount: Int { written + buffer.count }

  /// Adds bytes at the end.
  mutating func append(_ bytes: Span<UInt8>) throws(StoreError) {
    if buffer.count + bytes.count > Self.bufferSize {
      try flush()
      if bytes.count >= Self.bufferSize { return try put(bytes) }
    }
    unsafe bytes.withUnsafeBufferPointer { unsafe buffer.append(contentsOf: $0) }
  }

  private mutating func flush() throws(StoreError) {
    if buffer.isEmpty { return }
    let bytes = buffer
    buffer = []
    try put(bytes.span)
    buffer = consume bytes
    buffer.removeAll(keepingCapacity: true)
  }

  private mutating func put(_ bytes: Span<UInt8>) throws(StoreError) {
    hash.update(bytes)
    do {
      try file.write(bytes, at: written)
    } catch {
      throw .file(error)
    }
    written += bytes.count
    if written - sentBack >= Self.writeBackSize {
      file.startWriteBack(from: sentBack, count: written - sentBack)
      sentBack = written
    }
  }

  /// Names the file after the SHA-256 of its bytes.
  ///
  /// - Parameters:
  ///   - durably: Whether its bytes must be on disk before it gets the name. That the name is on
  ///     disk as well is for the caller to see to.
  ///   - isPromised: Whether somebody has said already that what has the name is on disk.
  ///   - path: Where a file with this hash belongs.
  /// - Returns: The hash.
  /// - Throws: ``StoreError``; nothing then has the name.
  consuming func commit(
    durably: Bool, isPromised: (ObjectID) throws(StoreError) -> Bool = { _ in false },
    to path: (ObjectID) -> FilePath
  ) throws(StoreError) -> ObjectID {
    try flush()
    let id = hash.finalize()
    let target = path(id)
    let isPromised = try isPromised(id)
    do throws(FileError) {
      let mode = try file.status().mode & ~0o222
      try file.setMode(sharing.adjusted(mode, isDirectory: false))
      // What stands there may be on disk, and must not be replaced by what is not; and it may be
      // damaged, so it is replaced all the same.
      let isTaken = try target.statusIfPresent() != nil
      if durably || isTaken || isPromised {
        try file.synchronize()
      } else if sentBack > 0 {
        file.startWriteBack(from: sentBack, count: written - sentBack)
      }
      do throws(FileError) {
        try file.rename(to: target)
      } catch {
        guard error.isNotFound else { throw error }
        try sharing.makeDirectories(target.parent)
        try file.rename(to: target)
      }
    } catch {
      throw .file(error)
    }
    isNamed = true
    return id
  }
}
