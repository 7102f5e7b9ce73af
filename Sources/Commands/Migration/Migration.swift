internal import Documents
internal import Git
internal import ObjectStore
internal import Platform
internal import Primitives
internal import Project
internal import Workspace

/// What data is migrated from.
enum ForeignTool: String, Sendable {
  case dvc
  case lfs

  /// The name for people.
  var title: String {
    switch self {
    case .dvc: "DVC"
    case .lfs: "Git LFS"
    }
  }
}

/// How a migration goes about its work.
struct MigrationOptions: Sendable {
  var isDryRun = false

  /// Whether the files that stood for the data stay.
  var keepsFiles = false

  /// More places where objects may lie.
  var places: [FilePath] = []
}

/// The migration of what is staged: pointers take the place of what another tool has in git.
struct Migration {
  let tool: ForeignTool
  let project: Project
  let workspace: Workspace
  let options: MigrationOptions
  let context: CommandContext
  private let memory = LFSSurvey.Memory()

  init(
    _ tool: ForeignTool, _ project: Project, _ context: CommandContext, _ options: MigrationOptions
  ) throws(CommandFailure) {
    self.tool = tool
    self.project = project
    self.options = options
    self.context = context
    workspace = try context.workspace(of: project)
  }

  /// Migrates what the worktree has.
  func run() throws(CommandFailure) -> MigrationReport {
    defer { context.progress.end() }
    context.progress.begin(.scanning)
    let version = try GitVersion.staged(in: project.git)
    let survey = try survey(of: version)
    let places = try places(in: version)
    var intake = ForeignIntake(places)
    intake.find(survey.items)
    intake.find(survey.items, inFilesBelow: workspace.root)
    var report = MigrationReport(tool, isDryRun: options.isDryRun)
    report.elsewhere = places.elsewhere
    if options.isDryRun {
      report.add(survey, intake) { _ in nil }
      return report
    }
    let pointers = try store(survey.items, &intake, &report)
    report.add(survey, intake) { pointers[$0] }
    try publish(pointers, survey, version, &report)
    return report
  }

  /// What the tool keeps in a version.
  func survey(of version: GitVersion) throws(CommandFailure) -> ForeignSurvey {
    switch tool {
    case .dvc: try DVCSurvey.survey(of: version)
    case .lfs: try LFSSurvey.survey(of: version, memory)
    }
  }

  /// Where the tool's objects lie.
  func places(in version: GitVersion) throws(CommandFailure) -> ForeignPlaces {
    switch tool {
    case .dvc: try .dvc(also: options.places, in: version, workspace.root)
    case .lfs: try .lfs(also: options.places, of: project.git)
    }
  }

  /// Puts the contents of items into the store, and gives the pointers of those that are whole.
  ///
  /// All of it is on disk when this returns.
  func store(
    _ items: [ForeignItem], _ intake: inout ForeignIntake, _ report: inout MigrationReport
  ) throws(CommandFailure) -> [ForeignItem: PointerFile] {
    let compression = workspace.compression
    let writer = try explaining { () throws(StoreError) in
      try workspace.store.writer(compression: compression)
    }
    try intake.store(with: writer, progress: context.progress)
    var pointers: [ForeignItem: PointerFile] = [:]
    for item in Set(items) { pointers[item] = try intake.pointer(of: item, with: writer) }
    let summary = try explaining { () throws(StoreError) in try writer.finish(durably: true) }
    report.newBytes += summary.newBytes
    return pointers
  }

  // MARK: - The worktree

  private func publish(
    _ pointers: [ForeignItem: PointerFile], _ survey: ForeignSurvey, _ version: GitVersion,
    _ report: inout MigrationReport
  ) throws(CommandFailure) {
    var adoptions: [Adoption] = []
    for item in survey.items {
      guard let pointer = pointers[item] else { continue }
      let ignored = try explaining { () throws(GitError) in
        try project.git.isIgnored(PointerFile.path(of: item.path), isDirectory: false)
      }
      if ignored {
        report.refuse(item, "git ignores the name of its pointer")
        continue
      }
      let stub = try tool == .lfs ? version.bytes(of: item.path) : nil
      adoptions.append(Adoption(path: item.path, pointer: pointer, stub: stub))
    }
    let done = Set(adoptions.map(\.path))
    var files: [RepositoryPath: [UInt8]?] = [:]
    switch tool {
    case .dvc:
      for carrier in Self.spent(survey, done) where !options.keepsFiles {
        let now = try explaining { () throws(WorkspaceError) in
          try workspace.file(at: carrier)
        }
        let committed = try version.bytes(of: carrier)
        // One that is not as git has it says something of its own.
        if now == nil || now?.bytes == committed {
          files[carrier] = .some(nil)
          report.removed.append(carrier)
        }
      }
    case .lfs:
      files = try LFSSurvey.attributes(of: version, without: done) {
        path throws(CommandFailure) in
        try explaining { () throws(WorkspaceError) in try workspace.file(at: path)?.bytes }
      }
    }
    let (adopted, edits) = (adoptions, files)
    let changes = try explaining { () throws(WorkspaceError) in
      try workspace.adopt(adopted, changing: edits)
    }
    try project.recordTracked(["migrate", ByteString(tool.rawValue)], changes, in: workspace)
    for path in adopted.map(\.path) {
      let status = try explaining { () throws(FileError) in
        try workspace.root.appending(path).statusIfPresent()
      }
      if status == nil { report.notHere.append(path) }
      if status?.kind == .symlink { report.links.append(path) }
    }
  }

  /// The files that stand for nothing else than items that are done.
  static func spent(_ survey: ForeignSurvey, _ done: Set<RepositoryPath>) -> [RepositoryPath] {
    var counts: [RepositoryPath: Int] = [:]
    for item in survey.items where done.contains(item.path) {
      counts[item.carrier, default: 0] += 1
    }
    return survey.spent.filter { counts[$0.key] == $0.value }.keys.sorted()
  }
}
