internal import ObjectStore
internal import Platform
internal import Primitives

/// What a scenario leads to when nothing goes wrong: what each case is held against.
struct Baseline: Sendable {
  let scenario: Scenario
  let world: World

  /// The files before, and after each command line.
  let states: [Files]

  /// What was committed before, and what pointers stand for afterwards.
  let committed: [ClosureRoot]
  let recorded: [ClosureRoot]

  /// What git has staged afterwards.
  let staged: String

  /// What the command line did: how many calls could change something, open, write.
  let calls: Int
  let opened: Int
  let writes: Int

  func directory(in world: World) -> FilePath { scenario.isInClone ? world.clone : world.work }
}

/// Looks at what a case has left: an empty list is what everybody wants.
struct Examination {
  let baseline: Baseline
  let world: World
  let plan: Plan
  private(set) var problems: [String] = []

  /// Files that a power cut cut off, and that the store has: they are brought again.
  private(set) var torn: [ByteString] = []

  /// The call that failed, in words.
  private let struck: String

  init(_ baseline: Baseline, _ world: World, _ plan: Plan, struck: String) {
    (self.baseline, self.world, self.plan, self.struck) = (baseline, world, plan, struck)
  }

  /// Whether the first command line is another than the last.
  private var isSequence: Bool { baseline.scenario.lines.count > 1 }

  private var directory: FilePath { baseline.directory(in: world) }
  private var scenario: Scenario { baseline.scenario }

  /// Looks at everything, then does the work again and looks at its result.
  ///
  /// - Parameter hasSucceeded: Whether the last command line said that it had worked.
  mutating func run(hasSucceeded: Bool) throws {
    let files = try Files(below: directory)
    expectWhole(files, hasSucceeded: hasSucceeded)
    expectSound("at once", mayLack: plan.fault == .powerCut || scenario.isInClone)
    try expectComplete(baseline.committed, "committed before")
    if !plan.isDeath, !scenario.isInClone {
      try expectComplete(ClosureRoot.pointers(in: files), "recorded at once")
    }
    if hasSucceeded, ["commit", "push"].contains(scenario.lines.last?.first?.description ?? "") {
      try expectComplete(baseline.recorded, "committed")
    }
    let done = try doAgain(hasSucceeded: hasSucceeded)
    expectSound("afterwards", mayLack: false)
    try expectComplete(baseline.committed, "committed before, afterwards")
    if scenario.command != "fetch" {
      try expectComplete(ClosureRoot.pointers(in: done), "recorded")
    }
    if scenario.lines.last?.first == "push" {
      try expectComplete(baseline.recorded, "pushed", in: world.remote)
      let fsck = World.shale(["fsck", "--remote", "origin"], in: directory)
      if fsck.status != 0 { problems.append("fsck of the remote: \(fsck.text)") }
    }
  }

  /// Each file is what it was, or what it was to become.
  private mutating func expectWhole(_ files: Files, hasSucceeded: Bool) {
    let allowed =
      hasSucceeded && plan.fault != .powerCut
      ? [baseline.states.last].compactMap(\.self)
      : baseline.states
    let names = allowed.reduce(into: Set(files.items.keys)) { $0.formUnion($1.items.keys) }
    for name in names.sorted() {
      let now = files.items[name]
      if allowed.contains(where: { $0.items[name] == now }) { continue }
      if now == nil || now == .directory, !hasSucceeded || plan.isDeath, isUnfinished { continue }
      if plan.fault == .powerCut, isBrought(name) {
        torn.append(name)
        continue
      }
      if name == ".gitignore", isBetween(now) { continue }
      // A directory that holds what was or will be.
      if now == .directory, allowed.contains(where: { $0.items[name] == nil }) { continue }
      // What could not be brought was told, and is not here.
      if !hasSucceeded, !plan.isDeath, now == nil, name.description.hasPrefix("data/") { continue }
      // A pointer may stand for what could be read, where the rest was told.
      if !hasSucceeded, !plan.isDeath, name.description.hasSuffix(".shale") { continue }
      problems.append("file '\(name)' is \(Files.words(now))")
    }
  }

  /// Whether a file is one that the command brings from the store, where it stays.
  private func isBrought(_ name: ByteString) -> Bool {
    let isData = name == "model.bin" || name.description.hasPrefix("data/")
    let last = scenario.lines.last?.first
    return isData && (last == "checkout" || last == "restore" || last == "pull")
  }

  /// Whether a `.gitignore` has the lines that it had and will have, as between two edits.
  private func isBetween(_ item: Files.Item?) -> Bool {
    func lines(_ item: Files.Item?) -> Set<ArraySlice<UInt8>> {
      guard case .file(let bytes, _) = item else { return [] }
      return Set(bytes.split(separator: UInt8(ascii: "\n")))
    }
    let all = baseline.states.map { lines($0.items[".gitignore"]) }
    let union = all.reduce(into: Set()) { $0.formUnion($1) }
    let common = all.dropFirst().reduce(all[0]) { $0.intersection($1) }
    return lines(item).isSubset(of: union) && lines(item).isSuperset(of: common)
  }

  /// Whether a journal says that a checkout was interrupted.
  private var isUnfinished: Bool {
    let names = try? directory.appending(".git/shale/index").namesIfPresent()
    return names?.contains { $0.description.hasSuffix(".checkout") } ?? false
  }

  private mutating func expectSound(_ when: String, mayLack: Bool) {
    let fsck = World.shale(["fsck"], in: directory)
    if fsck.status == 0 || mayLack && fsck.status == 5 { return }
    // An index is made anew from the packs as soon as one is found damaged.
    let damage = fsck.text.split(separator: "\n").filter { $0.hasPrefix("  damaged ") }
    if mayLack, !damage.isEmpty, damage.allSatisfy({ $0.hasPrefix("  damaged Index") }) { return }
    problems.append("fsck \(when) ends with \(fsck.status): \(fsck.text)")
  }

  private mutating func expectComplete(
    _ roots: [ClosureRoot], _ what: String, in store: FilePath? = nil
  ) throws {
    let place = store ?? directory.appending(".git/shale/store")
    if roots.isEmpty { return }
    let found = try ObjectStore.open(at: place).closureProblems(of: roots)
    problems += found.problems.prefix(3).map { "\(what), and not there: \($0)" }
  }

  /// Does the work again, as somebody would who was told that it failed.
  ///
  /// - Returns: The files that there are then.
  private mutating func doAgain(hasSucceeded: Bool) throws -> Files {
    // A kill leaves git's lock, and git says so: its owner removes it.
    if plan.isDeath { _ = try? directory.appending(".git/index.lock").remove() }
    let after = baseline.states.last
    for name in torn where try directory.appending(name).statusIfPresent()?.kind == .file {
      try directory.appending(name).remove()
    }
    if !torn.isEmpty { _ = World.shale(["checkout", "--force"], in: directory) }
    for line in scenario.again ?? scenario.lines {
      let outcome = World.shale(line, in: directory)
      if outcome.status == 0 || scenario.isOnce { continue }
      problems.append("again, \(line) ends with \(outcome.status): \(outcome.text)")
    }
    let files = try Files(below: directory)
    if let after { expectDone(files, after, hasSucceeded: hasSucceeded) }
    if !isSequence {
      let staged = try World.run("git", ["ls-files", "-s"], in: directory)
      if staged != baseline.staged {
        problems.append("afterwards, git has staged \(staged) instead of \(baseline.staged)")
      }
    }
    // A death leaves at most one for each name, which goes with the next that is written.
    if !files.temporary.isEmpty, !plan.isDeath {
      problems.append("left behind: \(files.temporary)")
    }
    let status = World.shale(["status"], in: directory)
    if status.status != 0 { problems.append("status ends with \(status.status): \(status.text)") }
    // What could not be removed is still there.
    guard !plan.isDeath, !struck.hasPrefix("remove") else { return files }
    let places = [directory.appending(".git/shale"), world.remote]
    for place in places {
      let files = try Files(below: place)
      let old = files.temporary + files.items.keys.filter { $0.description.contains("leases/") }
      if !old.isEmpty { problems.append("left behind in '\(place.name)': \(old)") }
    }
    return files
  }

  /// Each file is what it was to become.
  private mutating func expectDone(_ files: Files, _ after: Files, hasSucceeded: Bool) {
    let names = Set(files.items.keys).union(after.items.keys).sorted()
    for name in names where files.items[name] != after.items[name] {
      let (now, wanted) = (files.items[name], after.items[name])
      // Of two command lines only the second was run again: what the first had recorded may lack.
      let isOfGit = name.description.hasSuffix(".shale") || name == ".gitignore"
      if isSequence, isOfGit, baseline.states.contains(where: { $0.items[name] == now }) {
        continue
      }
      // What could not be removed was told, and is one more file from then on.
      // What was not added is nobody's, and stays.
      let isTold = !plan.isDeath && !hasSucceeded
      let mayStay = isTold || isSequence || plan.fault == .powerCut
      if mayStay, wanted == nil, baseline.states[0].items[name] == now { continue }
      problems.append(
        "afterwards, '\(name)' is \(Files.words(now)) instead of \(Files.words(wanted))")
    }
  }
}

extension ClosureRoot {
  /// What the pointers in files stand for.
  static func pointers(in files: Files) throws -> [ClosureRoot] {
    try files.items.sorted { $0.key < $1.key }.compactMap { name, item in
      guard case .file(let bytes, _) = item, name.description.hasSuffix(".shale") else {
        return nil
      }
      return try pointer(String(decoding: bytes, as: UTF8.self), at: name.description)
    }
  }

  /// What the pointers of all commits stand for.
  static func committed(in directory: FilePath) throws -> [ClosureRoot] {
    var roots: [ClosureRoot] = []
    for commit in try World.run("git", ["rev-list", "--all"], in: directory).split(separator: "\n")
    {
      let tree = try World.run(
        "git", ["ls-tree", "-r", "--name-only", ByteString(commit.utf8)], in: directory)
      for path in tree.split(separator: "\n") where path.hasSuffix(".shale") {
        let text = try World.run(
          "git", ["show", ByteString("\(commit):\(path)".utf8)], in: directory)
        if let root = try pointer(text, at: String(path)) { roots.append(root) }
      }
    }
    return roots
  }

  private static func pointer(_ text: String, at path: String) throws -> ClosureRoot? {
    let lines = text.split(separator: "\n")
    guard let oid = lines.first(where: { $0.hasPrefix("oid sha256:") }),
      let id = ObjectID(hex: String(oid.dropFirst("oid sha256:".count)))
    else { return nil }
    return ClosureRoot(
      id: id, isTree: lines.contains("kind tree"), path: try RepositoryPath(ByteString(path)))
  }
}
