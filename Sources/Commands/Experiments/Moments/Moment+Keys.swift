internal import Arguments

extension Moment {
  /// The keys of its JSON.
  static let keys = [
    ResultKey("kind", "`worktree`, `revision` or `run`"),
    ResultKey("name", "What it is called"),
    ResultKey("id", "The commit, or the id of the run", isOptional: true),
  ]
}
