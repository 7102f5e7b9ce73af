internal import Platform
internal import Primitives

/// What adding small and large files has in common: a file is opened, read once, and looked at
/// again.
enum Ingest {
  /// Opens a file of the user's.
  ///
  /// - Throws: ``StoreError/unreadable(_:)``: it concerns this file only.
  static func open(
    _ index: Int, _ open: (Int) throws(FileError) -> OpenFile
  ) throws(StoreError) -> OpenFile {
    do {
      return try open(index)
    } catch {
      throw .unreadable(error)
    }
  }

  /// Looks at an open file before it is read, and makes sure that later changes will show.
  ///
  /// - Throws: ``StoreError/notAFile(_:)`` for anything but a regular file.
  static func status(of file: borrowing OpenFile) throws(StoreError) -> FileStatus {
    file.settleWriters()
    let status: FileStatus
    do {
      status = try file.status()
    } catch {
      throw .unreadable(error)
    }
    guard status.kind == .file else { throw .notAFile(file.path) }
    return status
  }

  /// Fills a buffer with the next bytes of a file.
  ///
  /// - Throws: ``StoreError/changedWhileReading(_:)`` when the file ends before.
  static func fill(
    _ buffer: IOBuffer, from file: borrowing OpenFile, at offset: Int, count: Int
  ) throws(StoreError) {
    do {
      try buffer.fill(from: file, at: offset, limit: count)
    } catch {
      throw .unreadable(error)
    }
    guard buffer.count == count else { throw .changedWhileReading(file.path) }
  }

  /// Checks after reading that the file still is the one that was opened.
  ///
  /// - Throws: ``StoreError/changedWhileReading(_:)`` when its size or times have moved.
  static func checkUnchanged(
    _ file: borrowing OpenFile, since status: FileStatus
  ) throws(StoreError) {
    let now: FileStatus
    do {
      now = try file.status()
    } catch {
      throw .unreadable(error)
    }
    let isUnchanged =
      now.size == status.size && now.modified == status.modified && now.changed == status.changed
    guard isUnchanged else { throw .changedWhileReading(file.path) }
  }
}
