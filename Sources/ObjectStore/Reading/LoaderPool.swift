internal import Primitives
internal import Synchronization

/// Loaders that wait for work: one is too large to be made for each object.
final class LoaderPool: Sendable {
  private let records: RecordStore
  private let idle = Mutex<[Box]>([])

  init(records: RecordStore) {
    self.records = records
  }

  private final class Box: @unchecked Sendable {
    // Taken out of the pool by one thread at a time.
    var loader: RecordLoader

    init(_ loader: consuming RecordLoader) {
      self.loader = loader
    }
  }

  /// Calls `body` with a loader that nobody else uses meanwhile.
  func withLoader<Result>(
    _ body: (inout RecordLoader) throws(StoreError) -> Result
  ) throws(StoreError) -> Result {
    let box = idle.withLock { $0.popLast() } ?? Box(RecordLoader(records: records))
    defer { idle.withLock { $0.append(box) } }
    return try body(&box.loader)
  }
}
