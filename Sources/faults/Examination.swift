internal import ObjectStore
internal import Platform
internal import Primitives

/// What a scenario leads to when nothing goes wrong: what each case is held against.
struct Baseline: Sendable {
  let scenario: Scenario
  let world: World

  /// What each case is run on.
  let snapshot: Snapshot

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
  /// What is lost: content, or a file between two states of which nothing tells.
  private(set) var losses: [String] = []

  /// What is not as it was said, with everything there.
  private(set) var breaches: [String] = []

  /// Files of which a power cut took bytes, and that the store has: they are brought again.
  private(set) var torn: [ByteString] = []

  /// The call that failed, in words, and what the command said.
  private let struck: String
  private let said: String

  private let again: [[ByteString]]

  init(
    _ baseline: Baseline, _ world: World, _ plan: Plan, again: [[ByteString]], struck: String,
    said: String
  ) {
    (self.baseline, self.world, self.plan, self.again) = (baseline, world, plan, again)
    (self.struck, self.said) = (struck, said)
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
    expectTornTold(files)
    let isPushed = hasSucceeded && scenario.lines.last?.first == "push"
    expectSound("at once", isFirst: true, hasSucceeded: hasSucceeded)
    // What is damaged may be noticed, or taken out, before a copy of it comes.
    if hasSucceeded || !scenario.isDamaged {
      try expectComplete(baseline.committed, "committed before")
    }
    let isWhole = !scenario.isInClone && !scenario.isDamaged || hasSucceeded
    if !plan.isDeath, isWhole, scenario.command != "fetch" {
      try expectComplete(ClosureRoot.pointers(in: files), "recorded at once")
    }
    if isPushed || hasSucceeded && scenario.lines.last?.first == "commit" {
      try expectComplete(baseline.recorded, "committed")
    }
    // Before anybody pushes again.
    if isPushed { try expectComplete(baseline.recorded, "pushed at once", in: world.remote) }
    if hasSucceeded { try expectForgotten("at once") }
    let done = try doAgain(hasSucceeded: hasSucceeded)
    expectSound("afterwards", isFirst: false, hasSucceeded: true)
    try expectComplete(baseline.committed, "committed before, afterwards")
    if scenario.command != "fetch" {
      try expectComplete(ClosureRoot.pointers(in: done), "recorded")
    }
    if scenario.lines.last?.first == "push" {
      try expectComplete(baseline.recorded, "pushed", in: world.remote)
    }
    if ["push", "repair", "forget"].contains(scenario.lines.last?.first?.description ?? "") {
      let fsck = World.shale(["fsck", "--remote", "origin"], in: directory)
      if fsck.status != 0 { losses.append("fsck of the remote: \(fsck.text)") }
    }
    try expectForgotten("afterwards")
  }

  /// Nothing of what was to be forgotten is in a file of the stores.
  private mutating func expectForgotten(_ when: String) throws {
    guard scenario.isForgetting else { return }
    let isEverywhere = scenario.lines[0].contains("--everywhere")
    for place in [directory.appending(".git/shale")] + (isEverywhere ? [world.remote] : [])
    where try Sample.hasModel(in: place) {
      losses.append("\(when), '\(place.name)' still has what was forgotten")
    }
  }

  /// Each file is what it was, or what it was to become.
  private mutating func expectWhole(_ files: Files, hasSucceeded: Bool) {
    let allowed =
      hasSucceeded && !plan.fault.isCut
      ? [baseline.states.last].compactMap(\.self)
      : baseline.states
    let names = allowed.reduce(into: Set(files.items.keys)) { $0.formUnion($1.items.keys) }
    for name in names.sorted() {
      let now = files.items[name]
      if allowed.contains(where: { $0.items[name] == now }) { continue }
      if now == nil || now == .directory, plan.isDeath, isUnfinished { continue }
      if plan.fault.isCut, isBrought(name) {
        torn.append(name)
        continue
      }
      if name == ".gitignore", isBetween(now) { continue }
      // A directory that holds what was or will be.
      if now == .directory, allowed.contains(where: { $0.items[name] == nil }) { continue }
      // What could not be brought was told, and is not here: by name, as somebody wants to know it.
      let isTold = !hasSucceeded && !plan.isDeath
      if isTold, now == nil, isData(name) {
        if !said.contains(name.description) { breaches.append("absent, not told: '\(name)'") }
        continue
      }
      // A pointer stands for what could be read, where the rest was told.
      if isTold, isRecording, ClosureRoot.isPointer(now, name) { continue }
      losses.append("file '\(name)' is \(Files.words(now))")
    }
  }

  /// What a power cut took of a file is seen by who asks, though its size and times may be as before.
  /// (What is absent is counted.)
  private mutating func expectTornTold(_ files: Files) {
    let there = torn.filter { files.items[$0] != nil }
    if there.isEmpty { return }
    let status = World.shale(["status", "-v"], in: directory)
    losses += there.filter { !status.text.contains($0.description) }.map {
      "torn, and status does not say so: '\($0)': \(status.text)"
    }
  }

  /// Whether a file is one that the command brings from the store, where it stays.
  ///
  /// One that is patched is synced before it has its name.
  private func isBrought(_ name: ByteString) -> Bool {
    let last = scenario.lines.last?.first?.description ?? ""
    return isData(name) && name != Sample.patched && Self.bringing.contains(last)
  }

  private static let bringing = [
    "checkout", "restore", "pull", "undo", "hooks", "status", "resolve",
  ]

  private var isRecording: Bool {
    ["add", "commit", "migrate", "resolve"].contains(scenario.lines[0][0])
  }

  private func isData(_ name: ByteString) -> Bool {
    ["model.bin", Sample.patched].contains(name)
      || ["data/", "linked/", "got/", "photos/"].contains {
        name.description.hasPrefix($0)
      }
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

  private mutating func expectSound(_ when: String, isFirst: Bool, hasSucceeded: Bool) {
    let fsck = World.shale(["fsck"], in: directory)
    if fsck.status == 0 { return }
    // What was damaged before, or has not come yet.
    if isFirst, !hasSucceeded || plan.fault.isCut, scenario.isDamaged { return }
    if isFirst, !hasSucceeded, scenario.isInClone, fsck.status == 5 { return }
    // After a power cut: what was added and not committed.
    let adding: [ByteString] = ["add", "commit", "pull", "migrate", "resolve"]
    let isAdding = scenario.lines.contains { adding.contains($0[0]) }
    if isFirst, plan.fault.isCut, isAdding || scenario.isInClone, fsck.status == 5 { return }
    // An index is made anew from the packs as soon as one is found damaged.
    let damage = fsck.text.split(separator: "\n").filter { $0.hasPrefix("  damaged ") }
    if isFirst, plan.fault.isCut, !damage.isEmpty,
      damage.allSatisfy({ $0.hasPrefix("  damaged Index") })
    {
      return
    }
    losses.append("fsck \(when) ends with \(fsck.status): \(fsck.text)")
  }

  private mutating func expectComplete(
    _ roots: [ClosureRoot], _ what: String, in store: FilePath? = nil
  ) throws {
    let place = store ?? directory.appending(".git/shale/store")
    if roots.isEmpty { return }
    let found = try ObjectStore.open(at: place).closureProblems(of: roots).problems
    losses += found.prefix(3).map { "\(what), and not there: \($0)" }
  }

  /// Does the work again, as somebody would who was told that it failed.
  ///
  /// - Returns: The files that there are then.
  private mutating func doAgain(hasSucceeded: Bool) throws -> Files {
    // A kill leaves git's lock, and git says so: its owner removes it.
    if plan.isDeath { _ = try? directory.appending(".git/index.lock").remove() }
    let after = baseline.states.last
    if !torn.isEmpty { _ = World.shale(["checkout", "--force"], in: directory) }
    for line in again {
      let outcome = World.shale(line, in: directory)
      // The index of a file came through, and the file did not: it is told as the user's.
      if plan.fault.isCut, outcome.text.contains("you changed it") {
        _ = World.shale(["checkout", "--force"], in: directory)
      }
      if outcome.status == 0 { continue }
      if scenario.once.contains(where: { outcome.text.contains($0) }) {
        // What it brought was not synced, and is brought by the command that brings data.
        let isBrought = scenario.detail != "commit"
        if plan.fault.isCut, line.first == "undo", isBrought {
          _ = World.shale(["checkout"], in: directory)
        }
        continue
      }
      breaches.append("again, \(line) ends with \(outcome.status): \(outcome.text)")
    }
    let files = try Files(below: directory)
    if let after { expectDone(files, after, hasSucceeded: hasSucceeded) }
    if !isSequence {
      let staged = try World.run("git", ["ls-files", "-s"], in: directory)
      if staged != baseline.staged {
        breaches.append("afterwards, git has staged \(staged) instead of \(baseline.staged)")
      }
    }
    // A death leaves at most one for each name, which goes with the next that is written.
    if plan.isDeath ? files.temporary.count > Machine.processorCount * 2 : !files.temporary.isEmpty
    {
      breaches.append("left behind: \(files.temporary)")
    }
    let status = World.shale(["status"], in: directory)
    if status.status != 0 { breaches.append("status ends with \(status.status): \(status.text)") }
    let places = [directory.appending(".git/shale"), world.remote]
    for place in places {
      let files = try Files(below: place)
      let leases = files.items.keys.filter { $0.description.contains("leases/") }
      // What could not be removed is still there.
      let old = (files.temporary + leases).filter {
        !struck.hasPrefix("remove") || !struck.contains($0.description)
      }
      // A power cut may leave one for each file that was being written; who removes takes them away.
      if plan.fault.isCut { continue }
      if plan.isDeath ? old.count > Machine.processorCount * 2 : !old.isEmpty {
        breaches.append("left behind in '\(place.name)': \(old)")
      }
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
      // What was not added is nobody's, and stays.
      if isSequence || plan.fault.isCut, wanted == nil, baseline.states[0].items[name] == now {
        continue
      }
      let words = "afterwards, '\(name)' is \(Files.words(now)) instead of \(Files.words(wanted))"
      // A state that git or the store has, and that the command did not lead on from.
      let isKnown = isOfGit || baseline.states.contains { $0.items[name] == now }
      if isKnown { breaches.append(words) } else { losses.append(words) }
    }
  }
}
