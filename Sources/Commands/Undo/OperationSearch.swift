internal import Platform
internal import Primitives
internal import Project
internal import Terminal
internal import Workspace

/// Finds operations by what people call them.
struct OperationSearch {
  private let history: OperationHistory
  private let worktree: FilePath

  init(_ history: OperationHistory, in worktree: FilePath) {
    self.history = history
    self.worktree = worktree
  }

  /// The newest operation of the worktree that can be taken back and was not.
  func newest() throws(CommandFailure) -> LoggedOperation {
    let found = history.operations.last { operation in
      operation.worktree == worktree && !operation.isUndone && !operation.isUndo
        && operation.isUndoable
    }
    if let found { return found }
    throw CommandFailure(
      .refused, id: "nothing-to-undo", "There is nothing to take back in this worktree",
      hints: ["Run `shale operations` to see what was done"])
  }

  /// The operation that a word means.
  func named(_ word: ByteString) throws(CommandFailure) -> LoggedOperation {
    let operation = try find(word)
    guard operation.worktree == worktree else {
      throw CommandFailure(
        .refused, id: "other-worktree",
        "Operation '\(operation.shortID)' was done in '\(operation.worktree)'",
        hints: ["Run the command there"])
    }
    if operation.isUndone {
      throw CommandFailure(
        .refused, id: "undone", "Operation '\(operation.shortID)' was taken back already",
        hints: ["Run `shale operations` to see what was done"])
    }
    guard operation.isUndoable else {
      throw CommandFailure(
        .refused, id: "nothing-to-undo",
        "Operation '\(operation.shortID)' (`shale \(operation.title)`) replaced nothing",
        hints: ["What it brought or sent can stay where it is"])
    }
    return operation
  }

  private func find(_ word: ByteString) throws(CommandFailure) -> LoggedOperation {
    let text = word.description
    if let match = text.wholeMatch(of: /@\{?([0-9]{1,9})\}?/), let number = Int(match.output.1) {
      let own = history.operations.filter { $0.worktree == worktree }
      guard number < own.count else {
        throw unknown("There are only \(counted(own.count, "operation")) in this worktree")
      }
      return own[own.count - 1 - number]
    }
    let digits = text.lowercased()
    let found = history.operations.filter { $0.id.description.hasPrefix(digits) }
    guard word.count >= 4, let first = found.first else {
      throw unknown("There is no operation '\(text)'")
    }
    if found.count > 1 {
      let ids = found.map(\.id.description).joined(separator: ", ")
      throw unknown("Several operations begin with '\(text)': \(ids)")
    }
    return first
  }

  private func unknown(_ message: String) -> CommandFailure {
    CommandFailure(
      .refused, id: "operation-unknown", message,
      hints: ["Run `shale operations` to see their ids"])
  }

  /// The operations after another that changed the same thing and count still, the newest first.
  func later(
    than operation: LoggedOperation, changing subject: ByteString
  ) -> [LoggedOperation] {
    guard let place = history.operations.firstIndex(where: { $0.id == operation.id }) else {
      return []
    }
    let after = history.operations[(place + 1)...]
    let ids = Set(after.map(\.id))
    return after.reversed().filter { later in
      if later.isUndone || later.undoes.map(ids.contains) == true { return false }
      return later.changes.contains { $0.touches(subject) }
    }
  }
}

extension Operation.Change {
  /// Whether it changed something, or what lies in it or around it.
  fileprivate func touches(_ other: ByteString) -> Bool {
    if subject == other || (kind == .moved && old == other) { return true }
    if kind == .setting { return "\(subject)".hasSuffix(" \(other)") }
    guard kind != .head, kind != .branch,
      let path = (try? RepositoryPath(subject)).map({ PointerFile.dataPath(of: $0) ?? $0 }),
      let place = (try? RepositoryPath(other)).map({ PointerFile.dataPath(of: $0) ?? $0 })
    else { return false }
    return path.overlaps(place)
  }
}
