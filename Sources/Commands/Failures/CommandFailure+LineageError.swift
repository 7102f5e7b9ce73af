package import Lineage
internal import Primitives

extension CommandFailure {
  /// Explains what is wrong with a run, or with its record.
  package init(_ error: LineageError) {
    switch error {
    case .tampered(let id, _):
      self.init(
        .damaged, id: "run-record-tampered", "\(error)",
        hints: [
          "Take the record from another clone or from git: `.shale/runs/\(id).json`",
          "Run `shale runs rm \(id.abbreviated)` to forget it",
        ])
    case .unreadableRecord(let id, _):
      self.init(
        .damaged, id: "run-record-unreadable", "\(error)",
        hints: ["Run `shale runs rm \(id.abbreviated)` to forget it"])
    case .newerRecord:
      self.init(
        .refused, id: "run-record-newer", "\(error)", hints: ["Install a newer version of Shale"])
    case .unknownRun:
      self.init(
        .refused, id: "run-unknown", "\(error)",
        hints: ["Run `shale runs` for a list", "Run `shale fetch --runs` for those of a remote"])
    case .ambiguousRun:
      self.init(.refused, id: "run-ambiguous", "\(error)", hints: ["Give more digits of the id"])
    case .inUse:
      self.init(
        .tryAgain, id: "run-in-use", "\(error)",
        hints: ["Wait for its end, or use another worktree: `git worktree add DIR`"])
    case .unreadableJournal:
      self.init(.tryAgain, id: "run-journal", "\(error)", hints: ["Run the command again"])
    case .git(let error): self.init(error)
    case .store(let error): self.init(error)
    case .file(let error): self.init(error)
    }
  }
}
