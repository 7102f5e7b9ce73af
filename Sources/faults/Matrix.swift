#if DEBUG
  internal import ObjectStore
  internal import Platform
  internal import Primitives
  internal import Synchronization

  /// Runs scenarios with everything going wrong.
  struct Matrix: Sendable {
    let settings: Settings

    struct Case: Sendable {
      let baseline: Int
      let plan: Plan
    }

    /// Runs all cases, and prints a table.
    ///
    /// - Returns: Whether there were faults, and everything held.
    func run() throws -> Bool {
      let scratch = settings.scratch
      try scratch.makeDirectories()
      defer {
        if !settings.isKept { _ = try? World.run("rm", ["-rf", scratch.bytes], in: FilePath("/")) }
      }
      let chosen = Scenario.all.filter { settings.isChosen($0) }
      let baselines = try baselines(chosen)
      let start = Clock.monotonicNanoseconds()
      var cases: [Case] = []
      for (number, baseline) in baselines.enumerated() {
        cases += plans(for: baseline).map { Case(baseline: number, plan: $0) }
      }
      var numbers = SeededNumbers(seed: settings.seed)
      cases.shuffle(using: &numbers)
      cases = byTurns(cases.prefix(Int(Double(cases.count) * settings.share)))
      let table = Mutex(Table(baselines))
      let limit = start + UInt64(settings.seconds) * 1_000_000_000
      let todo = cases
      try Threads.forEach(todo.count, threads: settings.jobs) { number throws(World.Failure) in
        if Clock.monotonicNanoseconds() > limit {
          return table.withLock { $0.leftOut += 1 }
        }
        let item = todo[number]
        let baseline = baselines[item.baseline]
        let outcome = try run(item.plan, baseline, at: scratch.appending("case-\(number)"))
        table.withLock { $0.add(outcome, item) }
        switch outcome {
        case .lost(let problems): tell("LOST ", problems, baseline, item.plan)
        case .amiss(let problems): tell("AMISS", problems, baseline, item.plan)
        case .survived, .broughtAgain, .notReached: break
        }
      }
      let result = table.withLock { $0 }
      let seconds = (Clock.monotonicNanoseconds() - start) / 1_000_000_000
      Speech.say(result.text(seconds: Int(seconds)))
      // Where nothing was injected, nothing was shown.
      return result.failed == 0 && result.total > 0
    }

    /// The cases of all scenarios by turns: where time is short, each gets some.
    private func byTurns(_ cases: some Sequence<Case>) -> [Case] {
      var counts: [Int: Int] = [:]
      let numbered = cases.map { item in
        counts[item.baseline, default: 0] += 1
        return (turn: counts[item.baseline, default: 0], item: item)
      }
      return numbered.sorted { ($0.turn, $0.item.baseline) < ($1.turn, $1.item.baseline) }
        .map(\.item)
    }

    private func tell(_ word: String, _ problems: [String], _ baseline: Baseline, _ plan: Plan) {
      let lines = problems.map { "\n      \($0)" }.joined()
      Speech.say("\(word) \(baseline.scenario.name)  --plan \(plan.text)\(lines)")
    }

    /// How a case went.
    enum Outcome: Sendable {
      case survived
      /// A file was cut off that the store has, and that was brought again.
      case broughtAgain
      case notReached
      /// Nothing is lost, and not all is as it was said.
      case amiss([String])
      case lost([String])
    }

    // MARK: - Preparing

    /// Makes the repositories, and runs each scenario with nothing going wrong.
    private func baselines(_ scenarios: [Scenario]) throws -> [Baseline] {
      let scratch = settings.scratch
      let small = try Sample.make(at: scratch.appending("small"), isLarge: false)
      let isLarge = scenarios.contains(where: \.isLarge)
      let large = isLarge ? try Sample.make(at: scratch.appending("large"), isLarge: true) : small
      let made = Mutex<[Int: Baseline]>([:])
      try Threads.forEach(scenarios.count, threads: settings.jobs) { number throws(any Error) in
        let scenario = scenarios[number]
        let world = try (scenario.isLarge ? large : small).copy(
          to: scratch.appending("scenario-\(number)"))
        let trial = scratch.appending("trial-\(number)")
        let baseline = try baseline(of: scenario, in: world, trial: trial)
        made.withLock { $0[number] = baseline }
      }
      return made.withLock { made in scenarios.indices.compactMap { made[$0] } }
    }

    /// Runs a scenario with nothing going wrong, in a copy of a world that is made ready for it.
    private func baseline(
      of scenario: Scenario, in world: World, trial: FilePath
    ) throws -> Baseline {
      let directory = scenario.isInClone ? world.clone : world.work
      if !scenario.isSetUpInCopies {
        for step in scenario.setup { try Sample.run(step, world, in: directory) }
      }
      let trial = try world.copy(to: trial)
      let place = scenario.isInClone ? trial.clone : trial.work
      let named = try prepare(scenario, trial, in: place)
      var states = [try Files(below: place)]
      let stored = try World.stored(in: place)
      let store = try ObjectStore.open(at: place.appending(".git/shale/store"))
      var committed = try ClosureRoot.committed(in: place)
      // A clone has what it has.
      if scenario.isInClone {
        committed = try committed.filter { try store.closureProblems(of: [$0]).problems.isEmpty }
      }
      if scenario.isForgetting, try !Sample.hasModel(in: place.appending(".git/shale")) {
        throw World.Failure(description: "\(scenario.name): what is to be forgotten is not seen")
      }
      let lines = named(scenario.lines)
      let device = PlannedDevice(nil)
      for line in lines {
        let outcome = Faults.with(device, below: trial.root) { World.shale(line, in: place) }
        guard outcome.status == 0 else {
          throw World.Failure(description: "\(scenario.name) does not work: \(outcome.text)")
        }
        states.append(try Files(below: place))
      }
      let gone = try stored.subtracting(World.stored(in: place))
      for folded in scenario.foldedPlaces where !gone.contains(where: { $0.hasPrefix(folded) }) {
        throw World.Failure(description: "\(scenario.name): '\(folded)' is not folded")
      }
      let recorded = try ClosureRoot.pointers(in: states[states.count - 1])
      let staged = try World.run("git", ["ls-files", "-s"], in: place)
      _ = try? trial.root.removeTree()
      return Baseline(
        scenario: scenario, world: world, snapshot: try world.snapshot(for: scenario),
        states: states, committed: committed,
        recorded: recorded, staged: staged,
        calls: device.calls, opened: device.opened, writes: device.writes)
    }

    /// Does the part of the setup that copies do not share.
    ///
    /// - Returns: What puts the operation that is the newest then into command lines.
    private func prepare(
      _ scenario: Scenario, _ world: World, in directory: FilePath
    ) throws -> @Sendable ([[ByteString]]) -> [[ByteString]] {
      guard scenario.isSetUpInCopies else { return { $0 } }
      for step in scenario.setup { try Sample.run(step, world, in: directory) }
      let operations = World.shale(["operations", "-n", "1"], in: directory).text
      let newest = ByteString((operations.split(separator: " ").first ?? "").utf8)
      return { lines in lines.map { $0.map { $0 == Scenario.newest ? newest : $0 } } }
    }

    /// Everything that can go wrong in a scenario; of a large one, what chance chooses.
    private func plans(for baseline: Baseline) -> [Plan] {
      if let plan = settings.plan { return [plan] }
      var plans: [Plan] = []
      let faults = baseline.scenario.faults.intersection(settings.faults)
      for fault in Plan.Fault.allCases where faults.contains(fault) {
        let calls =
          switch fault {
          case .short: baseline.writes
          case .remoteCut: 0
          case .handles: baseline.opened
          default: baseline.calls
          }
        for call in 0..<calls {
          switch fault {
          case .powerCut:
            for way in 0..<settings.cuts { plans.append(Plan(fault, at: call, seed: UInt64(way))) }
          case .oldIndex where settings.cuts == 0: break
          // By turns: some of all ways.
          case .oldIndex: plans.append(Plan(fault, at: call, seed: UInt64(call % 8)))
          default: plans.append(Plan(fault, at: call))
          }
        }
        if fault.isCut {
          for way in 0..<(settings.cuts * (fault == .remoteCut ? 16 : 4)) {
            plans.append(Plan(fault, at: Plan.atEnd, seed: UInt64(way)))
          }
        }
      }
      var numbers = SeededNumbers(seed: settings.seed &+ UInt64(baseline.calls))
      if baseline.scenario.isLarge { plans = Array(plans.shuffled(using: &numbers).prefix(300)) }
      return plans
    }

    // MARK: - One case

    private func run(
      _ plan: Plan, _ baseline: Baseline, at root: FilePath
    ) throws(World.Failure) -> Outcome {
      do {
        let world = try World.make(baseline.snapshot, at: root)
        defer { if !settings.isKept { _ = try? root.removeTree() } }
        let scenario = baseline.scenario
        let named = try prepare(scenario, world, in: baseline.directory(in: world))
        let lines = named(scenario.lines)
        let (struck, hasEnded, text) =
          plan.isDeath
          ? try runInProcess(plan, lines, baseline, world) : runHere(plan, lines, baseline, world)
        guard let struck else { return .notReached }
        let hasSucceeded = hasEnded && !(scenario.onlyWarns && text.contains("warning:"))
        var examination = Examination(
          baseline, world, plan, again: named(scenario.again ?? scenario.lines), struck: struck,
          said: text)
        try examination.run(hasSucceeded: hasSucceeded)
        var breaches = examination.breaches
        if !hasSucceeded, plan.fault == .interrupted || plan.fault == .short {
          breaches.append("fails: \(text)")
        }
        let circumstances = ["(\(struck)) \(text)"]
        if !examination.losses.isEmpty {
          return .lost(examination.losses + breaches + circumstances)
        }
        if !breaches.isEmpty { return .amiss(breaches + circumstances) }
        return examination.torn.isEmpty ? .survived : .broughtAgain
      } catch {
        return .lost(["\(error)"])
      }
    }

    /// Runs the command lines in this process, on a disk that refuses.
    private func runHere(
      _ plan: Plan, _ lines: [[ByteString]], _ baseline: Baseline, _ world: World
    ) -> (struck: String?, hasSucceeded: Bool, text: String) {
      var text = ""
      let device = PlannedDevice(plan)
      let directory = baseline.directory(in: world)
      return Faults.with(device, below: world.root) {
        for line in lines {
          let outcome = World.shale(line, in: directory)
          text += outcome.text
          if outcome.status != 0 { return (device.struck, false, text) }
        }
        return (device.struck, true, text)
      }
    }

    /// Runs the command lines in a process that does not survive it.
    private func runInProcess(
      _ plan: Plan, _ lines: [[ByteString]], _ baseline: Baseline, _ world: World
    ) throws -> (struck: String?, hasSucceeded: Bool, text: String) {
      let directory = baseline.directory(in: world)
      let words = lines.flatMap { [Victim.separator] + $0 }
      let outcome = try ChildProcess(
        "/proc/self/exe",
        ["run", ByteString(plan.text), world.root.bytes, directory.bytes] + words,
        environment: World.environment
      ).run()
      let text = String(decoding: outcome.errors, as: UTF8.self)
      guard outcome.signal == 9 else {
        if outcome.succeeded, plan.call != Plan.atEnd { return (nil, true, text) }
        throw World.Failure(description: "ends by itself: \(text)")
      }
      if plan.fault == .oldIndex {
        let index = ".git/index"
        let old = try baseline.directory(in: baseline.world).appending(index).contents()
        try AtomicFile.replace(directory.appending(index), with: old, durably: false)
      }
      return ("the process", plan.call == Plan.atEnd, text)
    }
  }
#endif
