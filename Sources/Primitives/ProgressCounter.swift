internal import Synchronization

/// How far a long piece of work has come: counters that any thread moves and any thread reads.
///
/// Moving one costs an atomic addition, so hot loops may do it for every file and block. Whoever
/// shows progress reads the counters from a thread of its own.
package final class ProgressCounter: Sendable {
  private let doneBytes = Atomic(0)
  private let doneFiles = Atomic(0)
  private let totalBytes = Atomic(0)
  private let totalFiles = Atomic(0)

  package init() {}

  /// Bytes dealt with so far.
  package var bytes: Int { doneBytes.load(ordering: .relaxed) }

  /// Files dealt with so far.
  package var files: Int { doneFiles.load(ordering: .relaxed) }

  /// Bytes expected in all; 0 while unknown.
  package var bytesTotal: Int { totalBytes.load(ordering: .relaxed) }

  /// Files expected in all; 0 while unknown.
  package var filesTotal: Int { totalFiles.load(ordering: .relaxed) }

  /// Counts work as done.
  package func advance(bytes: Int = 0, files: Int = 0) {
    if bytes != 0 { doneBytes.wrappingAdd(bytes, ordering: .relaxed) }
    if files != 0 { doneFiles.wrappingAdd(files, ordering: .relaxed) }
  }

  /// Adds to what is expected in all.
  package func expect(bytes: Int = 0, files: Int = 0) {
    totalBytes.wrappingAdd(bytes, ordering: .relaxed)
    totalFiles.wrappingAdd(files, ordering: .relaxed)
  }
}
