internal import ObjectStore
internal import Primitives
internal import Workspace

/// Finds what patterns name of the data that is tracked, in trees that need not be in the worktree.
struct PatternSearch {
  let store: ObjectStore

  /// What a pattern names.
  struct Matches {
    /// The topmost paths that fit, in order.
    var paths: [RepositoryPath] = []

    /// Whether that is all of it: not where a tree that may hold more is not in the store, or is damaged.
    var isCertain = true

    fileprivate var expansion = TreeExpansion()
  }

  /// Looks through tracked paths, and through directories as far as something in them may fit.
  func matches(
    of pattern: PathPattern, in contents: TrackedView.Contents
  ) throws(CommandFailure) -> Matches {
    var matches = Matches()
    for item in contents.items {
      try search(item.entry, at: item.path, pattern, &matches)
    }
    for pointer in contents.unreadable {
      if case .none = pattern.relation(of: pointer.path) { continue }
      matches.isCertain = false
    }
    return matches
  }

  private func search(
    _ entry: TreeEntry, at path: RepositoryPath, _ pattern: PathPattern, _ matches: inout Matches
  ) throws(CommandFailure) {
    switch pattern.relation(of: path) {
    case .none: return
    case .within: matches.paths.append(path)
    case .above:
      guard entry.kind == .directory else { return }
      let tree: Tree
      do throws(StoreError) {
        tree = try store.tree(entry.id)
        try matches.expansion.count(entry.id, tree, at: path.bytes)
      } catch {
        switch error {
        case .missing, .corrupt, .undecodable, .invalidTree, .invalidRecipe:
          matches.isCertain = false
          return
        default:
          throw CommandFailure(error)
        }
      }
      for child in tree.entries {
        // A name that cannot be part of a path is told by who brings it.
        guard let inner = try? path.appending(child.name) else { continue }
        try search(child, at: inner, pattern, &matches)
      }
    }
  }

  /// Why patterns are refused of which nothing that is tracked at any of some moments fits.
  ///
  /// One that is misspelt must not look as if all that it names had been moved.
  func refusal(
    of patterns: [PathPattern], at moments: [TrackedView.Contents]
  ) throws(CommandFailure) -> CommandFailure? {
    for pattern in patterns {
      var isFound = false
      for contents in moments where !isFound {
        let matches = try matches(of: pattern, in: contents)
        isFound = !matches.paths.isEmpty || !matches.isCertain
      }
      if isFound { continue }
      return CommandFailure(
        .refused, id: "not-found", "Nothing that is tracked fits '\(pattern)'",
        hints: ["Run `shale ls` to see what is tracked"])
    }
    return nil
  }
}
