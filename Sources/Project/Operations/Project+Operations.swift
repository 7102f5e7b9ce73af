internal import Git
internal import Platform
package import Primitives
internal import Synchronization

/// The command that is at work, as all lines that it writes name it.
struct RunningOperation: Sendable {
  let time: Timestamp
  let command: [ByteString]
}

extension Project {
  /// Says which command is at work: from now on what it changes is written to the operation log
  /// before it changes.
  ///
  /// - Parameters:
  ///   - command: What was run, without the name of the program.
  ///   - time: When: it tells two runs of a command apart.
  package func begin(_ command: [ByteString], at time: Timestamp = Clock.now()) {
    let running = RunningOperation(time: time, command: command)
    self.running.withLock { $0 = running }
    let (log, worktree) = (operations, layout.worktree)
    git.journal.listen { entries throws(FileError) in
      try log.append(
        Operation(
          time: running.time, worktree: worktree, command: running.command,
          changes: entries.map { Operation.Change($0) }))
    }
  }

  /// Has what changes data look up what was told of it before.
  func rememberOperations() {
    let (log, worktree) = (operations, layout.worktree)
    git.journal.remember { path throws(FileError) in
      // As long as it has been at its present path, and before that where it came from.
      var (path, next) = (path, nil as ByteString?)
      for operation in try log.operations().operations.reversed()
      where operation.worktree == worktree {
        for change in operation.changes.reversed() where change.concernsData(of: path) {
          if change.kind == .moved, change.subject == path, let source = change.old {
            (path, next) = (source, path)
            continue
          }
          // A move that was cut off is told again when it is finished.
          if change.kind == .moved, change.subject == next { continue }
          guard let kind = JournalEntry.Kind(rawValue: change.kind.rawValue) else { return nil }
          return (
            JournalEntry(kind, old: change.old, new: change.new, subject: change.subject),
            operation.time
          )
        }
      }
      return nil
    }
  }

  /// Adds an operation to the log, or changes to the one that is at work.
  ///
  /// - Parameters:
  ///   - command: What was run, without the name of the program, where no command is at work.
  ///   - changes: What became another; nothing is written for none.
  /// - Throws: ``ProjectError/file(_:)``.
  package func record(
    _ command: [ByteString], _ changes: [Operation.Change]
  ) throws(ProjectError) {
    guard !changes.isEmpty else { return }
    let running = self.running.withLock { $0 }
    do {
      try operations.append(
        Operation(
          time: running?.time ?? Clock.now(), worktree: layout.worktree,
          command: running?.command ?? command, changes: changes))
    } catch {
      throw .file(error)
    }
  }
}

extension Operation.Change {
  /// Whether it is about what lies at a tracked path, or what that was last recorded as.
  fileprivate func concernsData(of path: ByteString) -> Bool {
    switch kind {
    case .data, .base, .placed: subject == path
    case .moved: subject == path || old == path
    default: false
    }
  }
}
