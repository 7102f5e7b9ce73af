internal import Git
internal import Primitives
internal import Project
internal import Workspace

/// What taking an operation back comes to, in the order in which it is done.
struct UndoPlan {
  /// How git goes back.
  enum HeadStep {
    /// A ref moves, and nothing else.
    case soft(ByteString, from: GitID?, to: GitID?)
    /// Git checks this out, and all data follows.
    case checkout(ByteString)
  }

  /// What is done to the data of a tracked path.
  enum DataStep {
    /// Data is brought, and becomes the base; without a pointer it goes.
    case bring(RepositoryPath, PointerFile?)
    /// Only the base changes.
    case rebase(RepositoryPath, PointerFile?)
    /// Parts of data are brought, and the base stays; what was brought there before may go.
    case put(CheckoutTarget, brought: ObjectID? = nil)
  }

  /// A reason not to begin.
  struct Problem {
    /// What is not as the operation left it.
    let subject: ByteString
    let text: String

    /// Whether `--force` is an answer.
    var isForcible = true

    /// What to do about it, if that is not plain from later operations.
    var hint: String?
  }

  /// What was moved, and where it goes back to.
  var moves: [(from: RepositoryPath, to: RepositoryPath)] = []
  var files: [(path: RepositoryPath, content: WorktreeFile?)] = []
  var staged: [GitStaging] = []
  var head: HeadStep?
  var data: [DataStep] = []
  var settings: [(key: String, level: GitConfig.Level, value: ByteString?)] = []

  /// Records of runs that come back, or go again.
  var runs: [(id: ObjectID, comesBack: Bool)] = []

  var problems: [Problem] = []

  /// Content that the store has no more.
  var missing: [MissingContent] = []
  var warnings: [Warning] = []
}

extension LoggedOperation {
  /// Whether there is anything that taking it back would change.
  var isUndoable: Bool {
    changes.contains { change in
      switch change.kind {
      case .pointer, .data, .base, .placed, .moved, .saved, .file, .index, .head, .branch, .remote,
        .setting, .run:
        change.old != change.new || change.kind == .saved
      case .pushed, .fetched, .collected, .repaired, .forgotten, .undid: false
      }
    }
  }

  /// Whether it takes another one back.
  var isUndo: Bool { command.first == "undo" }

  /// What it was, as people type it.
  var title: String { command.map(\.description).joined(separator: " ") }

  /// What became of each subject from beginning to end, for some kinds of changes.
  func net(
    _ kind: Operation.Change.Kind
  ) -> [(subject: ByteString, old: ByteString?, new: ByteString?)] {
    var order: [ByteString] = []
    var ends: [ByteString: (old: ByteString?, new: ByteString?)] = [:]
    for change in changes where change.kind == kind {
      if let known = ends[change.subject] {
        ends[change.subject] = (known.old, change.new)
      } else {
        order.append(change.subject)
        ends[change.subject] = (change.old, change.new)
      }
    }
    return order.compactMap { subject in
      ends[subject].flatMap { $0.old == $0.new ? nil : (subject, $0.old, $0.new) }
    }
  }
}
