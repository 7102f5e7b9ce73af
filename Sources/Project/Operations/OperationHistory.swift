package import Platform
package import Primitives

/// One thing that a command did, from all lines that tell of it.
package struct LoggedOperation: Hashable, Sendable {
  /// The check of its first line, 16 hexadecimal digits.
  package let id: ByteString

  /// When it began.
  package let time: Timestamp
  package let worktree: FilePath

  /// What was run, without the name of the program.
  package let command: [ByteString]

  /// What changed, in order.
  package internal(set) var changes: [Operation.Change]

  /// Whether another operation took it back, and was not taken back itself.
  package internal(set) var isUndone = false

  /// The operation that it took back.
  package var undoes: ByteString? {
    changes.last { $0.kind == .undid }?.new
  }

  /// As people write its id.
  package var shortID: ByteString { ByteString(id.bytes.prefix(8)) }

  init(id: ByteString, _ line: Operation) {
    self.id = id
    time = line.time
    worktree = line.worktree
    command = line.command
    changes = line.changes
  }
}

/// What the operation log tells, put together.
package struct OperationHistory: Sendable {
  /// The operations, the oldest first.
  package private(set) var operations: [LoggedOperation] = []

  /// How many lines cannot be read.
  package let skipped: Int

  private struct Key: Hashable {
    let time: Timestamp
    let worktree: FilePath
    let command: [ByteString]
  }

  init(_ lines: [(id: ByteString, line: Operation)], skipped: Int) {
    self.skipped = skipped
    var places: [Key: Int] = [:]
    for (id, line) in lines {
      let key = Key(time: line.time, worktree: line.worktree, command: line.command)
      if let place = places[key] {
        operations[place].changes += line.changes
      } else {
        places[key] = operations.count
        operations.append(LoggedOperation(id: id, line))
      }
    }
    // The newest say which of the others still count.
    var undone: Set<ByteString> = []
    for place in operations.indices.reversed() {
      operations[place].isUndone = undone.contains(operations[place].id)
      if !operations[place].isUndone, let id = operations[place].undoes { undone.insert(id) }
    }
  }
}
