internal import Git
internal import Lineage
internal import ObjectStore
internal import Primitives
internal import Project
internal import Workspace

/// Where git's history has data: the first commit with it, and the references that have it now.
struct PointerAppearances {
  let project: Project
  let workspace: Workspace

  /// Where data stands in the history.
  struct Appearance {
    /// The commit that brought it first, as far as was looked.
    var entered: GitCommit?

    /// Branches and tags whose tips have it.
    var references: [ByteString] = []
  }

  /// How many commits that changed pointers, and how many references, are looked at.
  static let limit = 2_000

  /// How many things are also looked for inside of directories, and how often in all.
  private static let partLimit = 16
  private static let lookLimit = 400

  /// Looks for the data that a graph was asked for, and for that which no known run made.
  ///
  /// - Returns: What was found, by the position of the node.
  func find(in graph: LineageGraph) throws(CommandFailure) -> [Int: Appearance] {
    var search = Search(graph, workspace.store)
    if search.isEmpty { return [:] }
    return try explaining { () throws(GitError) in
      let references = try project.git.references().prefix(Self.limit)
      var options = GitHistoryOptions()
      options.limit = Self.limit
      let starts = references.map(\.target) + [try project.git.head().commit].compactMap(\.self)
      try project.git.pointerHistory(from: starts, options) { entry throws(GitError) in
        for change in entry.changes {
          guard let blob = change.new, let path = PointerFile.dataPath(of: change.path),
            case .success(let pointer) = try project.git.pointer(blob)
          else { continue }
          for node in search.nodes(with: pointer, at: path) {
            search.found[node, default: .init()].entered = entry.commit
          }
        }
        return true
      }
      try lookAtTips(references.filter { $0.kind != .other }, &search)
      return search.found
    }
  }

  private func lookAtTips(
    _ references: [GitReference], _ search: inout Search
  ) throws(GitError) {
    var seen: [GitID: [Int]] = [:]
    for reference in references {
      let tree = try project.git.commit(reference.target).tree
      if seen[tree] == nil {
        var nodes: Set<Int> = []
        for entry in try project.git.pointers(in: tree) {
          guard let path = PointerFile.dataPath(of: entry.path),
            case .success(let pointer) = try project.git.pointer(entry)
          else { continue }
          nodes.formUnion(search.nodes(with: pointer, at: path))
        }
        seen[tree] = nodes.sorted()
      }
      for node in seen[tree] ?? [] {
        search.found[node, default: .init()].references.append(reference.shortName)
      }
    }
  }

  /// What is looked for, and what was found of it.
  private struct Search {
    var found: [Int: Appearance] = [:]
    private var byID: [ObjectID: [Int]] = [:]

    /// What may also lie in a tracked directory.
    private var parts: [(node: Int, artifact: LineageGraph.Artifact)] = []
    private var looks = PointerAppearances.lookLimit
    private var answers: [ObjectID: [Int]] = [:]
    private let store: ObjectStore

    init(_ graph: LineageGraph, _ store: ObjectStore) {
      self.store = store
      for (position, node) in graph.nodes.enumerated() {
        guard case .artifact(let artifact) = node.content,
          node.notes.contains(.focus) || node.notes.contains(.noMaker)
        else { continue }
        byID[artifact.oid, default: []].append(position)
        if parts.count < PointerAppearances.partLimit { parts.append((position, artifact)) }
      }
    }

    var isEmpty: Bool { byID.isEmpty }

    mutating func nodes(with pointer: PointerFile, at path: RepositoryPath) -> [Int] {
      (byID[pointer.id] ?? []) + (pointer.kind == .tree ? inside(pointer.id, at: path) : [])
    }

    /// Which of the parts a directory has at their places.
    private mutating func inside(_ tree: ObjectID, at path: RepositoryPath) -> [Int] {
      if let known = answers[tree] { return known }
      var nodes: [Int] = []
      for (node, artifact) in parts {
        for place in artifact.paths.compactMap({ $0.relative(to: path) }) where !place.isRoot {
          guard looks > 0 else { return nodes }
          looks -= 1
          let entry = try? store.entry(at: place, in: tree)
          if entry?.id == artifact.oid { nodes.append(node) }
        }
      }
      answers[tree] = nodes
      return nodes
    }
  }
}
