package import ObjectStore
package import Platform
internal import Primitives

/// Bytes that are read from any place: a file, a content of a store, or a part of one.
package protocol ByteSource: Sendable {
  /// How many bytes there are.
  var size: Int { get }

  /// Reads some of them.
  ///
  /// - Parameter range: Offsets in the source.
  /// - Throws: ``ContentProblem`` when they cannot be had.
  func bytes(in range: Range<Int>) throws(ContentProblem) -> [UInt8]
}

/// A file of the worktree.
package final class FileSource: ByteSource {
  private let file: OpenFile
  private let status: FileStatus

  package let size: Int

  /// Opens a file; a symlink is not followed.
  package init(_ path: FilePath) throws(ContentProblem) {
    let file = try ContentProblem.onFiles { () throws(FileError) in
      try OpenFile.forReading(path, followingSymlink: false)
    }
    let status = try Self.status(of: file)
    guard status.kind == .file else { throw .store(.notAFile(path)) }
    self.file = file
    self.status = status
    size = status.size.bytes
  }

  private static func status(
    of file: borrowing OpenFile
  ) throws(ContentProblem) -> FileStatus {
    do throws(FileError) {
      return try file.status()
    } catch {
      throw .file(error)
    }
  }

  /// Reads some of the bytes.
  package func bytes(in range: Range<Int>) throws(ContentProblem) -> [UInt8] {
    try ContentProblem.onFiles { () throws(FileError) in
      try file.bytes(.bytes(range.count), at: range.lowerBound)
    }
  }

  /// Throws where the file was written to since it was opened.
  func checkUnchanged() throws(ContentProblem) {
    let now = try Self.status(of: file)
    guard now.size == status.size, now.modified == status.modified, now.changed == status.changed
    else { throw .store(.changedWhileReading(file.path)) }
  }

  fileprivate func parts(
    _ range: Range<Int>, differingFrom content: ContentReader, _ other: Range<Int>
  ) throws(ContentProblem) -> [Range<Int>] {
    try ContentProblem.onStore { () throws(StoreError) in
      try content.parts(of: other, differingFrom: file, at: range.lowerBound)
    }
  }
}

/// A content of a store.
package struct StoredSource: ByteSource {
  fileprivate let reader: ContentReader

  /// Takes an opened content.
  package init(_ reader: ContentReader) {
    self.reader = reader
  }

  package var size: Int { reader.size }

  /// Reads some of the bytes.
  package func bytes(in range: Range<Int>) throws(ContentProblem) -> [UInt8] {
    try ContentProblem.onStore { () throws(StoreError) in try reader.bytes(in: range) }
  }
}

/// Bytes in memory, such as the target of a symlink.
package struct MemorySource: ByteSource {
  private let bytes: [UInt8]

  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  package var size: Int { bytes.count }

  /// Reads some of the bytes.
  package func bytes(in range: Range<Int>) -> [UInt8] { Array(bytes[range]) }
}

/// A part of another source, such as a file that a zip file holds as it is.
struct PartSource: ByteSource {
  fileprivate let whole: any ByteSource
  fileprivate let range: Range<Int>

  init(_ whole: any ByteSource, _ range: Range<Int>) {
    self.whole = whole
    self.range = range
  }

  var size: Int { range.count }

  func bytes(in part: Range<Int>) throws(ContentProblem) -> [UInt8] {
    try whole.bytes(in: part.lowerBound + range.lowerBound..<part.upperBound + range.lowerBound)
  }
}

/// What two sources are known to share before anything of it is read.
enum SharedParts {
  /// Where two ranges of one length may differ, as distances from their starts.
  ///
  /// - Returns: Ranges in order and apart from each other: all of it where nothing is known.
  static func mayDiffer(
    _ old: any ByteSource, _ oldRange: Range<Int>, _ new: any ByteSource, _ newRange: Range<Int>
  ) throws(ContentProblem) -> [Range<Int>] {
    if oldRange.isEmpty { return [] }
    if let old = old as? PartSource {
      let start = old.range.lowerBound
      return try mayDiffer(
        old.whole, oldRange.lowerBound + start..<oldRange.upperBound + start, new, newRange)
    }
    if let new = new as? PartSource {
      let start = new.range.lowerBound
      return try mayDiffer(
        old, oldRange, new.whole, newRange.lowerBound + start..<newRange.upperBound + start)
    }
    if let old = old as? StoredSource, let new = new as? StoredSource {
      return try ContentProblem.onStore { () throws(StoreError) in
        try old.reader.parts(of: oldRange, differingFrom: new.reader, newRange)
      }
    }
    if let old = old as? StoredSource, let new = new as? FileSource {
      return try new.parts(newRange, differingFrom: old.reader, oldRange)
    }
    return [0..<oldRange.count]
  }
}
