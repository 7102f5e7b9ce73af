package import Arguments
internal import Git
internal import ObjectStore
internal import Pipelines
package import Primitives
internal import Project
package import Terminal
internal import Workspace

/// `shale commit`: records changed data and commits its pointers.
package struct CommitCommand: Command {
  package static let message = Option<[ByteString]>(
    "message", short: "m", value: "TEXT", help: "What the commit says; a paragraph each time")
  package static let staged = Flag("staged", help: "Only what is staged, as git does")
  package static let all = Flag(
    "all", short: "a", help: "Also every changed file that git itself tracks")
  package static let paths = Operand<[ByteString]>(
    "PATH", help: "Only these tracked paths", completion: .files)

  package static let spec = CommandSpec(
    "commit",
    summary: "Record changed data and commit its pointers",
    discussion: """
      Every tracked path whose data changed is recorded, as `shale add` would, and committed with
      what is already staged in git. When the command returns, the data is on disk and the commit
      is made. Where hooks or signing are configured in git, git makes the commit.
      """,
    parameters: [message, staged, all, paths],
    examples: [
      Example("shale commit -m 'More rows'", "Record all changed data"),
      Example("shale commit -m 'New labels' data/labels", "Record one path only"),
      Example("shale commit -a -m 'Retrain'", "Commit changed code with the data"),
    ],
    result: [
      ResultKey(
        "head", "The new commit and its branch; left out where nothing had changed",
        isOptional: true, of: Head.keys),
      ResultKey("message", "The message; left out where nothing had changed", isOptional: true),
      ResultKey("recorded", "What was recorded", of: AddCommandReport.keys),
      ResultKey("messages", "What git and its hooks said", isOptional: true),
    ],
    statuses: [.denied, .nothingChanged, .tryAgain],
    related: ["add", "status", "log"])

  package static let followsPointers = true

  private let message: [ByteString]
  private let isStaged: Bool
  private let includesCode: Bool
  private let paths: [ByteString]

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    try arguments.refuseTogether(Self.staged, Self.all)
    message = try arguments[Self.message]
    isStaged = arguments[Self.staged]
    includesCode = arguments[Self.all]
    paths = try arguments[Self.paths]
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> CommitReport {
    guard !message.isEmpty else {
      throw CommandFailure(
        .usage, id: "no-message", "A commit needs a message", hints: ["Say it with `-m TEXT`"])
    }
    let project = try context.openProject()
    let workspace = try context.workspace(of: project)
    let paths = try context.repositoryPaths(paths, in: project)
    var report = AddReport()
    if !isStaged {
      report = try explaining { () throws(WorkspaceError) in
        try workspace.addTracked(paths, progress: context.progress)
      }
      try project.recordTracked(["commit"], report.changes, in: workspace)
      try stagePointers(paths, project)
    }
    // Pointers come into the index in other ways, too: the records follow them.
    let records = RecordStaging(workspace, project.runs())
    try explaining { () throws(PipelineError) in try records.update() }
    try synchronize(workspace, project, records, context)
    let old = try explaining { () throws(GitError) in try project.git.head() }
    let request = try request(paths, project, records)
    let outcome = try explaining { () throws(GitError) in try project.git.commit(request) }
    context.tellNotices(of: project)
    guard case .committed(let id, _, let messages) = outcome else {
      return CommitReport(head: nil, message: nil, report, messages: nil)
    }
    let head = try explaining { () throws(GitError) in Head(try project.git.head()) }
    try explaining { () throws(ProjectError) in
      try project.record(
        ["commit"],
        [.head(old.reference ?? "HEAD", old: old.commit?.hex, new: id.hex)])
    }
    return CommitReport(head: head, message: message.first, report, messages: messages)
  }

  /// Nothing is committed before it is on disk: the data, and the files that stand for it.
  private func synchronize(
    _ workspace: Workspace, _ project: Project, _ records: RecordStaging, _ context: CommandContext
  ) throws(CommandFailure) {
    context.progress.begin(.synchronizing)
    defer { context.progress.end() }
    _ = try explaining { () throws(StoreError) in
      try workspace.store.writer().finish(durably: true)
    }
    let pointers = try explaining { () throws(GitError) in try project.pendingPointers(in: []) }
    let pending = try explaining { () throws(PipelineError) in try records.pending() }
    try explaining { () throws(WorkspaceError) in
      try workspace.synchronize(pointers.map(\.pointer.path) + pending)
    }
  }

  /// Stages pointers that were recorded before and are not as git has them, as after
  /// `git stash pop`.
  private func stagePointers(
    _ paths: [RepositoryPath], _ project: Project
  ) throws(CommandFailure) {
    try explaining { () throws(GitError) in
      let unstaged = try project.pendingPointers(in: paths).filter { _, pointer in
        !pointer.isStaged && pointer.new != nil
      }
      try project.git.stage(unstaged.map { .worktree($0.pointer.path) })
    }
  }

  private func request(
    _ paths: [RepositoryPath], _ project: Project, _ records: RecordStaging
  ) throws(CommandFailure) -> GitCommitRequest {
    let text = ByteString(message.map(\.bytes).joined(separator: Array("\n\n".utf8)))
    if paths.isEmpty {
      return GitCommitRequest(message: text, scope: includesCode ? .tracked : .staged)
    }
    let files = try files(of: paths, project)
    if files.isEmpty { return GitCommitRequest(message: text, scope: .only([])) }
    let records = try explaining { () throws(PipelineError) in try records.pending() }
    return GitCommitRequest(message: text, scope: .only(files + records))
  }

  /// The files that carry the chosen data: pointers, and the rules that keep data out of git where
  /// those changed with them.
  private func files(
    of paths: [RepositoryPath], _ project: Project
  ) throws(CommandFailure) -> [RepositoryPath] {
    try explaining { () throws(GitError) in
      var files: Set<RepositoryPath> = []
      for (path, pending) in try project.pendingPointers(in: paths) {
        files.insert(pending.path)
        guard pending.old == nil || pending.new == nil else { continue }
        let rules = Workspace.ignoreFile(of: path)
        if try project.git.isStagedChange(rules) { files.insert(rules) }
      }
      return files.sorted()
    }
  }
}

/// What `shale commit` did.
package struct CommitReport: Report {
  /// The new commit and its branch, or `nil` when nothing had changed.
  package let head: Head?
  package let message: ByteString?

  /// The tracked paths that were recorded.
  package let recorded: AddCommandReport

  /// What git and its hooks said.
  package let messages: ByteString?

  init(head: Head?, message: ByteString?, _ report: AddReport, messages: ByteString?) {
    self.head = head
    self.message = message
    self.messages = messages
    recorded = AddCommandReport(report, isPartOfCommit: true)
  }

  package var status: ExitStatus { head == nil ? .nothingChanged : .done }
  package var failure: CommandFailure? { recorded.failure }
  package var isConfirmation: Bool { true }

  package func write(to text: inout StyledText) {
    if let messages, !messages.isEmpty {
      text.write(StyledString(String(decoding: messages.bytes, as: UTF8.self)))
    }
    recorded.write(to: &text)
    guard let head else { return text.line("Nothing to commit.") }
    let title = message.map { String(decoding: $0.bytes.prefix { $0 != 10 }, as: UTF8.self) } ?? ""
    let branch = head.branch.map(\.description) ?? "detached HEAD"
    text.line("[\(branch) \(head.shortCommit, .commit)] \(title)")
  }
}
