internal import Git
internal import Lineage
internal import ObjectStore
internal import Primitives
internal import Project
internal import Workspace

/// What of a clone's history has contents that are to be forgotten.
struct ForgetSurvey {
  /// The commits that brought data with one of them, the newest first.
  private(set) var commits: [GitCommit] = []

  /// Branches and tags whose tips have one of them.
  private(set) var references: [ByteString] = []

  /// Runs that used or made one, or were started with one among the code, and those that came of
  /// them.
  private(set) var runs: [ForgetReport.Run] = []

  /// What is called a model: contents themselves, and what was made of them.
  private(set) var models: [ForgetReport.Model] = []

  /// Tracked paths of the worktree whose pointers name one of them.
  private(set) var inWorktree: [RepositoryPath] = []

  /// How many directories list one of them.
  private(set) var directories = 0

  /// How many runs and models are followed from how many places.
  private static let startLimit = 1_000

  private let namings: DataNamings
  private var places: ContentPlaces
  private var holders: Set<ObjectID> = []

  /// Where data lies that is named by itself.
  private var named: [ObjectID: [RepositoryPath]] = [:]

  /// Looks at everything that is known.
  ///
  /// - Parameters:
  ///   - versions: The contents; where else they lie is added.
  ///   - namings: Everything that names data.
  ///   - stores: Where directories are read from.
  ///   - project: The project.
  init(
    of versions: inout ForgottenVersions, _ namings: DataNamings, in stores: [ObjectStore],
    _ project: Project
  ) throws(CommandFailure) {
    self.namings = namings
    places = ContentPlaces(of: versions.ids, in: stores)
    for naming in namings.all {
      places.look(at: naming.id, isTree: naming.isTree)
      if named[naming.id]?.contains(naming.path) != true {
        named[naming.id, default: []].append(naming.path)
      }
    }
    holders = places.holders()
    directories = places.directoryCount
    notePaths(&versions)
    for naming in namings.all where holders.contains(naming.id) {
      if case .worktree = naming.origin { inWorktree.append(naming.path) }
    }
    try findCommits(project.git)
    try findReferences(project.git)
    findRuns(versions, stores)
  }

  /// What a person calls an object: paths, or else its oid.
  func names(of id: ObjectID) -> [String] {
    named[id].map { $0.sorted().prefix(3).map(\.description) } ?? [id.abbreviated]
  }

  /// Finds out where contents lie that keep bytes of forgotten ones.
  mutating func findNames(of holders: Set<ObjectID>, in stores: [ObjectStore]) {
    let unknown = holders.filter { named[$0] == nil }
    if unknown.isEmpty { return }
    var search = ContentPlaces(of: unknown, in: stores)
    for naming in namings.all { search.look(at: naming.id, isTree: naming.isTree) }
    for id in unknown {
      let paths = search.places(of: id).flatMap { place in
        (named[place.root] ?? []).map { $0.appending(place.path) }
      }
      if !paths.isEmpty { named[id] = Array(Set(paths)) }
    }
  }

  private func notePaths(_ versions: inout ForgottenVersions) {
    var paths: [ObjectID: Set<RepositoryPath>] = [:]
    for naming in namings.all where holders.contains(naming.id) {
      paths[naming.id, default: []].insert(naming.path)
    }
    for id in versions.ids {
      for place in places.places(of: id) {
        for base in paths[place.root] ?? [] {
          versions.note(id, alsoAt: base.appending(place.path))
        }
      }
    }
  }

  private mutating func findCommits(_ git: GitRepository) throws(CommandFailure) {
    var seen: Set<GitID> = []
    for naming in namings.all where holders.contains(naming.id) {
      guard case .commit(let id) = naming.origin, seen.insert(id).inserted else { continue }
      commits.append(try explaining { () throws(GitError) in try git.commit(id) })
    }
  }

  private mutating func findReferences(_ git: GitRepository) throws(CommandFailure) {
    let holders = holders
    references = try explaining { () throws(GitError) in
      var found: [ByteString] = []
      for reference in try git.references() where reference.kind != .other {
        let tree = try git.commit(reference.target).tree
        for entry in try git.pointers(in: tree) {
          guard case .success(let pointer) = try git.pointer(entry), holders.contains(pointer.id)
          else { continue }
          found.append(reference.shortName)
          break
        }
      }
      return found
    }
  }

  private mutating func findRuns(_ versions: ForgottenVersions, _ stores: [ObjectStore]) {
    var uses: [Int: Set<String>] = [:]
    for naming in namings.all where holders.contains(naming.id) {
      guard case .run(let number, let isCode) = naming.origin else { continue }
      let isOutput = namings.runs[number].outputs.contains {
        $0.oid == naming.id && $0.path == naming.path
      }
      uses[number, default: []].insert(isCode ? "code" : isOutput ? "output" : "input")
    }
    var starts: [LineageStart] = []
    for (id, paths) in versions.paths.sorted(by: { $0.key < $1.key }) {
      let size = versions.sizes[id] ?? .zero
      for path in paths.sorted() where starts.count < Self.startLimit {
        starts.append(
          .artifact(
            RunSummary.Artifact(
              path: path, isTree: false, oid: id, size: size, isDeclared: false, tracked: nil)))
      }
      if let path = paths.sorted().first(where: { ModelRule.isModel(file: $0) }) {
        models.append(ForgetReport.Model(path: path, oid: id))
      }
    }
    guard let store = stores.first else { return }
    let graph = LineageGraph(from: starts, .down, in: namings.runs, objects: store)
    let later = Set(graph.runs.map(\.id))
    for (number, run) in namings.runs.enumerated()
    where uses[number] != nil || later.contains(run.id) {
      runs.append(
        ForgetReport.Run(
          id: run.id, name: run.name, started: run.started,
          uses: (uses[number] ?? ["descendant"]).sorted()))
    }
    for node in graph.nodes {
      guard case .artifact(let artifact) = node.content, artifact.isModel,
        !node.notes.contains(.focus), versions.sizes[artifact.oid] == nil
      else { continue }
      models.append(ForgetReport.Model(path: artifact.paths[0], oid: artifact.oid))
    }
  }
}
