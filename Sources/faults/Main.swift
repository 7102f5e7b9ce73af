internal import Glibc
internal import Platform
internal import Primitives

/// Runs every command that changes something with everything going wrong that a disk, a kill or a
/// power cut can do, and looks at what is left: `docs/reliability.md`.
///
///     faults [--only WORD] [--seed N] [--jobs N] [--share FRACTION] [--seconds N] [--cuts N]
///            [--faults cut,cut-git] [--plan PLAN] [--keep]
///     faults run PLAN ROOT DIRECTORY --then WORD… [--then WORD…]
///
/// The second form runs command lines in a process that does not survive the plan.
@main struct Main {
  static func main() {
    Signals.ignoreRefusedWrites()
    #if DEBUG
      let words = Startup.arguments()
      do {
        if words.first == "run" { try Victim.run(Array(words.dropFirst())) }
        guard let settings = Settings(words.map(\.description)) else {
          Speech.say("usage: faults [--only WORD] [--seed N] [--jobs N] [--share FRACTION] …")
          exit(2)
        }
        exit(try Matrix(settings: settings).run() ? 0 : 1)
      } catch {
        Speech.say("error: \(error)")
        exit(1)
      }
    #else
      Speech.say("A release build has no place for faults: swift run faults")
      exit(2)
    #endif
  }
}

/// What is run, and how.
struct Settings: Sendable {
  private(set) var only: String?
  private(set) var seed: UInt64 = 1
  private(set) var jobs = Machine.processorCount
  private(set) var share = 1.0
  private(set) var seconds = 900

  /// How many ways of a power cut are tried after each call.
  private(set) var cuts = 3

  /// What is injected, instead of everything.
  private(set) var faults = Set(Plan.Fault.allCases)

  /// One case instead of all.
  private(set) var plan: Plan?

  /// Whether the directories of the cases stay.
  private(set) var isKept = false
  private(set) var scratch: FilePath

  /// Reads the words of the command line; `nil` where they cannot be read.
  init?(_ words: [String]) {
    let memory = FilePath("/dev/shm")
    let isThere = ((try? memory.statusIfPresent()) ?? nil) != nil
    scratch = (isThere ? memory : FilePath("/tmp")).appending("shale-faults-\(Machine.processID)")
    var words = words[...]
    while let word = words.popFirst() {
      if word == "--keep" {
        isKept = true
        continue
      }
      guard let value = words.popFirst() else { return nil }
      switch word {
      case "--only": only = value
      case "--seed": seed = UInt64(value) ?? seed
      case "--jobs": jobs = max(1, Int(value) ?? jobs)
      case "--share": share = Double(value) ?? share
      case "--seconds": seconds = Int(value) ?? seconds
      case "--cuts": cuts = Int(value) ?? cuts
      case "--faults":
        let names = value.split(separator: ",").map(String.init)
        faults = Set(names.compactMap(Plan.Fault.init))
        guard faults.count == names.count else { return nil }
      case "--plan":
        guard let read = Plan(value) else { return nil }
        plan = read
      case "--scratch": scratch = FilePath(value)
      default: return nil
      }
    }
  }

  func isChosen(_ scenario: Scenario) -> Bool {
    guard let only else { return true }
    return scenario.command == only || scenario.name == only
  }
}

#if DEBUG
  /// A process that does not survive its plan.
  enum Victim {
    /// What stands before each command line.
    static let separator: ByteString = "--then"

    static func run(_ words: [ByteString]) throws -> Never {
      guard words.count > 3, let plan = Plan(words[0].description) else { exit(2) }
      let world = World(root: FilePath(words[1]))
      let lines = words[3...].split(separator: Self.separator).map(Array.init)
      // What it writes is of another run of the machine, once the power was gone. Of another
      // machine's power this one hears nothing.
      let isRemote = plan.fault == .remoteCut
      if plan.fault.isCut, !isRemote { Faults.bootID = [UInt8](repeating: 0xB0, count: 16) }
      let journal = plan.fault.isCut ? Journal(aside: world.aside, seed: plan.seed) : nil
      let device = PlannedDevice(plan, journal: journal)
      Faults.with(device, below: isRemote ? world.remote : world.root) {
        for line in lines {
          let outcome = World.shale(line, in: FilePath(words[2]))
          guard outcome.status == 0 else {
            Speech.complain("\(line) ends with \(outcome.status): \(outcome.text)")
            exit(3)
          }
        }
      }
      if plan.call == Plan.atEnd { device.die() }
      exit(0)
    }
  }

#endif

/// What is said; where that does not work there is nobody to tell.
enum Speech {
  static func say(_ line: String) { write(line, to: .output) }
  static func complain(_ line: String) { write(line, to: .error) }

  private static func write(_ line: String, to stream: StandardStream) {
    _ = try? stream.write(Array((line + "\n").utf8).span)
  }
}
