internal import Arguments
internal import Git
package import Platform
package import Primitives
package import Terminal
internal import Workspace

/// What was written for others to read.
package struct ExportReport: Report {
  /// One tracked path.
  package struct Item: Encodable, Sendable {
    let path: RepositoryPath
    let files: Int
    let bytes: ByteCount
    let state: State

    /// Why it was not exported, or not as it is.
    let reason: String?
  }

  /// What became of a path.
  package enum State: String, Encodable, Sendable {
    case exported
    /// The store lacks something of it.
    case missing
    /// The other tool cannot keep it.
    case refused
  }

  /// A content that the store lacks.
  package struct Loss: Encodable, Sendable {
    let path: RepositoryPath
    let oid: ObjectID
  }

  /// The commit that was exported.
  package let commit: String
  package private(set) var items: [Item] = []
  package private(set) var losses: [Loss] = []

  /// Where the files are; nothing where a branch was made.
  package internal(set) var directory: FilePath?

  /// The branch that was made, and its commit.
  package internal(set) var branch: ByteString?
  package internal(set) var newCommit: String?

  /// Objects that the other tool's cache did not have.
  package internal(set) var newObjects = 0
  package internal(set) var newBytes = ByteCount.zero

  private enum CodingKeys: CodingKey {
    case commit, items, losses, directory, branch, newCommit, newObjects, newBytes
  }

  package var isConfirmation: Bool { true }

  init(commit: String) {
    self.commit = commit
  }

  mutating func add(_ item: ExportedItem, _ state: State, _ reason: String? = nil) {
    items.append(
      Item(
        path: item.path, files: item.pointer.files, bytes: item.pointer.size, state: state,
        reason: reason))
    if state == .missing { losses += item.missing.map { Loss(path: $0.path, oid: $0.id) } }
  }

  package var failure: CommandFailure? {
    if let first = losses.first {
      let others = losses.count > 1 ? " and \(losses.count - 1) more" : ""
      return CommandFailure(
        .missing, id: "object-missing",
        "Content of '\(first.path)'\(others) is not in the store; the rest is exported",
        hints: ["Run `shale fetch`, and export again"])
    }
    return items.first { $0.state == .refused }.map { item in
      CommandFailure(
        .refused, id: "not-exported", "Path '\(item.path)' is not exported: \(item.reason ?? "")",
        hints: ["Run `shale export dir` to have all of it as plain files"])
    }
  }

  package func write(to text: inout StyledText) {
    var table = Table(
      [.left, .right, .right, .left], headings: ["path", "files", "size", "state"])
    for item in items {
      let reason = item.reason.map { ": \($0)" } ?? ""
      let label: Label = item.state == .exported ? .added : .error
      table.add([
        StyledString(item.path, .path), StyledString(grouped(item.files)),
        StyledString(item.bytes), "\(item.state.rawValue, label)\(reason)",
      ])
    }
    text.table(table)
    for loss in losses {
      text.line("\("missing", .absent) \(loss.path, .path) \(loss.oid.abbreviated, .objectID)")
    }
    if let directory { text.line("Exported to \(directory)") }
    if let branch {
      let objects = counted(newObjects, "object")
      text.line("Branch \(branch, .reference) has it; \(objects) (\(newBytes)) new in its cache")
    }
  }

  /// The keys of its JSON.
  static let keys = [
    ResultKey("commit", "The commit that was exported"),
    ResultKey(
      "items", "The tracked paths",
      each: [
        ResultKey("path", "The path"), ResultKey("files", "How many files it has"),
        ResultKey("bytes", "Its size in bytes"),
        ResultKey("state", "`exported`, `missing` or `refused`"),
        ResultKey("reason", "Why it was not exported, or not as it is", isOptional: true),
      ]),
    ResultKey(
      "losses", "Contents that the store lacks",
      each: [ResultKey("path", "The path"), ResultKey("oid", "The oid")]),
    ResultKey("directory", "Where the files are", isOptional: true),
    ResultKey("branch", "The branch that was made", isOptional: true),
    ResultKey("newCommit", "Its commit", isOptional: true),
    ResultKey("newObjects", "How many objects the other tool's cache did not have"),
    ResultKey("newBytes", "Their size in bytes"),
  ]
}
