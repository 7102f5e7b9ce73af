internal import Arguments
internal import Git
internal import Lineage
internal import Primitives
package import Terminal
internal import Workspace

/// What is known of one path.
package struct WhyReport: Report {
  /// In what data can differ from what was recorded.
  enum Reason: String, Encodable, Sendable {
    /// It is new, and no version has it.
    case new
    /// It was here, and is not.
    case gone
    /// It was never brought here.
    case notHere = "not-here"
    case kind
    case size
    case content
    /// Only the permission to execute.
    case mode
    /// Something inside of the directory.
    case entries
  }

  /// Bytes that were recorded, or that are there.
  struct Content: Encodable, Sendable {
    var oid: ObjectID?
    let size: ByteCount
    var modified: Timestamp?

    /// `file`, `directory` or `other`.
    var kind: String?
  }

  /// A commit.
  struct Commit: Encodable, Sendable {
    let id: String
    let author: ByteString
    let time: Timestamp
    let summary: ByteString

    init(_ commit: GitCommit) {
      id = commit.id.hex
      author = commit.author.name
      time = commit.author.time
      summary = commit.summary
    }
  }

  /// A run.
  struct Run: Encodable, Sendable {
    let id: ObjectID
    let name: String?
    let command: String
    let started: Timestamp

    init(_ run: RunSummary) {
      id = run.id
      name = run.name
      command = run.commandLine
      started = run.started
    }
  }

  let path: RepositoryPath
  let tracked: RepositoryPath
  let state: DataState
  var isBehind = false
  var reasons: [Reason] = []

  /// How many files differ, at the path or below it.
  var changes = 0
  var recorded: Content?
  var here: Content?
  var commit: Commit?
  var run: Run?

  init(path: RepositoryPath, tracked: RepositoryPath, state: DataState) {
    self.path = path
    self.tracked = tracked
    self.state = state
  }
}

// MARK: - For people

extension WhyReport {
  package func write(to text: inout StyledText) {
    text.line("\(path, .path): \(explanation)")
    if isBehind {
      text.line("  its pointer names another version: \("shale checkout", .command) brings it")
    }
    var table = Table([.left, .left])
    if let recorded {
      table.add(["recorded", "\(recorded.size)  \(recorded.oid?.abbreviated ?? "", .objectID)"])
    }
    if let here {
      let time = here.modified.map { "written \(minute(of: $0))" } ?? ""
      let size: StyledString =
        here.kind == "file" ? "\(here.size)  \(here.oid?.abbreviated ?? "", .objectID)  " : ""
      table.add(["here", "\(size)\(time)"])
    }
    if let commit {
      table.add([
        "commit",
        "\(String(commit.id.prefix(10)), .commit) \(minute(of: commit.time)) \(commit.author): \(commit.summary)",
      ])
    } else if recorded != nil {
      table.add(["commit", "none that is known has it"])
    }
    if let run {
      let name = run.name.map { " \($0)" } ?? ""
      table.add([
        "made by",
        "run \(run.id.abbreviated, .objectID)\(name) of \(minute(of: run.started)): \(run.command, .command)",
      ])
    }
    text.table(table, indent: 2)
  }

  private var explanation: StyledString {
    guard let first = reasons.first else { return "\("as recorded", .success)" }
    return switch first {
    case .new: "\("new", .added): no version has it"
    case .gone: "\("missing", .removed): it was here, and is gone"
    case .notHere: "\("not here", .absent): it was never brought"
    case .kind: "\("modified", .modified): it is another kind of thing"
    case .size: "\("modified", .modified): its size is another, and so is its content"
    case .content: "\("modified", .modified): the size is the same, the content is not"
    case .mode: "\("modified", .modified): only the permission to execute changed"
    case .entries:
      "\("modified", .modified): \(counted(changes, "file")) in it \(changes == 1 ? "differs" : "differ")"
    }
  }
}

// MARK: - Keys

extension WhyReport {
  private static let contentKeys = [
    ResultKey("oid", "The oid; left out where it is no file", isOptional: true),
    ResultKey("size", "The size in bytes"),
    ResultKey("modified", "When it was written", isOptional: true),
    ResultKey("kind", "`file`, `directory` or `other`", isOptional: true),
  ]

  /// The keys of its JSON.
  static let keys = [
    ResultKey("path", "The path"),
    ResultKey("tracked", "The tracked path that it is or lies in"),
    ResultKey("state", "How data, pointer and what was recorded stand to each other"),
    ResultKey("isBehind", "Whether the pointer names another version than was brought here"),
    ResultKey(
      "reasons",
      "In what it differs: `new`, `gone`, `not-here`, `kind`, `size`, `content`, `mode`, `entries`"
    ),
    ResultKey("changes", "How many files differ, at the path or below it"),
    ResultKey("recorded", "What was recorded or brought last", isOptional: true, of: contentKeys),
    ResultKey("here", "What lies there", isOptional: true, of: contentKeys),
    ResultKey(
      "commit", "The commit from which on it has been so", isOptional: true,
      of: [
        ResultKey("id", "The full id"), ResultKey("author", "Who made it"),
        ResultKey("time", "When, as RFC 3339"),
        ResultKey("summary", "The first line of its message"),
      ]),
    ResultKey(
      "run", "The newest run that made it", isOptional: true,
      of: [
        ResultKey("id", "The run's id"), ResultKey("name", "Its name", isOptional: true),
        ResultKey("command", "Its command line"), ResultKey("started", "When it began"),
      ]),
  ]
}
