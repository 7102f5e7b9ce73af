import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import ObjectStore

/// Files that somebody writes to while they are read.
@Suite(.temporaryDirectory) struct ChangingFileTests {
  /// Does something to a file just after its reading has begun.
  private struct Writer: FaultyDevice {
    let path: FilePath
    let change: @Sendable (FilePath) -> Void

    func refusal(of operation: FileError.Operation, on path: FilePath) -> CInt? {
      if operation == .read, path == self.path { change(path) }
      return nil
    }

    func room(for count: Int, in path: FilePath) -> Int { count }
  }

  private static let changes: [@Sendable (FilePath) -> Void] = [
    { path in  // Longer.
      let size = (try? path.status().size.bytes) ?? 0
      try? OpenFile.forUpdating(path).write([1, 2, 3].span, at: size)
    },
    { path in  // Other bytes at the end, of the same size.
      let size = (try? path.status().size.bytes) ?? 3
      try? OpenFile.forUpdating(path).write([7, 7, 7].span, at: size - 3)
    },
    { path in  // Shorter.
      try? OpenFile.forUpdating(path).resize(to: .bytes(10))
    },
  ]

  @Test(arguments: [1_000, SmallFileIngest.limit + 1_000], [0, 1, 2])
  func `a file that changes while it is read is told, and not recorded`(
    size: Int, change: Int
  ) throws {
    let directory = FilePath(try TemporaryDirectory.required().path)
    let store = try ObjectStore.create(at: directory.appending("store"))
    let path = directory.appending("file")
    try AtomicFile.replace(path, with: sampleBytes(count: size, seed: 1), durably: false)
    // Older than the clock's tick, so that a write moves the times.
    let old = Timestamp(seconds: 1_700_000_000, nanoseconds: 0)
    try OpenFile.forUpdating(path).setModified(old)
    let device = Writer(path: path, change: Self.changes[change])
    let results = try Faults.with(device, below: path) {
      try RoundTripTests.addFiles([path], to: store)
    }
    #expect(throws: StoreError.changedWhileReading(path)) { try results[0].get() }
  }
}
