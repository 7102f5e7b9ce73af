internal import Git
internal import Lineage
internal import ObjectStore
internal import Primitives
internal import Project
internal import Workspace

/// Finds out what taking an operation back comes to, and what speaks against it.
///
/// Nothing is changed.
struct UndoPlanner {
  let project: Project
  let workspace: Workspace
  let operation: LoggedOperation
  let isForced: Bool
  var plan = UndoPlan()

  init(
    _ project: Project, _ workspace: Workspace, _ operation: LoggedOperation, isForced: Bool
  ) {
    self.project = project
    self.workspace = workspace
    self.operation = operation
    self.isForced = isForced
  }

  /// Makes the plan.
  mutating func make() throws(CommandFailure) -> UndoPlan {
    try planFiles()
    try planIndex()
    try planHead()
    try planSettings()
    try planRuns()
    var data = UndoDataPlanner(workspace, operation, isForced: isForced)
    try data.make(besides: plan)
    plan.moves = data.moves
    plan.data = data.steps
    plan.missing += data.missing
    plan.problems += data.problems
    plan.warnings += data.warnings
    return plan
  }

  private mutating func changed(_ subject: ByteString) {
    plan.problems.append(.init(subject: subject, text: "'\(subject)' has changed since"))
  }

  // MARK: - Files and index

  private mutating func planFiles() throws(CommandFailure) {
    for (subject, old, new) in operation.net(.file) {
      guard let path = try? RepositoryPath(subject) else { continue }
      guard let before = version(old), let after = version(new) else {
        plan.problems.append(
          .init(
            subject: subject, text: "What '\(subject)' held before is not in the log",
            isForcible: false, hint: "Bring it back with `git restore`"))
        continue
      }
      let now = try explaining { () throws(WorkspaceError) in try workspace.file(at: path) }
      if try holds(now, before) { continue }
      var content: WorktreeFile?
      if let before {
        guard let bytes = try blob(before.id) else {
          plan.problems.append(
            .init(subject: subject, text: "Git has lost what '\(subject)' held before"))
          continue
        }
        content = WorktreeFile(bytes: bytes, mode: before.mode)
      }
      if try !holds(now, after) {
        let kept = try after.map { version throws(CommandFailure) in try blob(version.id) } ?? []
        if path.name == ".gitignore", let kept {
          let merged = IgnoreLines.merged(now?.bytes, from: kept, to: content?.bytes)
          content = merged.map { WorktreeFile(bytes: $0, mode: .file) }
        } else {
          changed(subject)
        }
      }
      plan.files.append((path, content))
    }
  }

  /// A version that the log tells; the outer `nil` stands for one that cannot be read.
  private func version(_ text: ByteString?) -> GitFileVersion?? {
    guard let text else { return .some(nil) }
    return GitFileVersion(text).map { .some($0) }
  }

  private func holds(
    _ file: WorktreeFile?, _ version: GitFileVersion?
  ) throws(CommandFailure) -> Bool {
    guard let file, let version else { return file == nil && version == nil }
    // Not every file system knows which files may be executed.
    guard (file.mode == .symlink) == (version.mode == .symlink) else { return false }
    return try explaining { () throws(GitError) in try GitID(ofBlob: file.bytes) } == version.id
  }

  private func blob(_ id: GitID) throws(CommandFailure) -> [UInt8]? {
    do throws(GitError) {
      return try project.git.blob(id)
    } catch {
      if case .missingObject = error { return nil }
      throw CommandFailure(error)
    }
  }

  private mutating func planIndex() throws(CommandFailure) {
    let index = try explaining { () throws(GitError) in try project.git.index() }
    for (subject, old, new) in operation.net(.index) {
      guard let path = try? RepositoryPath(subject) else { continue }
      let now = GitIndexEntry.text(of: index.entries(at: path))
      if now == old { continue }
      if now != new, path.name == ".gitignore" {
        plan.staged.append(.worktree(path))
        continue
      }
      if now != new { changed(subject) }
      let entries = old.flatMap { GitIndexEntry.entries($0, at: path) } ?? []
      if entries.isEmpty {
        plan.staged.append(.remove(path))
      } else if entries.count == 1, entries[0].stage == .merged {
        plan.staged.append(.blob(path, entries[0].id, mode: entries[0].mode))
      } else {
        plan.staged.append(.conflict(path, entries))
      }
    }
  }

  // MARK: - Head

  private mutating func planHead() throws(CommandFailure) {
    let now = try explaining { () throws(GitError) in try project.git.head() }
    let heads = operation.net(.head)
    if let branch = operation.changes.first(where: { $0.kind == .branch }) {
      let last = operation.changes.last { $0.kind == .branch } ?? branch
      let commits = heads.first { $0.subject == "HEAD" }
      return try planCheckout(from: (last.new, commits?.new), to: (branch.old, commits?.old), now)
    }
    guard let (name, old, new) = heads.first else { return }
    let after = new.flatMap { GitID(hex: $0.bytes) }
    let before = old.flatMap { GitID(hex: $0.bytes) }
    let isCurrent = now.reference ?? "HEAD" == name
    if isCurrent, now.commit == before { return }
    if !isCurrent, ["migrate", "export"].contains(operation.command.first) {
      return try planBranch(name, at: after, to: before)
    }
    guard isCurrent, now.commit == after else {
      plan.problems.append(
        .init(
          subject: name,
          text: "'\(name)' is not at commit \(after?.abbreviated ?? "none") any more",
          isForcible: false,
          hint: "Go back with `git reset`, or take a commit back with `git revert`"))
      return
    }
    if let after, !operation.isUndo { try check(after, of: name) }
    plan.head = .soft(name, from: after, to: before)
  }

  /// Plans what becomes of a branch that was made beside the current one.
  private mutating func planBranch(
    _ name: ByteString, at after: GitID?, to before: GitID?
  ) throws(CommandFailure) {
    let now = try explaining { () throws(GitError) in try project.git.reference(name)?.target }
    if now == before { return }
    guard now == after else {
      plan.problems.append(
        .init(
          subject: name,
          text: "'\(name)' is not at commit \(after?.abbreviated ?? "none") any more",
          isForcible: false, hint: "Delete it with `git branch -D` if nobody needs it"))
      return
    }
    plan.head = .soft(name, from: after, to: before)
  }

  /// Looks at a commit that a branch is about to leave.
  private mutating func check(_ commit: GitID, of name: ByteString) throws(CommandFailure) {
    let found = try explaining { () throws(GitError) in try project.git.commit(commit) }
    if found.parents.count > 1 {
      plan.problems.append(
        .init(
          subject: name, text: "Commit \(commit.abbreviated) is a merge", isForcible: false,
          hint: "Take it back with `git reset --merge HEAD~1` and `shale checkout`"))
    }
    try warnIfPushed(commit)
  }

  private mutating func planCheckout(
    from: (branch: ByteString?, commit: ByteString?),
    to: (branch: ByteString?, commit: ByteString?), _ now: GitHead
  ) throws(CommandFailure) {
    func isAt(_ place: (branch: ByteString?, commit: ByteString?)) -> Bool {
      now.reference == place.branch
        && (place.commit == nil || now.commit?.hex == place.commit?.description)
    }
    if isAt(to), from.branch != to.branch || from.commit != to.commit { return }
    guard isAt(from) else {
      plan.problems.append(
        .init(
          subject: "HEAD", text: "Something else is checked out by now", isForcible: false,
          hint: "Run `shale checkout` with what you want"))
      return
    }
    guard let branch = to.branch else {
      if let commit = to.commit ?? from.commit { plan.head = .checkout(commit) }
      return
    }
    let found = try explaining { () throws(GitError) in try project.git.reference(branch) }
    let name = ByteString(branch.bytes.dropFirst("refs/heads/".utf8.count))
    guard let found else {
      plan.problems.append(
        .init(subject: "HEAD", text: "Branch '\(name)' is gone", isForcible: false))
      return
    }
    if let commit = to.commit, found.target.hex != commit.description {
      plan.warnings.append(
        Warning(
          id: "branch-moved",
          "Branch '\(name)' has moved since: its newest commit is checked out"))
    }
    plan.head = .checkout(name)
  }

  private mutating func warnIfPushed(_ commit: GitID) throws(CommandFailure) {
    let others = try explaining { () throws(GitError) in
      try project.git.references("refs/remotes/")
    }
    guard let other = others.first(where: { $0.target == commit }) else { return }
    plan.warnings.append(
      Warning(
        id: "pushed",
        "Commit \(commit.abbreviated) was pushed already: '\(other.shortName)' has it",
        hints: ["Run `git revert` to take it back for everybody"]))
  }

  // MARK: - Settings and runs

  private mutating func planSettings() throws(CommandFailure) {
    for (subject, old, new) in operation.net(.setting) {
      let words = subject.bytes.split(separator: UInt8(ascii: " "), maxSplits: 1)
      guard words.count == 2 else { continue }
      let level: GitConfig.Level
      switch ByteString(words[0]) {
      case "local": level = .local
      case "global": level = .global
      // The file of the shared ones comes back as a whole.
      default: continue
      }
      let key = String(decoding: words[1], as: UTF8.self)
      let now = try explaining { () throws(GitError) in
        try project.git.configured(key, at: level)
      }
      if now == old { continue }
      if now != new { changed(ByteString(words[1])) }
      plan.settings.append((key, level, old))
    }
  }

  private mutating func planRuns() throws(CommandFailure) {
    let directory = project.runs().directory
    for (_, old, new) in operation.net(.run) {
      guard let id = (old ?? new).flatMap({ ObjectID(hex: $0.bytes) }) else { continue }
      guard old != nil else {
        plan.runs.append((id, false))
        continue
      }
      let (isHere, isKept) = try explaining { () throws(LineageError) in
        (try directory.bytes(of: id) != nil, try directory.isDiscarded(id))
      }
      if isHere { continue }
      if !isKept {
        plan.problems.append(
          .init(
            subject: ByteString(id.hex), text: "The record of run '\(id.abbreviated)' is gone",
            isForcible: false))
      }
      plan.runs.append((id, true))
    }
  }
}
