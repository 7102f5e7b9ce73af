package import ObjectStore
package import Platform
internal import Primitives

/// The file that remembers what Shale did to a clone: `docs/format/operations.md`.
package struct OperationLog: Sendable {
  /// The file; neither it nor its directory need exist.
  package let path: FilePath

  /// Who else uses the file.
  private let sharing: StoreSharing

  package init(_ path: FilePath, sharing: StoreSharing = .umask) {
    self.path = path
    self.sharing = sharing
  }

  /// Adds an operation at the end, after those of other processes.
  ///
  /// A list of changes that does not fit into a line is cut into several operations. What tells of a
  /// base or a move is on disk when this returns: after a power cut it says which of pointer and stat
  /// index is the newer one.
  ///
  /// - Throws: ``FileError`` when the log cannot be written.
  package func append(_ operation: Operation) throws(FileError) {
    let lines = operation.parts.flatMap { $0.encoded() }
    let isDecisive = operation.changes.contains { [.base, .moved].contains($0.kind) }
    try LineLog(path: path, sharing: sharing).append(lines, durably: isDecisive)
  }

  /// The newest operations, the oldest of them first.
  ///
  /// - Returns: The operations in the last 64 MiB of the log, and how many lines in it cannot be
  ///   read: damaged ones, or those of a newer version.
  /// - Throws: ``FileError`` when the log is there and cannot be read.
  package func operations() throws(FileError) -> (operations: [Operation], skipped: Int) {
    let (lines, skipped) = try lines()
    return (lines.map(\.line), skipped)
  }

  /// The newest operations, each put together from all lines that tell of it.
  ///
  /// - Throws: ``FileError`` when the log is there and cannot be read.
  package func history() throws(FileError) -> OperationHistory {
    let (lines, skipped) = try lines()
    return OperationHistory(lines, skipped: skipped)
  }

  private func lines() throws(FileError) -> (
    lines: [(id: ByteString, line: Operation)], skipped: Int
  ) {
    let lines = try LineLog(path: path).lines()
    let known = lines.compactMap { line in
      Operation(line: line).map { (ByteString(line.prefix { $0 != UInt8(ascii: "\t") }), $0) }
    }
    return (known, lines.count - known.count)
  }
}

extension Operation {
  /// Operations whose changes each fit into one line.
  fileprivate var parts: [Operation] {
    // A subject of 4 KiB, each byte of it escaped, is the longest that the kernel's paths give.
    let room = Self.lineLimit / (3 * 4_096 + 256) - 16
    guard changes.count > room else { return [self] }
    return stride(from: 0, to: changes.count, by: room).map { start in
      Operation(
        time: time, worktree: worktree, command: command,
        changes: Array(changes[start..<min(start + room, changes.count)]))
    }
  }
}
