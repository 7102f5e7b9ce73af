internal import Git
internal import ObjectStore
internal import Platform
internal import Primitives
internal import Project
internal import Remotes
internal import Terminal
internal import Workspace

/// One forgetting, from what was asked for to the report.
struct Forgetting {
  private let words: [ByteString]
  private let project: Project
  private let context: CommandContext
  private let lifts: Bool
  private let reason: ByteString
  private let workspace: Workspace
  private let local: ObjectStore
  private var places: [ForgetPlace]

  init(
    _ words: [ByteString], _ project: Project, _ context: CommandContext, isEverywhere: Bool,
    lifts: Bool, reason: ByteString
  ) throws(CommandFailure) {
    self.words = words
    self.project = project
    self.context = context
    self.lifts = lifts
    self.reason = reason
    workspace = try context.workspace(of: project)
    local = try explaining { () throws(ProjectError) in try project.store() }
    places = [ForgetPlace(local: local)]
    let remotes = try explaining { () throws(ProjectError) in try project.remotes().remotes }
    for remote in remotes {
      places.append(ForgetPlace(remote, of: project, isTarget: isEverywhere))
    }
  }

  /// The stores that are changed: directories are read from these, too.
  private var stores: [ObjectStore] { places.filter(\.isTarget).compactMap(\.store) }

  /// Looks, shows, asks, and does it.
  mutating func run(
    isDryRun: Bool, isConfirmed: Bool, reportFile: ByteString?
  ) throws(CommandFailure) -> ForgetReport {
    context.progress.begin(.scanning)
    defer { context.progress.end() }
    let namings = try DataNamings(of: project, workspace, context)
    var versions = ForgottenVersions(in: stores)
    let subjects = try subjects()
    for subject in subjects {
      try subject.find(&versions, namings, workspace, project, stores: stores)
    }
    var survey = try ForgetSurvey(of: &versions, namings, in: stores, project)
    if lifts { return try lift(versions, survey, isDryRun: isDryRun) }
    let refusal = refusal(versions, survey)
    if let refusal, !isDryRun { throw refusal }
    context.progress.begin(.comparing)
    for number in places.indices {
      places[number].look(for: versions.ids, named: namings.files, progress: context.progress)
      places[number].lookForUnseen(paths(of: subjects), besides: namings, project)
    }
    try checkIsKnown(versions, survey)
    survey.findNames(
      of: Set(places.flatMap { $0.plan?.shared.flatMap(\.holders) ?? [] }), in: stores)
    var before = ForgetReport(
      versions, survey, places, asked: words, reason: reason, isDryRun: true)
    before.failure = refusal
    if isDryRun { return before }
    if !isConfirmed { try confirm(before) }
    context.progress.begin(.reading)
    try forget(versions, namings)
    var report = ForgetReport(
      versions, survey, places, asked: words, reason: reason, isDryRun: false)
    try write(&report, to: reportFile)
    return report
  }

  private func subjects() throws(CommandFailure) -> [ForgetSubject] {
    var subjects: [ForgetSubject] = []
    for word in words { subjects.append(try ForgetSubject(word, in: context, project)) }
    return subjects
  }

  private func paths(of subjects: [ForgetSubject]) -> [RepositoryPath] {
    subjects.compactMap { if case .path(let path) = $0 { path } else { nil } }
  }

  // MARK: - Before

  /// Why nothing is done: the worktree still tracks it, or nobody can look into all of it.
  private func refusal(
    _ versions: ForgottenVersions, _ survey: ForgetSurvey
  ) -> CommandFailure? {
    if let tracked = survey.inWorktree.first {
      let path = versions.paths.values.lazy.flatMap(\.self).first { $0.isWithin(tracked) }
      return CommandFailure(
        .refused, id: "still-tracked",
        "'\(path ?? tracked)' has content that the worktree still tracks",
        hints: [
          "Remove it and run `shale commit`, or `shale rm` for a whole tracked path; then run this "
            + "again"
        ])
    }
    if let (path, id) = versions.unread.min(by: { $0.key < $1.key }) {
      return CommandFailure(
        .missing, id: "object-missing",
        "Directory '\(path)' (\(id.abbreviated)) is not here, so that nobody can say what is in it",
        hints: ["Run `shale fetch --all`, or name contents by their oids"])
    }
    return nil
  }

  /// Refuses an oid of which nothing is known anywhere.
  private func checkIsKnown(
    _ versions: ForgottenVersions, _ survey: ForgetSurvey
  ) throws(CommandFailure) {
    for id in versions.ids where versions.paths[id] == nil {
      let isSomewhere =
        places.contains { $0.plan?.present.contains(id) == true }
        || local.tombstone(of: id) != nil
      if isSomewhere { continue }
      throw CommandFailure(
        .refused, id: "not-found", "Nothing is known of content \(id.abbreviated)",
        hints: ["Check the oid: it is what `sha256sum` prints for the file"])
    }
  }

  /// Shows what would be done, and asks.
  private func confirm(_ report: ForgetReport) throws(CommandFailure) {
    context.note { report.write(to: &$0) }
    let answer = try context.ask(
      "There is no undo. Type \("yes", .command) to remove the bytes for good: ")
    if answer == "yes" { return }
    throw CommandFailure(
      .refused, id: "not-confirmed",
      answer == nil ? "Nobody can be asked here" : "Nothing was changed",
      hints: ["Run `shale forget --yes` with the same words to do it without being asked"])
  }

  // MARK: - Doing it

  private mutating func forget(
    _ versions: ForgottenVersions, _ namings: DataNamings
  ) throws(CommandFailure) {
    let tombstones = tombstones(.forgotten, of: versions)
    try explaining { () throws(ProjectError) in
      try project.record(["forget"], versions.ids.sorted().map { .forgotten($0) })
    }
    // Everywhere first: nobody shall bring back to one place what is gone from another.
    for number in places.indices { places[number].bury(tombstones) }
    for number in places.indices {
      places[number].forget(versions.ids, named: namings.files, progress: context.progress)
    }
  }

  private func tombstones(
    _ state: Tombstone.State, of versions: ForgottenVersions
  ) -> [Tombstone] {
    let author = (try? project.git.author()).map { author in
      ByteString(author.name.bytes + Array(" <".utf8) + author.email.bytes + Array(">".utf8))
    }
    let now = Int(Clock.now().seconds)
    return versions.ids.sorted().map { id in
      var known = Tombstones()
      for store in stores {
        if let all = try? store.tombstones() { known = known.merging(all) }
      }
      let old = known.all[id]
      // One that is there and says the same stays: when it was forgotten does not change.
      if let old, old.state == state { return old }
      return Tombstone(
        id, state, size: versions.sizes[id] ?? old?.size ?? .zero,
        date: max(now, (old?.date ?? 0) + (state == .lifted ? 1 : 0)), author: author ?? "",
        reason: reason)
    }
  }

  private mutating func lift(
    _ versions: ForgottenVersions, _ survey: ForgetSurvey, isDryRun: Bool
  ) throws(CommandFailure) -> ForgetReport {
    for id in versions.ids where local.tombstone(of: id) == nil {
      throw CommandFailure(
        .refused, id: "not-forgotten", "Content \(id.abbreviated) was not forgotten",
        hints: ["Run `shale ls REV PATH` to see what was"])
    }
    if !isDryRun {
      let tombstones = tombstones(.lifted, of: versions)
      for number in places.indices { places[number].bury(tombstones) }
      try explaining { () throws(ProjectError) in
        try project.record(["forget", "--lift"], versions.ids.sorted().map { .lifted($0) })
      }
    }
    var report = ForgetReport(
      versions, survey, places, asked: words, reason: reason, isDryRun: isDryRun)
    report.isLifted = true
    return report
  }

  // MARK: - The report

  private func write(
    _ report: inout ForgetReport, to file: ByteString?
  ) throws(CommandFailure) {
    let path: FilePath
    if let file {
      path = context.path(file)
    } else {
      let time = Clock.now().description.replacing(":", with: "-")
      let name = "\(time)-\(Hex.string(of: RandomBytes.make(4))).json"
      path = project.layout.forgettings.appending(ByteString(name))
    }
    report.report = path.description
    let envelope = JSONEnvelope(
      command: "forget", result: report, problem: nil as JSONEnvelope<ForgetReport>.Problem?,
      warnings: [])
    let bytes = envelope.bytes
    do throws(FileError) {
      if file == nil { try path.parent.makeDirectories() }
      try AtomicFile.replace(path, with: bytes, durably: true)
    } catch {
      // What was done is done, and is told on standard output as well.
      report.report = nil
      context.warn(Warning(id: "report-not-written", "The report was not written: \(error)"))
    }
  }
}
