package import Arguments
internal import Git
internal import ObjectStore
package import Primitives
internal import Project
internal import Remotes
package import Terminal
internal import Workspace

/// `shale fsck`: looks at every byte of a store, and names what is damaged.
package struct FsckCommand: Command {
  package static let remote = Option<ByteString?>(
    "remote", short: "r", value: "NAME", help: "Check this remote instead of the local store",
    completion: .remotes)

  package static let spec = CommandSpec(
    "fsck",
    summary: "Check every byte of a store",
    discussion: """
      Reads every pack, decodes and hashes every record, puts every file together and compares it
      with its name. Damage is told as the paths and commits that it concerns. Nothing is changed
      or deleted.
      """,
    parameters: [remote],
    examples: [
      Example("shale fsck", "Check the local store"),
      Example("shale fsck --remote origin", "Check a remote"),
    ],
    statuses: [.damaged, .missing],
    related: ["status"])

  private let remote: ByteString?

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    remote = try arguments[Self.remote]
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> FsckReport {
    let project = try context.openProject()
    let workspace = try context.workspace(of: project)
    var store = workspace.store
    if let remote {
      let place = try context.remote(remote, of: project)
      store = try explaining { () throws(ProjectError) in try project.open(place).store }
    }
    context.progress.begin(.verifying)
    let report = try explaining { () throws(StoreError) in
      try Verification(store, progress: context.progress).run()
    }
    let uses = try Uses(of: project, workspace, includesHistory: !report.isSound || remote != nil)
    context.progress.begin(.comparing)
    let problems = try explaining { () throws(StoreError) in
      try store.problems(ofEach: uses.roots, progress: context.progress)
    }
    context.progress.end()
    return FsckReport(report, problems, uses, isRemote: remote != nil)
  }

  /// What is tracked anywhere in the history, and where.
  struct Uses {
    private(set) var roots: [ClosureRoot] = []

    /// The first commits that have each of the roots; none for the worktree alone.
    private(set) var commits: [[String]] = []
    private var numbers: [Use: Int] = [:]

    private struct Use: Hashable {
      let path: RepositoryPath
      let id: ObjectID
    }

    init(
      of project: Project, _ workspace: Workspace, includesHistory: Bool
    ) throws(CommandFailure) {
      let now = TrackedView(project: project, workspace: workspace, revision: nil)
      for item in try now.contents().items { add(item.path, item.pointer, commit: nil) }
      guard includesHistory else { return }
      let git = project.git
      var found: [(RepositoryPath, PointerFile, String)] = []
      try explaining { () throws(GitError) in
        let starts = try git.references().map(\.target) + (git.head().commit.map { [$0] } ?? [])
        try git.pointerHistory(from: starts) { entry throws(GitError) in
          for change in entry.changes {
            guard let blob = change.new, let path = PointerFile.dataPath(of: change.path) else {
              continue
            }
            if case .success(let pointer) = try git.pointer(blob) {
              found.append((path, pointer, entry.commit.id.hex))
            }
          }
          return true
        }
      }
      for (path, pointer, commit) in found { add(path, pointer, commit: commit) }
    }

    private mutating func add(_ path: RepositoryPath, _ pointer: PointerFile, commit: String?) {
      let use = Use(path: path, id: pointer.id)
      let number = numbers[use] ?? roots.count
      if number == roots.count {
        numbers[use] = number
        roots.append(ClosureRoot(id: pointer.id, isTree: pointer.kind == .tree, path: path))
        commits.append([])
      }
      if let commit { commits[number].append(commit) }
    }
  }
}

/// What is wrong with a store.
package struct FsckReport: Report {
  /// A file that cannot be brought back.
  package struct Loss: Encodable, Sendable {
    let path: RepositoryPath
    let oid: ObjectID

    /// Commits in which the path came to have this content.
    let commits: [String]

    /// Whether what the store has of it is damaged; otherwise it is not there.
    let isDamaged: Bool
  }

  package let packs: Int
  package let bytes: ByteCount
  package let records: Int

  /// Sentences about packs, records and indexes.
  package let damage: [String]
  package let losses: [Loss]
  private let isRemote: Bool

  private enum CodingKeys: CodingKey {
    case packs, bytes, records, damage, losses
  }

  init(
    _ report: VerificationReport, _ problems: [[ClosureProblem]], _ uses: FsckCommand.Uses,
    isRemote: Bool
  ) {
    self.isRemote = isRemote
    packs = report.packs
    bytes = report.bytes
    records = report.records
    damage = report.damage.map(\.description).sorted()
    var losses: [Loss] = []
    for (number, found) in problems.enumerated() {
      for problem in found {
        var isDamaged = !report.isSound
        if case .damaged = problem.kind { isDamaged = true }
        losses.append(
          Loss(
            path: problem.path, oid: problem.id, commits: uses.commits[number],
            isDamaged: isDamaged))
      }
    }
    self.losses = losses
  }

  package var failure: CommandFailure? {
    if !damage.isEmpty || losses.contains(where: \.isDamaged) {
      return CommandFailure(
        .damaged, id: "store-damaged",
        "The store is damaged: \(counted(damage.count, "finding")), \(counted(losses.count, "file")) lost",
        hints: [
          isRemote
            ? "Run `shale push` from a clone that has the data"
            : "Run `shale fetch` to get good copies from the remote",
          "Check the disk: what was written correctly has changed since",
        ])
    }
    guard let first = losses.first else { return nil }
    return CommandFailure(
      .missing, id: "object-missing",
      "Content of '\(first.path)'\(losses.count > 1 ? " and \(losses.count - 1) more" : "") is not there",
      hints: [isRemote ? "Run `shale push`" : "Run `shale fetch`"])
  }

  package func write(to text: inout StyledText) {
    text.line(
      "Checked \(counted(packs, "pack")) (\(bytes)) with \(counted(records, "record"), .number)")
    for finding in damage { text.line("  \("damaged", .error) \(finding)") }
    for loss in losses {
      let commits = loss.commits.prefix(3).map { String($0.prefix(10)) }.joined(separator: " ")
      text.line(
        "  \(loss.isDamaged ? "lost" : "missing", .absent) \(loss.path, .path) \(commits, .commit)")
    }
    if damage.isEmpty, losses.isEmpty { text.line("\("Everything is sound.", .success)") }
  }
}
