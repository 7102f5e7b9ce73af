package import Arguments
internal import Git
internal import ObjectStore
package import Primitives
internal import Project
internal import Workspace

/// `shale du`: says what takes the room in the store.
package struct DuCommand: Command {
  package static let paths = Operand<[ByteString]>(
    "PATH", help: "Show the versions of these tracked paths, one by one", completion: .files)

  package static let spec = CommandSpec(
    "du",
    summary: "Show what takes the room in the store",
    discussion: """
      Adds up, for each path that a commit or the worktree tracks, what all its versions take as
      they are stored, and what of that nothing else needs. With a path it does so for each version.

      Versions share chunks: *added* is what no older version has, and *own* what would be free if
      that one alone went.
      """,
    parameters: [paths],
    examples: [
      Example("shale du", "See which paths take the room"),
      Example("shale du models/net.safetensors", "See what each version costs"),
    ],
    result: DuReport.keys,
    related: ["gc", "ls", "forget"])

  /// How many paths, or versions, are told one by one: each may need a temporary file.
  private static let limit = 200

  package static var isPaged: Bool { true }

  private let words: [ByteString]

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    words = try arguments[Self.paths]
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> DuReport {
    let project = try context.openProject()
    let workspace = try context.workspace(of: project)
    let wanted = try context.repositoryPaths(words, in: project)
    defer { context.progress.end() }
    context.progress.begin(.scanning)
    let history = try VersionHistory(of: wanted, project, workspace)
    if let unknown = wanted.first(where: { history.paths[$0] == nil }) {
      throw CommandFailure(
        .refused, id: "not-found", "Path '\(unknown)' was never tracked",
        hints: ["Run `shale ls` to see what is tracked"])
    }
    let store = workspace.store
    let sizes = try explaining { () throws(StoreError) in try store.sizes() }
    var report = DuReport(place: store.root, sizes)
    context.progress.begin(.comparing)
    if wanted.isEmpty {
      try add(history, to: &report, project, store, context)
    } else {
      for path in wanted {
        guard let versions = history.paths[path]?.versions else { continue }
        try add(versions, of: path, to: &report, project, store, context)
      }
    }
    return report
  }

  /// Adds a row for each path, and what else is kept.
  private func add(
    _ history: VersionHistory, to report: inout DuReport, _ project: Project,
    _ store: ObjectStore, _ context: CommandContext
  ) throws(CommandFailure) {
    // What holds the most is most likely what somebody looks for.
    let all = history.paths.sorted { ($1.value.largest, $0.key) < ($0.value.largest, $1.key) }
    let (shown, rest) = (all.prefix(Self.limit), all.dropFirst(Self.limit))
    let named = Set(all.flatMap { $0.value.versions.map(\.pointer.id) })
    let kept = try explaining { () throws(ProjectError) in
      try project.storeRoots(grace: project.configuration[Settings.gcGrace]).kept
    }
    let groups =
      shown.map { $0.value.roots(at: $0.key) }
      + [
        rest.flatMap { $0.value.roots(at: $0.key) },
        kept.roots.filter { !named.contains($0.id) },
      ]
    let usage = try usage(of: groups, store, context)
    for (path, share) in zip(shown, usage.shares) {
      report.paths.append(DuReport.Path(path.key, path.value, share))
    }
    report.rest = DuReport.Rest(count: rest.count, bytes: usage.shares[shown.count].bytes)
    report.other = usage.shares[shown.count + 1].own
    report.needed = usage.bytes
  }

  /// Adds a row for each version of a path.
  private func add(
    _ versions: [VersionHistory.Version], of path: RepositoryPath, to report: inout DuReport,
    _ project: Project, _ store: ObjectStore, _ context: CommandContext
  ) throws(CommandFailure) {
    let (shown, rest) = (versions.prefix(Self.limit), versions.dropFirst(Self.limit))
    let groups = shown.map { [$0.root(at: path)] } + [rest.map { $0.root(at: path) }]
    let usage = try usage(of: groups, store, context)
    for (version, share) in zip(shown, usage.shares) {
      let commit = try explaining { () throws(GitError) in
        try version.commit.map { id throws(GitError) in try project.git.commit(id) }
      }
      report.versions.append(DuReport.Version(path, version.pointer, commit, share))
    }
    report.rest.count += rest.count
    report.rest.bytes += usage.shares[shown.count].bytes
    report.needed += usage.bytes
  }

  private func usage(
    of groups: [[ClosureRoot]], _ store: ObjectStore, _ context: CommandContext
  ) throws(CommandFailure) -> ClosureUsage {
    try explaining { () throws(StoreError) in
      try store.usage(ofEach: groups, progress: context.progress)
    }
  }
}
