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
    /// - Returns: How many cases were lost.
    func run() throws -> Int {
      let scratch = settings.scratch
      try scratch.makeDirectories()
      defer {
        if !settings.isKept { _ = try? World.run("rm", ["-rf", scratch.bytes], in: FilePath("/")) }
      }
      let start = Clock.monotonicNanoseconds()
      let chosen = Scenario.all.filter { settings.isChosen($0) }
      let baselines = try baselines(chosen)
      var cases: [Case] = []
      for (number, baseline) in baselines.enumerated() {
        cases += plans(for: baseline).map { Case(baseline: number, plan: $0) }
      }
      var numbers = SeededNumbers(seed: settings.seed)
      cases.shuffle(using: &numbers)
      cases = Array(cases.prefix(Int(Double(cases.count) * settings.share)))
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
        if case .lost(let problems) = outcome {
          Speech.say("LOST  \(baseline.scenario.name)  --plan \(item.plan.text)")
          for problem in problems { Speech.say("      \(problem)") }
        }
      }
      let result = table.withLock { $0 }
      let seconds = (Clock.monotonicNanoseconds() - start) / 1_000_000_000
      Speech.say(result.text(seconds: Int(seconds)))
      return result.failed
    }

    /// How a case went.
    enum Outcome: Sendable {
      case survived
      /// A file was cut off that the store has, and that was brought again.
      case broughtAgain
      case notReached
      case lost([String])
    }

    // MARK: - Preparing

    /// Makes the repositories, and runs each scenario with nothing going wrong.
    private func baselines(_ scenarios: [Scenario]) throws -> [Baseline] {
      let scratch = settings.scratch
      let small = try Sample.make(at: scratch.appending("small"), isLarge: false)
      let isLarge = scenarios.contains(where: \.isLarge)
      let large = isLarge ? try Sample.make(at: scratch.appending("large"), isLarge: true) : small
      return try scenarios.enumerated().map { number, scenario in
        let sample = scenario.isLarge ? large : small
        let world = try sample.copy(to: scratch.appending("scenario-\(number)"))
        let directory = scenario.isInClone ? world.clone : world.work
        for step in scenario.setup { try Sample.run(step, world, in: directory) }
        let trial = try world.copy(to: scratch.appending("trial-\(number)"))
        let place = scenario.isInClone ? trial.clone : trial.work
        var states = [try Files(below: place)]
        let committed = try scenario.isInClone ? [] : ClosureRoot.committed(in: place)
        let device = PlannedDevice(nil)
        for line in scenario.lines {
          let outcome = Faults.with(device, below: trial.root) { World.shale(line, in: place) }
          guard outcome.status == 0 else {
            throw World.Failure(description: "\(scenario.name) does not work: \(outcome.text)")
          }
          states.append(try Files(below: place))
        }
        let recorded = try ClosureRoot.pointers(in: states[states.count - 1])
        let staged = try World.run("git", ["ls-files", "-s"], in: place)
        _ = try? trial.root.removeTree()
        return Baseline(
          scenario: scenario, world: world, states: states, committed: committed,
          recorded: recorded, staged: staged,
          calls: device.calls, opened: device.opened, writes: device.writes)
      }
    }

    /// Everything that can go wrong in a scenario; of a large one, what chance chooses.
    private func plans(for baseline: Baseline) -> [Plan] {
      if let plan = settings.plan { return [plan] }
      var plans: [Plan] = []
      let faults = baseline.scenario.faults
      for fault in Plan.Fault.allCases where faults.contains(fault) {
        let calls =
          switch fault {
          case .short: baseline.writes
          case .handles: baseline.opened
          default: baseline.calls
          }
        for call in 0..<calls {
          guard fault == .powerCut else {
            plans.append(Plan(fault, at: call))
            continue
          }
          for way in 0..<settings.cuts { plans.append(Plan(fault, at: call, seed: UInt64(way))) }
        }
        if fault == .powerCut {
          for way in 0..<(settings.cuts * 4) {
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
        let world = try baseline.world.copy(to: root)
        defer { if !settings.isKept { _ = try? root.removeTree() } }
        let (struck, hasSucceeded, text) =
          plan.isDeath
          ? try runInProcess(plan, baseline, world) : runHere(plan, baseline, world)
        guard let struck else { return .notReached }
        var examination = Examination(baseline, world, plan, struck: struck)
        try examination.run(hasSucceeded: hasSucceeded)
        var problems = examination.problems
        if !hasSucceeded, plan.fault == .interrupted || plan.fault == .short {
          problems.append("fails: \(text)")
        }
        if !problems.isEmpty { problems.append("(\(struck)) \(text)") }
        if !problems.isEmpty { return .lost(problems) }
        return examination.torn.isEmpty ? .survived : .broughtAgain
      } catch {
        return .lost(["\(error)"])
      }
    }

    /// Runs the command lines in this process, on a disk that refuses.
    private func runHere(
      _ plan: Plan, _ baseline: Baseline, _ world: World
    ) -> (struck: String?, hasSucceeded: Bool, text: String) {
      var text = ""
      let device = PlannedDevice(plan)
      let directory = baseline.directory(in: world)
      return Faults.with(device, below: world.root) {
        for line in baseline.scenario.lines {
          let outcome = World.shale(line, in: directory)
          text += outcome.text
          if outcome.status != 0 { return (device.struck, false, text) }
        }
        return (device.struck, true, text)
      }
    }

    /// Runs the command lines in a process that does not survive it.
    private func runInProcess(
      _ plan: Plan, _ baseline: Baseline, _ world: World
    ) throws -> (struck: String?, hasSucceeded: Bool, text: String) {
      let directory = baseline.directory(in: world)
      let lines = baseline.scenario.lines.flatMap { [Victim.separator] + $0 }
      let outcome = try ChildProcess(
        "/proc/self/exe",
        ["run", ByteString(plan.text), world.root.bytes, directory.bytes] + lines,
        environment: World.environment
      ).run()
      let text = String(decoding: outcome.errors, as: UTF8.self)
      guard outcome.signal == 9 else {
        if outcome.succeeded, plan.call != Plan.atEnd { return (nil, true, text) }
        throw World.Failure(description: "ends by itself: \(text)")
      }
      return ("the process", plan.call == Plan.atEnd, text)
    }
  }
#endif
