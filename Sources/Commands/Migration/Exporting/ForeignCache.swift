internal import ObjectStore
internal import Platform
internal import Primitives
internal import Synchronization

/// The cache of another tool, into which contents of the store are written under its names.
///
/// What is there already stays as it is.
final class ForeignCache: Sendable {
  /// How many objects were written, and how many bytes.
  struct Written: Sendable {
    var objects = 0
    var bytes = ByteCount.zero
  }

  private let root: FilePath
  private let count = Mutex(Written())

  /// - Parameter root: Where objects lie; made when something is written.
  init(at root: FilePath) {
    self.root = root
  }

  var written: Written { count.withLock { $0 } }

  /// Writes contents for Git LFS, under their oids.
  func writeLFS(
    _ contents: [ObjectID: ByteCount], from store: ObjectStore, progress: ProgressCounter?
  ) throws(CommandFailure) {
    try Self.forEach(contents, progress: progress) { id, size throws(CommandFailure) in
      let hex = id.hex
      let place = root.appending(String(hex.prefix(2)))
        .appending(String(hex.dropFirst(2).prefix(2))).appending(hex)
      if try !isPresent(place) {
        let file = try temporary(beside: place)
        try explaining { () throws(StoreError) in
          try store.restore(id, into: file.file, progress: progress)
        }
        try name(file, place, size)
      }
    }
  }

  /// Writes contents for DVC, under their MD5.
  ///
  /// - Returns: The MD5 of each.
  func writeDVC(
    _ contents: [ObjectID: ByteCount], from store: ObjectStore, progress: ProgressCounter?
  ) throws(CommandFailure) -> [ObjectID: MD5Digest] {
    let digests = Mutex<[ObjectID: MD5Digest]>([:])
    try Self.forEach(contents, progress: progress) { id, size throws(CommandFailure) in
      let digest = try writeDVC(id, size, from: store, progress: progress)
      digests.withLock { $0[id] = digest }
    }
    return digests.withLock { $0 }
  }

  /// Works on contents side by side.
  private static func forEach(
    _ contents: [ObjectID: ByteCount], progress: ProgressCounter?,
    _ body: @Sendable (ObjectID, ByteCount) throws(CommandFailure) -> Void
  ) throws(CommandFailure) {
    let work = contents.sorted { $0.key < $1.key }
    progress?.begin(
      .restoring, bytes: work.reduce(0) { $0 + $1.value.bytes }, files: work.count)
    try Threads.forEach(work.count) { number throws(CommandFailure) in
      try body(work[number].key, work[number].value)
      progress?.advance(files: 1)
    }
  }

  private func writeDVC(
    _ id: ObjectID, _ size: ByteCount, from store: ObjectStore, progress: ProgressCounter?
  ) throws(CommandFailure) -> MD5Digest {
    let holder = root.appending("files").appending("md5")
    let new = try temporary(beside: holder.appending("object"))
    var (hash, offset) = (MD5(), 0)
    try explaining { () throws(StoreError) in
      try store.read(id) { bytes throws(StoreError) in
        hash.update(bytes)
        do throws(FileError) {
          try new.file.write(bytes, at: offset)
        } catch {
          throw .file(error)
        }
        offset += bytes.count
        progress?.advance(bytes: bytes.count)
      }
    }
    let digest = hash.finalize()
    let place = Self.place(digest, in: holder)
    if try !isPresent(place) {
      try explaining { () throws(FileError) in try place.parent.makeDirectories() }
      try name(new, place, size)
    }
    return digest
  }

  /// Writes the list of a directory for DVC.
  func writeDVC(list bytes: [UInt8]) throws(CommandFailure) -> MD5Digest {
    let digest = MD5.digest(of: bytes.span)
    let place = Self.place(digest, in: root.appending("files").appending("md5"), end: ".dir")
    if try isPresent(place) { return digest }
    let new = try temporary(beside: place)
    try explaining { () throws(FileError) in try new.file.write(bytes.span, at: 0) }
    try name(new, place, .bytes(bytes.count))
    return digest
  }

  private static func place(
    _ digest: MD5Digest, in holder: FilePath, end: String = ""
  ) -> FilePath {
    let hex = digest.hex
    return holder.appending(String(hex.prefix(2))).appending(String(hex.dropFirst(2)) + end)
  }

  private func isPresent(_ place: FilePath) throws(CommandFailure) -> Bool {
    try explaining { () throws(FileError) in try place.statusIfPresent() != nil }
  }

  private func temporary(beside place: FilePath) throws(CommandFailure) -> AtomicFile {
    try explaining { () throws(FileError) -> AtomicFile in
      try place.parent.makeDirectories()
      return try AtomicFile(in: place.parent, mode: 0o444)
    }
  }

  private func name(
    _ file: consuming AtomicFile, _ place: FilePath, _ size: ByteCount
  ) throws(CommandFailure) {
    do throws(FileError) {
      try file.commit(to: place, durably: true)
    } catch {
      throw CommandFailure(error)
    }
    count.withLock { written in
      written.objects += 1
      written.bytes += size
    }
  }
}
