/// Names paths of a repository: one path with all below it, or a pattern with `*`, `?`, `[…]`.
///
/// `*` and `?` match no slash, `**` any number of directories, as in git's ignore rules.
package struct PathPattern: Hashable, Sendable {
  /// How a path stands to what is named.
  package enum Relation: Sendable {
    /// Neither it nor anything below it.
    case none
    /// Something below it may be named.
    case above
    /// It is named, with all below it.
    case within
  }

  /// The pattern as it was written, from the root of the worktree.
  package let text: RepositoryPath

  private let components: [ByteString]
  private let hasWildcards: Bool

  /// Takes a path, in which wildcards count.
  package init(_ text: RepositoryPath) {
    self.text = text
    components = text.components
    let wildcards = Array("*?[\\".utf8)
    hasWildcards = text.bytes.bytes.contains { wildcards.contains($0) }
  }

  /// How `path` stands to the pattern.
  ///
  /// A path that is spelled as the pattern is named by it, wildcards or not.
  package func relation(of path: RepositoryPath) -> Relation {
    if path.isWithin(text) { return .within }
    if text.isWithin(path) { return .above }
    guard hasWildcards else { return .none }
    var failed: Set<Int> = []
    return relation(of: path.components[...], to: components[...], &failed)
  }

  /// - Parameter failed: Where `**` named nothing, as places in path and pattern: without it each
  ///   `**` would double the work.
  private func relation(
    of path: ArraySlice<ByteString>, to pattern: ArraySlice<ByteString>, _ failed: inout Set<Int>
  ) -> Relation {
    guard let first = pattern.first else { return .within }
    guard let name = path.first else { return .above }
    if first == "**" {
      // The last `**` names all that lies below; any other may stand for no directory at all.
      if pattern.count == 1 { return .within }
      guard failed.insert(path.startIndex * components.count + pattern.startIndex).inserted else {
        return .above
      }
      if case .within = relation(of: path, to: pattern.dropFirst(), &failed) { return .within }
      if case .within = relation(of: path.dropFirst(), to: pattern, &failed) { return .within }
      return .above
    }
    guard WildMatch.matches(first.bytes, name.bytes) else { return .none }
    return relation(of: path.dropFirst(), to: pattern.dropFirst(), &failed)
  }
}

extension PathPattern: CustomStringConvertible {
  package var description: String { text.description }
}

extension Sequence<PathPattern> {
  /// How `path` stands to all of the patterns: named by one of them is named.
  package func relation(of path: RepositoryPath) -> PathPattern.Relation {
    var result = PathPattern.Relation.none
    for pattern in self {
      switch pattern.relation(of: path) {
      case .within: return .within
      case .above: result = .above
      case .none: continue
      }
    }
    return result
  }
}
