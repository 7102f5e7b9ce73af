internal import Arguments
package import Platform
package import Primitives
internal import Project
internal import Terminal

/// One operation, as lists show it.
package struct OperationLine: Encodable, Sendable {
  /// One thing that became another, as the operation log has it.
  package struct Change: Encodable, Sendable {
    let kind: String
    let old: ByteString?
    let new: ByteString?
    let subject: ByteString
  }

  package let id: ByteString
  package let time: Timestamp
  package let worktree: FilePath
  package let command: String
  package let isUndone: Bool
  package let undoes: ByteString?
  package let changes: [Change]

  /// What changed, in words.
  package let words: [String]

  let styled: [StyledString]
  let summary: StyledString

  private enum CodingKeys: CodingKey {
    case id, time, worktree, command, isUndone, undoes, changes, words
  }

  init(_ operation: LoggedOperation, _ words: OperationWords) {
    id = operation.id
    time = operation.time
    worktree = operation.worktree
    command = operation.title
    isUndone = operation.isUndone
    undoes = operation.undoes
    changes = operation.changes.map {
      Change(kind: $0.kind.rawValue, old: $0.old, new: $0.new, subject: $0.subject)
    }
    styled = words.lines(of: operation)
    summary = words.summary(of: operation)
    self.words = styled.map(\.text)
  }

  /// The first digits of its id, as people type them.
  var shortID: ByteString { ByteString(id.bytes.prefix(8)) }
}

extension OperationLine {
  /// The keys of its JSON.
  static let keys = [
    ResultKey("id", "Its id, 16 digits"),
    ResultKey("time", "When it began"),
    ResultKey("worktree", "The root of the worktree that it ran in"),
    ResultKey("command", "What was run"),
    ResultKey("isUndone", "Whether it was taken back"),
    ResultKey("undoes", "The operation that it took back", isOptional: true),
    ResultKey(
      "changes", "What became another, in order, as the operation log has it",
      each: [
        ResultKey("kind", "What kind of thing"), ResultKey("old", "What it was", isOptional: true),
        ResultKey("new", "What it became", isOptional: true),
        ResultKey("subject", "Which one"),
      ]),
    ResultKey("words", "What changed, in words"),
  ]
}
