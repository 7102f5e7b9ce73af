internal import Arguments
internal import ObjectStore
internal import Primitives
internal import Project
internal import Remotes
package import Terminal

/// What garbage collection would take, or took.
package struct GCReport: Report {
  /// Why objects are kept.
  struct Kept: Encodable, Sendable {
    let reason: RootOrigin.RawValue

    /// How many versions of files and directories.
    let objects: Int
  }

  let remote: RemoteName?
  private(set) var isDryRun = true

  /// In seconds.
  let grace: Int

  /// When what goes now is removed for good at the earliest.
  let until: Timestamp
  let kept: [Kept]

  let versions: [DeadVersions.Version]
  let unnamed: Int
  let unnamedBytes: ByteCount

  /// Records of which another copy stays.
  let copies: Int
  let copiesBytes: ByteCount
  let removedRuns: Int

  /// All records that go, and what the store is smaller by in the end.
  let records: Int
  let bytes: ByteCount
  let trashedPacks: Int
  let repackedPacks: Int

  /// What is written anew, and takes room until the grace is over.
  let copiedBytes: ByteCount

  /// Packs that are too new to be looked at.
  let youngPacks: Int

  /// What goes of which packs are not worth being written anew.
  let wastedBytes: ByteCount
  private(set) var restoredPacks: Int
  private(set) var freedBytes: ByteCount

  /// Whole files that no worktree has as a link, and what they and those set aside before take.
  private(set) var wholeFiles: Int
  private(set) var wholeFileBytes: ByteCount

  /// What stays in trash for now.
  let waitingBytes: ByteCount

  /// Packs that could not be written anew because something in them is damaged.
  private(set) var damagedPacks = 0

  private enum CodingKeys: CodingKey {
    case remote, isDryRun, grace, until, kept, versions, unnamed, unnamedBytes, copies, copiesBytes
    case removedRuns, records, bytes, trashedPacks, repackedPacks, copiedBytes, youngPacks
    case wastedBytes, restoredPacks, freedBytes, waitingBytes, damagedPacks
    case wholeFiles, wholeFileBytes
  }

  init(
    _ plan: CollectionPlan, _ dead: DeadVersions, _ roots: KeptRoots, removedRuns: Int,
    remote: RemoteName?, grace: Int, now: Timestamp
  ) {
    self.remote = remote
    self.grace = grace
    self.removedRuns = removedRuns
    until = Timestamp(seconds: Int(now.seconds) + grace, nanoseconds: 0)
    kept = RootOrigin.allCases.compactMap { origin in
      roots.counts[origin].map { Kept(reason: origin.rawValue, objects: $0) }
    }
    versions = dead.versions
    (unnamed, unnamedBytes) = (dead.unnamed, dead.unnamedBytes)
    (copies, copiesBytes) = (dead.copies, dead.copiesBytes)
    (records, bytes) = (plan.deadRecords, plan.deadBytes)
    (trashedPacks, repackedPacks) = (plan.trashed.count, plan.repacked.count)
    copiedBytes = plan.copiedBytes
    youngPacks = plan.packs.count { $0.fate == .kept(.young) }
    wastedBytes = plan.wastedBytes
    restoredPacks = plan.restored.count
    freedBytes = plan.freedBytes
    wholeFiles = plan.wholeFiles.count
    wholeFileBytes = plan.wholeFiles.reduce(.zero) { $0 + $1.size }
    waitingBytes = plan.waiting.reduce(.zero) { $0 + $1.size }
  }

  /// Says what was done.
  mutating func finish(
    restored: Int, freed: ByteCount, damaged: Int, wholeFiles: (count: Int, bytes: ByteCount)
  ) {
    isDryRun = false
    restoredPacks = restored
    freedBytes = freed
    damagedPacks = damaged
    (self.wholeFiles, wholeFileBytes) = (wholeFiles.count, wholeFiles.bytes)
  }

  package var isConfirmation: Bool { !isDryRun }
}

// MARK: - For people

extension GCReport {
  /// How many versions are shown by name unless all are asked for.
  private static let shownVersions = 50

  private var isEmpty: Bool {
    records == 0 && freedBytes == .zero && restoredPacks == 0 && removedRuns == 0
      && wholeFiles == 0 && wholeFileBytes == .zero
  }

  package func write(to text: inout StyledText) {
    if isDryRun {
      writePreview(to: &text)
      if isEmpty { text.line("Nothing to take away.") }
      writeRest(to: &text)
    } else {
      writeResult(to: &text)
    }
  }

  /// Writes what goes.
  func writePreview(to text: inout StyledText) {
    if records > 0 {
      text.line("\("To trash:", .heading)")
      var table = Table([.left, .left, .right, .right])
      let limit = text.verbosity == .verbose ? versions.count : Self.shownVersions
      for version in versions.prefix(limit) { table.add(Self.row(version)) }
      let rest = versions.dropFirst(limit)
      if !rest.isEmpty {
        table.add([
          "\(grouped(rest.count)) more versions", "", "",
          "\(rest.reduce(ByteCount.zero) { $0 + $1.bytes })",
        ])
      }
      if unnamed > 0 {
        table.add([
          "\(counted(unnamed, "piece")) of no known name", "such as of interrupted commands", "",
          "\(unnamedBytes)",
        ])
      }
      if copies > 0 {
        table.add([
          "\(grouped(copies)) copies of pieces that stay", "", "",
          "\(copiesBytes)",
        ])
      }
      text.table(table, indent: 2)
      text.line("  \(bytes) in all")
    }
    if repackedPacks > 0 {
      text.line("\(copiedBytes) beside it are written anew, and take room until then")
    }
    if freedBytes > .zero { text.line("Removed for good: \(freedBytes) that went to trash before") }
    if wholeFiles > 0 {
      text.line("Removed for good: \(counted(wholeFiles, "whole file")) that no worktree links to,")
      text.line("  \(wholeFileBytes): their content stays in packs")
    }
    if restoredPacks > 0 { text.line("\(counted(restoredPacks, "pack")) come back from trash") }
    if removedRuns > 0 {
      text.line("\(counted(removedRuns, "removed run record")) can no longer be had back")
    }
  }

  private static func row(_ version: DeadVersions.Version) -> [StyledString] {
    let time = version.time.map { "version of \(minute(of: $0))" } ?? ""
    let history = version.history.map { time.isEmpty ? "(\($0))" : " (\($0))" } ?? ""
    return [
      "\(version.path, .path)", "\(time)\(history)",
      version.files == 0 ? "" : "\(counted(version.files, "file"))", "\(version.bytes)",
    ]
  }

  private func writeResult(to text: inout StyledText) {
    if isEmpty {
      text.line("Nothing to take away.")
    } else if records > 0 {
      text.line(
        "\("Moved", .removed) \(bytes) to trash, where it stays until \(Self.day(of: until))")
      text.line("A pointer that comes back until then brings its data along: run `shale checkout`.")
    }
    if freedBytes > .zero { text.line("\("Removed", .removed) \(freedBytes) for good") }
    if wholeFileBytes > .zero {
      text.line("\("Removed", .removed) \(counted(wholeFiles, "whole file")), \(wholeFileBytes)")
    }
    if restoredPacks > 0 { text.line("\(counted(restoredPacks, "pack")) brought back from trash") }
    if damagedPacks > 0 {
      text.line("\(counted(damagedPacks, "pack")) left alone: something in them is damaged")
    }
    writeRest(to: &text)
  }

  /// Writes what could go and does not, and why.
  private func writeRest(to text: inout StyledText) {
    if youngPacks > 0 {
      text.line("\(counted(youngPacks, "pack")) written within the last hour: not looked at")
    }
    if wastedBytes > .zero, text.verbosity == .verbose {
      text.line("\(wastedBytes) of no use lie among what is, too few to be worth the copying")
    }
    if waitingBytes > .zero { text.line("\(waitingBytes) wait in trash for the end of the grace") }
    if text.verbosity == .verbose {
      for kept in kept { text.line("kept: \(counted(kept.objects, "object")) for \(kept.reason)") }
    }
  }

  private static func day(of time: Timestamp) -> String { String(time.description.prefix(10)) }
}

// MARK: - Keys

extension GCReport {
  /// The keys of its JSON.
  static let keys = [
    ResultKey("remote", "The remote; left out for the local store", isOptional: true),
    ResultKey("isDryRun", "Whether nothing was done"),
    ResultKey("grace", "For how long things can be had back, in seconds"),
    ResultKey("until", "When what goes now is removed for good at the earliest"),
    ResultKey(
      "kept", "Why objects are kept: each object for the first reason of those that hold",
      each: [
        ResultKey(
          "reason",
          "`commits`, `staged`, `pointers`, `worktrees`, `runs`, `operations`, `pins`, `clones` or "
            + "`pushed`"
        ),
        ResultKey("objects", "How many versions of files and directories"),
      ]),
    ResultKey(
      "versions", "What goes, each record with the newest version that has it",
      each: [
        ResultKey("path", "Where it lay, or what is in it"),
        ResultKey("time", "When it was recorded, or last seen", isOptional: true),
        ResultKey("history", "What became of it, by the commands that did it", isOptional: true),
        ResultKey("files", "How many files go that nothing else has"),
        ResultKey("bytes", "Their size as stored"),
      ]),
    ResultKey("unnamed", "How many records of no known name go"),
    ResultKey("unnamedBytes", "Their size"),
    ResultKey("copies", "How many records go of which another copy stays"),
    ResultKey("copiesBytes", "Their size"),
    ResultKey("removedRuns", "How many records of removed runs are unlinked"),
    ResultKey("records", "How many records go, all together"),
    ResultKey("bytes", "Their size: what the store is smaller by when the grace is over"),
    ResultKey("trashedPacks", "How many packs go as a whole"),
    ResultKey("repackedPacks", "How many packs are written anew without what goes"),
    ResultKey("copiedBytes", "What is written for that"),
    ResultKey("youngPacks", "How many packs are too new to be looked at"),
    ResultKey("wastedBytes", "What goes in no pack that is worth being written anew"),
    ResultKey("restoredPacks", "How many packs come back from trash"),
    ResultKey("freedBytes", "What is removed for good"),
    ResultKey("wholeFiles", "How many whole files are removed that no worktree has as a link"),
    ResultKey("wholeFileBytes", "What they take, and those that were set aside before the grace"),
    ResultKey("waitingBytes", "What stays in trash"),
    ResultKey("damagedPacks", "How many packs were left alone because of damage"),
  ]
}
