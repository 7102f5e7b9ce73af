internal import Git
internal import ObjectStore
internal import Platform
internal import Primitives
internal import Project
internal import Remotes
internal import Workspace

/// The proof that some data can be restored from one place alone, and its record.
struct RestoreProof {
  let project: Project

  /// The one store that everything has to come from.
  let store: ObjectStore

  /// The remote that it belongs to; nothing for the store of the clone.
  let remote: RemoteName?
  let sample: ClosureVerification.Sample?
  let context: CommandContext

  /// What a proof has found out.
  struct Result {
    let record: VerificationRecord
    let problems: [ClosureProblem]
    let problemCount: Int
  }

  /// Reads what some paths need, and writes down how that went.
  ///
  /// - Parameters:
  ///   - roots: The paths.
  ///   - commit: The commit whose paths they are; nothing for several.
  ///   - name: What that is called.
  func run(
    _ roots: [ClosureRoot], of commit: GitID?, called name: ByteString
  ) throws(CommandFailure) -> Result {
    let start = Clock.now()
    context.progress.begin(.verifying)
    defer { context.progress.end() }
    let proof = ClosureVerification(store, sample: sample, progress: context.progress)
    let outcome: ClosureVerification.Outcome
    do throws(StoreError) {
      outcome = try proof.run(roots)
    } catch {
      throw CommandFailure(error)
    }
    let isDamaged = outcome.problems.contains { $0.kind != .missing }
    let end = Clock.now()
    let store = store
    let id = try explaining { () throws(StoreError) in try store.id() }
    let record = VerificationRecord(
      time: end,
      outcome: outcome.problemCount == 0 ? .restorable : isDamaged ? .damaged : .missing,
      commit: commit?.hex, name: name, place: remote.map { ByteString($0.text) }, store: id?.hex,
      files: outcome.files, filesRead: outcome.filesRead, bytes: outcome.bytes,
      seconds: Int(clamping: end.seconds - start.seconds), sample: sample)
    let log = VerificationLog(project.layout.verified)
    try explaining { () throws(FileError) in try log.append(record) }
    return Result(
      record: record, problems: outcome.problems, problemCount: outcome.problemCount)
  }

  /// What a commit tracks.
  static func roots(
    of commit: GitID, _ project: Project, _ workspace: Workspace
  ) throws(CommandFailure) -> [ClosureRoot] {
    let view = TrackedView(
      project: project, workspace: workspace, revision: ByteString(commit.hex))
    let contents = try view.contents()
    // What a pointer stands for that nobody can read, nobody can prove.
    if let failure = CommandFailure(contents.unreadable) { throw failure }
    return contents.items.map { item in
      ClosureRoot(id: item.pointer.id, isTree: item.pointer.kind == .tree, path: item.path)
    }
  }
}

extension [ClosureRoot] {
  /// The roots, each content once.
  var distinct: [ClosureRoot] {
    var seen: Set<ObjectID> = []
    return filter { seen.insert($0.id).inserted }
  }
}
