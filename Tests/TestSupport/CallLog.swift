package import Platform
internal import Synchronization

/// A disk that works, and remembers the calls that could change it, or all.
package final class CallLog: FaultyDevice {
  /// A call, before it is made.
  package struct Call: Hashable, Sendable {
    package let operation: FileError.Operation
    package let path: FilePath
  }

  private let entries = Mutex<[Call]>([])

  /// Whether calls that only read are noted, too.
  private let isComplete: Bool

  /// Makes an empty log.
  package init(isComplete: Bool = false) {
    self.isComplete = isComplete
  }

  /// The calls so far, in order.
  package var calls: [Call] { entries.withLock { $0 } }

  /// The places of the calls of one kind on paths that `isMeant` takes.
  package func places(
    _ operation: FileError.Operation, _ isMeant: (String) -> Bool
  ) -> [Int] {
    calls.indices.filter { index in
      calls[index].operation == operation && isMeant(calls[index].path.description)
    }
  }

  package func refusal(of operation: FileError.Operation, on path: FilePath) -> CInt? {
    if isComplete || FaultyDisk.changing.contains(operation) {
      entries.withLock { $0.append(Call(operation: operation, path: path)) }
    }
    return nil
  }

  package func room(for count: Int, in path: FilePath) -> Int { count }
}
