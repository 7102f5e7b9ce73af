internal import Arguments
internal import Documents
internal import Git
internal import ObjectStore
package import Primitives
package import Terminal
internal import Workspace

/// What was migrated, or would be, and what could not.
package struct MigrationReport: Report {
  /// One path whose data another tool keeps.
  package struct Item: Encodable, Sendable {
    let path: RepositoryPath

    /// The file of git's that stands for it.
    let file: RepositoryPath
    let files: Int
    let bytes: ByteCount
    var state: State

    /// Why it is not migrated.
    var reason: String?

    /// What it is in the store.
    let oid: ObjectID?
  }

  /// What became of a path.
  package enum State: String, Encodable, Sendable {
    /// It would be migrated.
    case planned
    case migrated
    /// A content of it lies nowhere.
    case missing
    /// What lies under the name of a content is something else.
    case damaged
    /// Something else is against it.
    case refused
  }

  /// A content that could not be had.
  package struct Loss: Encodable, Sendable {
    let path: RepositoryPath

    /// The name that the tool has for it.
    let name: String
    let isDamaged: Bool

    /// What was found in its place, and why it is of no use.
    let reason: String?
  }

  /// A commit, and the one in its place.
  package struct Rewritten: Encodable, Sendable {
    let old: String
    let new: String
  }

  let tool: ForeignTool
  package let isDryRun: Bool
  package private(set) var items: [Item] = []
  package private(set) var losses: [Loss] = []

  /// How many contents could not be had.
  package private(set) var lossCount = 0

  /// Remotes that are not directories: nothing was looked for there.
  package internal(set) var elsewhere: [String] = []

  /// Files of git's that are of no use any more, and were removed.
  package internal(set) var removed: [RepositoryPath] = []

  /// Paths without data in the worktree.
  package internal(set) var notHere: [RepositoryPath] = []

  /// Paths at which the worktree has a symlink into a cache.
  package internal(set) var links: [RepositoryPath] = []

  /// What the store did not have, after compression.
  package internal(set) var newBytes = ByteCount.zero

  /// The branch that a rewritten history has.
  package internal(set) var branch: ByteString?
  package internal(set) var commits: [Rewritten] = []

  /// Tags of commits that have another one in their place; they stay where they are.
  package internal(set) var tags: [ByteString] = []

  /// How many commits had a signature, which the new ones have not.
  package internal(set) var unsigned = 0

  private enum CodingKeys: CodingKey {
    case isDryRun, items, losses, lossCount, elsewhere, removed, notHere, links, newBytes, branch,
      commits, tags, unsigned
  }

  package var isConfirmation: Bool { !isDryRun }

  /// How many losses are listed.
  static let limit = 1_000

  private var lossNames: Set<String> = []

  init(_ tool: ForeignTool, isDryRun: Bool) {
    self.tool = tool
    self.isDryRun = isDryRun
  }

  /// Takes in what became of all that was found in one version.
  ///
  /// What an earlier version said in the same way is said once.
  mutating func add(
    _ survey: ForeignSurvey, _ intake: ForeignIntake, _ pointer: (ForeignItem) -> PointerFile?
  ) {
    for item in survey.items {
      let (files, bytes) = intake.extent(of: item)
      let pointer = pointer(item)
      var state = pointer == nil ? State.planned : .migrated
      var reason: String?
      if pointer == nil, let trouble = intake.troubles(of: item) {
        for loss in trouble { add(loss) }
        state = trouble.contains(where: \.isDamaged) ? .damaged : .missing
        reason = trouble.first?.reason
      }
      items.append(
        Item(
          path: item.path, file: item.carrier, files: files, bytes: pointer?.size ?? bytes,
          state: state, reason: reason, oid: pointer?.id))
    }
    for refusal in survey.refusals {
      items.append(
        Item(
          path: refusal.path, file: refusal.carrier, files: 0, bytes: .zero, state: .refused,
          reason: refusal.reason, oid: nil))
    }
    items.sort { $0.path < $1.path }
  }

  private mutating func add(_ loss: Loss) {
    guard lossNames.insert("\(loss.path) \(loss.name)").inserted else { return }
    lossCount += 1
    if losses.count < Self.limit { losses.append(loss) }
  }

  /// Says that an item whose contents are in the store has no pointer all the same.
  mutating func refuse(_ item: ForeignItem, _ reason: String) {
    for index in items.indices where items[index].path == item.path {
      items[index].state = .refused
      items[index].reason = reason
    }
  }

  package var failure: CommandFailure? {
    guard let first = losses.first else { return refusal }
    let others = lossCount > 1 ? " and \(counted(lossCount - 1, "other content"))" : ""
    return CommandFailure(
      .missing, id: "foreign-object-missing",
      "\(tool.title) has '\(first.path)'\(others) nowhere here, or damaged; the rest is "
        + (isDryRun ? "there" : "migrated"),
      hints: [
        tool == .dvc
          ? "Run `dvc fetch --all-commits`, and this command again"
          : "Run `git lfs fetch --all`, and this command again",
        "Run it with `--from DIR` where another cache, clone or remote directory has it",
      ])
  }

  /// What speaks against a path, where nothing else failed.
  private var refusal: CommandFailure? {
    let refused = items.filter { $0.state == .refused }
    guard let first = refused.first else { return nil }
    let others = refused.count > 1 ? "; so are \(counted(refused.count - 1, "other path"))" : ""
    return CommandFailure(
      .refused, id: "not-migrated",
      "Path '\(first.path)' is not migrated: \(first.reason ?? "")\(others)")
  }
}

extension ForeignIntake {
  /// How many files an item has, and how many bytes: as found, or else as the tool says.
  func extent(of item: ForeignItem) -> (files: Int, bytes: ByteCount) {
    guard case .success(let parts) = parts(of: item) else {
      return (item.files ?? 1, item.size ?? .zero)
    }
    let sizes = parts.compactMap { size(of: $0.name) }
    let isWhole = sizes.count == parts.count
    let bytes = sizes.reduce(ByteCount.zero, +)
    return (parts.count, isWhole ? bytes : item.size ?? bytes)
  }

  /// The contents of an item that cannot be had; `nil` where there is none.
  func troubles(of item: ForeignItem) -> [MigrationReport.Loss]? {
    func loss(_ path: RepositoryPath, _ name: ForeignName, _ trouble: Trouble)
      -> MigrationReport.Loss
    {
      let (isDamaged, reason): (Bool, String?) =
        switch trouble {
        case .missing: (false, nil)
        case .damaged(let file): (true, "'\(file)' has another content")
        case .refused(let reason): (true, reason)
        }
      return MigrationReport.Loss(path: path, name: name.text, isDamaged: isDamaged, reason: reason)
    }
    switch parts(of: item) {
    case .failure(let error): return [loss(item.path, item.name, error.trouble)]
    case .success(let parts):
      let losses = parts.compactMap { part -> MigrationReport.Loss? in
        guard contents[part.name] == nil, let trouble = troubles[part.name] else { return nil }
        return loss(item.path.appending(part.path), part.name, trouble)
      }
      return losses.isEmpty ? nil : losses
    }
  }
}

// MARK: - For people

extension MigrationReport {
  /// How many lines of each list are shown, unless the user wants to read all.
  private static let lines = 40

  package func write(to text: inout StyledText) {
    if items.isEmpty {
      text.line("\(tool.title) keeps nothing here")
      return
    }
    let limit = text.verbosity == .verbose ? Int.max : Self.lines
    var table = Table(
      [.left, .right, .right, .left], headings: ["path", "files", "size", "state"])
    for item in items.prefix(limit) {
      let reason = item.reason.map { ": \($0)" } ?? ""
      table.add([
        StyledString(item.path, .path), StyledString(grouped(item.files)),
        StyledString(item.bytes), "\(item.state.rawValue, Self.label(item.state))\(reason)",
      ])
    }
    text.table(table)
    if items.count > limit { text.line("… and \(grouped(items.count - limit)) more") }
    writeLosses(limit, to: &text)
    let good = items.filter { [.planned, .migrated].contains($0.state) }
    let bytes = good.reduce(ByteCount.zero) { $0 + $1.bytes }
    let files = counted(good.reduce(0) { $0 + $1.files }, "file")
    let what = "\(files), \(grouped(bytes.bytes)) bytes"
    if isDryRun {
      text.line("Would migrate \(what), \(counted(lossCount, "content")) missing")
    } else {
      text.line("Migrated \(what); \(newBytes, .number) new in the store")
    }
    writeNotes(to: &text)
  }

  private func writeLosses(_ limit: Int, to text: inout StyledText) {
    for loss in losses.prefix(limit) {
      let word: StyledString = loss.isDamaged ? "\("damaged", .error)" : "\("missing", .absent)"
      let reason = loss.reason.map { ": \($0)" } ?? ""
      text.line("\(word) \(loss.path, .path) \(loss.name, .objectID)\(reason)")
    }
    if lossCount > min(limit, losses.count) {
      text.line("… and \(grouped(lossCount - min(limit, losses.count))) more")
    }
  }

  private func writeNotes(to text: inout StyledText) {
    for remote in elsewhere {
      text.line("\("note:", .warning) remote \(remote) is no directory, and was not looked into")
    }
    if let branch {
      text.line("Branch \(branch, .reference): \(counted(commits.count, "commit")) written")
      if unsigned > 0 {
        text.line("\(counted(unsigned, "signature")) of commits dropped")
      }
      for tag in tags { text.line("tag \(tag, .reference) stays at the old commit") }
    } else if !isDryRun {
      for path in removed { text.line("\("removed", .removed) \(path, .path)") }
      for path in links {
        let advice: StyledString = "\("shale checkout --force", .command) makes it a file"
        text.line("\("note:", .warning) \(path, .path) is a symlink into a cache: \(advice)")
      }
      if !notHere.isEmpty {
        let count = counted(notHere.count, "path")
        text.line("\(count) without data here: \("shale checkout", .command) brings it")
      }
      text.line(
        "Look at it with \("git diff --cached", .command), then \("shale commit", .command)")
    }
  }

  private static func label(_ state: State) -> Label {
    switch state {
    case .planned, .migrated: .added
    case .missing: .absent
    case .damaged, .refused: .error
    }
  }
}

// MARK: - JSON

extension MigrationReport {
  /// The keys of its JSON.
  static let keys = [
    ResultKey("isDryRun", "Whether nothing was changed"),
    ResultKey(
      "items", "Paths whose data the tool keeps; of a history, each version of each",
      each: [
        ResultKey("path", "The path"), ResultKey("file", "The file of git's that stands for it"),
        ResultKey("files", "How many files it has"), ResultKey("bytes", "Its size in bytes"),
        ResultKey("state", "`planned`, `migrated`, `missing`, `damaged` or `refused`"),
        ResultKey("reason", "Why it is not migrated", isOptional: true),
        ResultKey("oid", "The oid of its data", isOptional: true),
      ]),
    ResultKey(
      "losses", "Contents that could not be had: the first 1,000",
      each: [
        ResultKey("path", "The path"), ResultKey("name", "The name that the tool has for it"),
        ResultKey("isDamaged", "Whether something else lies under that name"),
        ResultKey("reason", "What was found, and why it is of no use", isOptional: true),
      ]),
    ResultKey("lossCount", "How many contents could not be had"),
    ResultKey("elsewhere", "Remotes that are no directories, and were not looked into"),
    ResultKey("removed", "Files of git's that stood for the data alone, and were removed"),
    ResultKey("notHere", "Paths without data in the worktree"),
    ResultKey("links", "Paths at which the worktree has a symlink into a cache"),
    ResultKey("newBytes", "How many bytes the store did not have"),
    ResultKey("branch", "The branch of the rewritten history", isOptional: true),
    ResultKey(
      "commits", "The commits of that history",
      each: [
        ResultKey("old", "The commit that it comes from"), ResultKey("new", "The commit"),
      ]),
    ResultKey("tags", "Tags of commits that were rewritten, which stay where they are"),
    ResultKey("unsigned", "How many commits had a signature, which the new ones have not"),
  ]
}
