internal import FoundationEssentials
package import Platform
internal import Primitives

/// The journal of a run that has not ended: whoever holds it is alive.
package struct RunJournal: ~Copyable {
  private let path: FilePath
  private let lock: AdvisoryLock
  private let worktree: ByteString
  private let paths: [RepositoryPath]
  private let shared: [RepositoryPath]

  init(
    _ path: FilePath, _ lock: consuming AdvisoryLock, worktree: ByteString,
    paths: [RepositoryPath], shared: [RepositoryPath]
  ) {
    self.path = path
    self.lock = lock
    self.worktree = worktree
    self.paths = paths
    self.shared = shared
  }

  /// Writes what is known by now, in place of what was known before.
  package borrowing func write(_ record: RunRecord) throws(FileError) {
    let entry = RunJournals.Entry(
      worktree: worktree, paths: paths, shared: shared, record: record)
    let bytes: [UInt8]
    do {
      bytes = Array(try JSONEncoder().encode(entry))
    } catch {
      preconditionFailure("a journal cannot be encoded: \(error)")
    }
    // In place, for the lock is on the file: blanks end a JSON text as well as nothing does.
    let old = try lock.file.status().size.bytes
    let padding = [UInt8](repeating: UInt8(ascii: " "), count: max(0, old - bytes.count))
    try lock.file.write((bytes + padding).span, at: 0)
    try lock.file.synchronize()
  }

  /// Ends the journal, once the record is kept.
  package borrowing func end() throws(FileError) {
    try path.remove()
  }

  /// Reads a journal; `nil` where it was cut.
  static func decode(_ bytes: [UInt8]) -> RunJournals.Entry? {
    try? JSONDecoder().decode(RunJournals.Entry.self, from: Data(bytes))
  }
}
