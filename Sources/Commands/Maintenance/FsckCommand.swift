package import Arguments
internal import Git
internal import ObjectStore
internal import Platform
package import Primitives
internal import Project
package import Remotes
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
      with its name, and hashes the whole files that worktrees have as links; of a remote it also
      checks that what was pushed is there. Damage is told as the paths and commits that it
      concerns. Nothing is deleted: what is damaged is marked, and counts as absent until a good
      copy comes.
      """,
    parameters: [remote],
    examples: [
      Example("shale fsck", "Check the local store"),
      Example("shale fsck --remote origin", "Check a remote"),
    ],
    result: [
      ResultKey(
        "remote", "The remote that was checked; left out for the local store", isOptional: true),
      ResultKey("packs", "How many packs were read"),
      ResultKey("bytes", "Their size"),
      ResultKey("records", "How many records were decoded and hashed"),
      ResultKey("wholeFiles", "How many whole files, which worktrees have as links, were hashed"),
      ResultKey("healed", "How many damaged records have a good copy elsewhere"),
      ResultKey("incomplete", "How many contents are there in part"),
      ResultKey("forgotten", "How many contents were forgotten on purpose: they are no loss"),
      ResultKey("damage", "What is wrong with packs, records, indexes and roots, in words"),
      ResultKey(
        "losses", "What cannot be brought back",
        each: [
          ResultKey("path", "The file or directory"),
          ResultKey(
            "oid", "The object that is not there: the content of the path, or a part of it"),
          ResultKey(
            "commits", "The commits that gave the path this content, or were pushed with it"),
          ResultKey("isDamaged", "Whether it is damaged; otherwise it is missing"),
        ]),
    ],
    statuses: [.damaged, .missing, .tryAgain],
    related: ["status", "repair", "verify"])

  private let remote: ByteString?

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    remote = try arguments[Self.remote]
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> FsckReport {
    let project = try context.openProject()
    let workspace = try context.workspace(of: project)
    context.progress.begin(.verifying)
    defer { context.progress.end() }
    guard let remote else {
      let report = try explaining { () throws(StoreError) in
        try Verification(workspace.store, progress: context.progress).run()
      }
      let uses = try TrackedUses.local(project, workspace, report)
      return FsckReport(
        report, losses: try losses(uses, in: workspace.store, report, context),
        tombstones: try explaining { () throws(StoreError) in try workspace.store.tombstones() })
    }
    let place = try context.remote(remote, of: project)
    let opened = try explaining { () throws(ProjectError) in try project.open(place) }
    let report = try explaining { () throws(RemoteError) in
      try RemoteVerification(opened).run(progress: context.progress)
    }
    // Damage may also concern what no root of the remote names, such as a push that was cut off.
    let uses = try TrackedUses(
      pushed: report.pushed, and: report.store.isSound ? nil : project)
    return FsckReport(
      report.store, losses: try losses(uses, in: opened.store, report.store, context),
      damagedRoots: report.damagedRoots, remote: place.name,
      tombstones: try explaining { () throws(StoreError) in try opened.store.tombstones() })
  }

  /// What cannot be brought back of what is tracked.
  private func losses(
    _ uses: TrackedUses, in store: ObjectStore, _ report: VerificationReport,
    _ context: CommandContext
  ) throws(CommandFailure) -> LossList {
    context.progress.begin(.comparing)
    let problems = try explaining { () throws(StoreError) in
      try store.problems(ofEach: uses.roots, progress: context.progress)
    }
    var rule = LossRule(report, uses)
    return rule.losses(problems)
  }
}

/// What is wrong with a store.
package struct FsckReport: Report {
  /// A file or directory that cannot be brought back.
  package struct Loss: Encodable, Sendable {
    let path: RepositoryPath

    /// What is not there: the content of the path, or a part of it.
    let oid: ObjectID

    /// Commits that gave the path this content, or that were pushed with it.
    var commits: [String]

    /// Whether what the store has of it is damaged; otherwise it is not there.
    let isDamaged: Bool
  }

  /// The remote that was checked; nothing for the local store.
  package let remote: RemoteName?
  package let packs: Int
  package let bytes: ByteCount
  package let records: Int

  /// Whole files that were hashed.
  package let wholeFiles: Int

  /// Damaged records that have a good copy elsewhere.
  package let healed: Int

  /// Contents that the store has in part, as a partial fetch leaves them.
  package let incomplete: Int

  /// Contents that were forgotten on purpose.
  package let forgotten: Int

  /// Sentences about packs, records, indexes and roots.
  package let damage: [String]
  package let losses: [Loss]

  private enum CodingKeys: CodingKey {
    case remote, packs, bytes, records, wholeFiles, healed, incomplete, forgotten, damage, losses
  }

  init(
    _ report: VerificationReport, losses: LossList, damagedRoots: [FilePath] = [],
    remote: RemoteName? = nil, tombstones: Tombstones
  ) {
    forgotten = tombstones.forgotten.count
    self.remote = remote
    packs = report.packs
    bytes = report.bytes
    records = report.records
    wholeFiles = report.wholeFiles
    healed = report.healed
    incomplete = report.incomplete
    damage =
      report.damage.map(\.description).sorted()
      + (damagedRoots + tombstones.damaged).map { RemoteError.damagedRoot($0).description }
    self.losses = losses.losses
  }

  package var failure: CommandFailure? {
    let lost = losses.count(where: \.isDamaged)
    if !damage.isEmpty || lost > 0 {
      return CommandFailure(
        .damaged, id: "store-damaged",
        "The store is damaged: \(counted(damage.count, "finding")), \(counted(lost, "file")) lost",
        hints: [
          remote.map { "Run `shale repair --remote \($0)` in a clone that has the data" }
            ?? "Run `shale repair` to bring back what there is a good copy of",
          "Check the disk: what was written correctly has changed since",
        ])
    }
    guard let first = losses.first else { return nil }
    return CommandFailure(
      .missing, id: "object-missing",
      "Content of '\(first.path)'\(losses.count > 1 ? " and \(losses.count - 1) more" : "") is not there",
      hints: [
        remote.map { "Run `shale push \($0)` from a clone that has the data" }
          ?? "Run `shale fetch`",
        remote.map { "Run `shale repair --remote \($0)` where a push does not bring it back" }
          ?? "Run `shale repair` for what commits before this one have lost",
      ])
  }

  package func write(to text: inout StyledText) {
    text.line(
      "Checked \(counted(packs, "pack")) (\(bytes)) with \(counted(records, "record"), .number)")
    for finding in damage { text.line("  \("damaged", .error) \(finding)") }
    for loss in losses {
      let names = loss.commits.prefix(3).map { " " + $0.prefix(10) }.joined()
      let others = loss.commits.count > 3 ? " and \(loss.commits.count - 3) more" : ""
      text.line(
        "  \(loss.isDamaged ? "lost" : "missing", .absent) \(loss.path, .path)\(names, .commit)\(others)"
      )
    }
    if wholeFiles > 0 { text.line("  \(counted(wholeFiles, "whole file"), .number) hashed") }
    if healed > 0 {
      text.line("  \(counted(healed, "damaged record"), .number) with a good copy elsewhere")
    }
    if incomplete > 0 {
      text.line("  \(counted(incomplete, "content"), .number) here in part")
    }
    if forgotten > 0 {
      text.line("  \(counted(forgotten, "content"), .number) forgotten on purpose")
    }
    if failure == nil { text.line("\("Everything is sound.", .success)") }
  }
}
