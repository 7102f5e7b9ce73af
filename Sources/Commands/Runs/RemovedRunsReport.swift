internal import Arguments
internal import Lineage
internal import Primitives
package import Terminal

/// Runs that were forgotten.
package struct RemovedRunsReport: Report {
  /// One of them.
  package struct Run: Encodable, Sendable {
    let id: ObjectID
    let name: String?

    /// `nil` where the record cannot be read.
    let state: RunRecord.State?
  }

  let isDryRun: Bool
  let removed: [Run]

  /// How many were meant, too, and stay because records in git descend from them.
  let keptForGit: Int

  package var isConfirmation: Bool { true }

  init(
    _ ids: [ObjectID], keptForGit: Int, in catalog: RunCatalog, isDryRun: Bool
  ) throws(CommandFailure) {
    let all = try explaining { () throws(LineageError) in try catalog.listing() }
    let runs = Dictionary(all.map { ($0.id, $0) }) { first, _ in first }
    removed = ids.map { Run(id: $0, name: runs[$0]?.name, state: runs[$0]?.state) }
    self.keptForGit = keptForGit
    self.isDryRun = isDryRun
  }

  package func write(to text: inout StyledText) {
    let limit = text.verbosity == .verbose ? removed.count : 20
    let verb: StyledString = "\(isDryRun ? "would be " : "")\("removed", .removed)"
    for run in removed.prefix(limit) {
      let name = run.name.map { " \(ByteString($0))" } ?? ""
      let state = run.state?.rawValue ?? "not readable"
      text.line("\(verb) \(run.id.abbreviated, .objectID)\(name) (\(state))")
    }
    if removed.count > limit { text.line("… and \(grouped(removed.count - limit)) more") }
    if keptForGit > 0 {
      text.line("\(counted(keptForGit, "run")) kept: records in git are, or descend from, them")
    }
    if removed.isEmpty { return text.line("No run to remove.") }
    if !isDryRun { text.line("Their records are in \(".git/shale/runs/trash", .path).") }
  }
}

extension RemovedRunsReport {
  /// The keys of its JSON.
  static let keys = [
    ResultKey("isDryRun", "Whether nothing was removed"),
    ResultKey(
      "removed", "The runs that were removed",
      each: [
        ResultKey("id", "The id of the record"),
        ResultKey("name", "What the user called it", isOptional: true),
        ResultKey("state", "How it ended, where its record can be read", isOptional: true),
      ]),
    ResultKey("keptForGit", "How many stay because records in git are, or descend from, them"),
  ]
}
