/// Memory for file content, filled by one thread and then read by any number of them.
///
/// An array of the same size would be set to zero first, and could not be handed from thread to
/// thread without copies. The owner keeps the order: nobody reads while it is being filled.
@safe package final class IOBuffer: @unchecked Sendable {
  /// The size of the memory, in bytes.
  package let capacity: Int

  /// How many bytes were filled last.
  package private(set) var count = 0

  private let memory: UnsafeMutableBufferPointer<UInt8>

  /// Takes memory, on a page boundary.
  package init(capacity: Int) {
    self.capacity = capacity
    let raw = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 4_096)
    unsafe memory = raw.bindMemory(to: UInt8.self)
  }

  deinit {
    unsafe memory.deallocate()
  }

  /// Fills the buffer from a file.
  ///
  /// - Parameters:
  ///   - file: The file.
  ///   - offset: The distance of the first byte from the start of the file, in bytes.
  ///   - limit: How many bytes to read at most, `capacity` or less.
  /// - Returns: How many bytes were read: fewer than `limit` only at the end of the file.
  /// - Throws: ``FileError`` with operation `.read`.
  @discardableResult
  package func fill(
    from file: borrowing OpenFile, at offset: Int, limit: Int
  ) throws(FileError) -> Int {
    count = 0
    count = try unsafe file.read(into: memory.extracting(..<limit), at: offset)
    return count
  }

  /// Copies bytes into the buffer from `position` on, and makes them its last.
  package func copy(_ bytes: Span<UInt8>, to position: Int) {
    precondition(position + bytes.count <= capacity, "the bytes do not fit")
    unsafe bytes.withUnsafeBufferPointer { source in
      _ = unsafe memory.extracting(position..<position + source.count).update(
        fromContentsOf: source)
    }
    count = position + bytes.count
  }

  /// Calls `body` with some of the bytes.
  package func withBytes<Result, Failure: Error>(
    _ range: Range<Int>, _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    precondition(range.upperBound <= count, "bytes that were never filled")
    return try unsafe body(Span(_unsafeElements: UnsafeBufferPointer(memory.extracting(range))))
  }
}
