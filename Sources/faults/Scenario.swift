internal import Platform
internal import Primitives

/// A command line, and what it is run on.
struct Scenario: Sendable {
  /// Something done before any fault.
  enum Step: Sendable {
    case shale([ByteString])
    case git([ByteString])
    case write(String, [UInt8])
    case remove(String)
    /// Tracked data gets as many versions, of one more file each.
    case versions(Int)
  }

  /// What the table calls it.
  let command: String

  /// What is special about it; empty for the plain case.
  var detail = ""

  /// Done in the sample repository before.
  var setup: [Step] = []

  /// The command lines: the fault is in any of them.
  let lines: [[ByteString]]

  /// What is run afterwards, and has to succeed; `nil` for the same command lines.
  var again: [[ByteString]]?

  /// Whether the command may say that there is nothing to do for it, when all is done.
  var isOnce = false

  /// Whether it is run in the clone, whose data is older than its pointers.
  var isInClone = false

  /// Whether it is run on the larger repository, at calls that chance chooses.
  var isLarge = false

  /// What is injected.
  var faults = Set(Plan.Fault.allCases)

  var name: String { detail.isEmpty ? command : "\(command) (\(detail))" }
}

extension Scenario {
  /// Changes to the data that no commit has.
  private static let changes: [Step] = [
    .write("data/a.txt", Array("three, and longer\n".utf8)),
    .write("data/more/new.txt", Array("not there before\n".utf8)),
    .remove("data/same/1.txt"),
  ]

  private static let third = changes + [.shale(["commit", "-q", "-m", "three"])]
  private static let deaths: Set<Plan.Fault> = [.killBefore, .killAfter, .powerCut]

  /// All of them.
  ///
  /// A new command is one more line.
  static let all: [Scenario] = [
    // Recording.
    Scenario(command: "add", setup: changes, lines: [["add", "data"]]),
    Scenario(
      command: "add", detail: "new path",
      setup: [.write("extra/x.bin", Sample.bytes(90_000, seed: 9)), .write("extra/y/z", [1])],
      lines: [["add", "extra"]]),
    Scenario(
      command: "add", detail: "file", setup: [.write("model.bin", Sample.bytes(30_000, seed: 8))],
      lines: [["add", "model.bin"]]),
    Scenario(
      command: "commit", setup: changes, lines: [["commit", "-m", "three"]], isOnce: true),
    // Bringing.
    Scenario(command: "checkout", detail: "revision", lines: [["checkout", "v1"]]),
    Scenario(
      command: "checkout", detail: "data behind", setup: [.git(["checkout", "-q", "v1"])],
      lines: [["checkout"]]),
    Scenario(
      command: "checkout", detail: "changed files", setup: changes,
      lines: [["checkout", "--force", "v1", "--", "data"]]),
    Scenario(
      command: "restore", setup: changes, lines: [["restore", "--force", "data"]]),
    Scenario(
      command: "restore", detail: "older", lines: [["restore", "-s", "v1", "data", "model.bin"]]),
    // Moving.
    Scenario(command: "rm", lines: [["rm", "data"]], isOnce: true),
    Scenario(command: "rm", detail: "file", lines: [["rm", "model.bin"]], isOnce: true),
    Scenario(command: "mv", lines: [["mv", "data", "moved/data"]], isOnce: true),
    Scenario(command: "mv", detail: "file", lines: [["mv", "model.bin", "m2.bin"]], isOnce: true),
    // Sharing.
    Scenario(command: "push", setup: third, lines: [["push"]]),
    Scenario(command: "fetch", lines: [["fetch"]], isInClone: true),
    Scenario(command: "pull", lines: [["pull"]], isInClone: true),
    // One after the other.
    Scenario(
      command: "add, checkout", setup: changes,
      lines: [["add", "data"], ["checkout", "v1", "--", "data"]],
      again: [["checkout", "--force", "v1", "--", "data"]], faults: deaths),
    Scenario(
      command: "add, restore", setup: changes,
      lines: [["add", "data"], ["restore", "-s", "v1", "data"]],
      again: [["restore", "--force", "-s", "v1", "data"]], faults: deaths),
    Scenario(
      command: "add, commit", setup: changes,
      lines: [["add", "data"], ["commit", "-m", "three"]],
      again: [["commit", "-m", "three"]], isOnce: true, faults: deaths),
    Scenario(
      command: "add, rm", setup: changes, lines: [["add", "data"], ["rm", "data"]],
      again: [["rm", "--force", "data"]], isOnce: true, faults: deaths),
    Scenario(
      command: "add, mv", setup: changes, lines: [["add", "data"], ["mv", "data", "moved/data"]],
      again: [["mv", "data", "moved/data"], ["add", "moved/data"]], isOnce: true, faults: deaths),
    Scenario(
      command: "commit, push", setup: changes, lines: [["commit", "-m", "three"], ["push"]],
      isOnce: true, faults: deaths),
    // Many packs, which are folded.
    Scenario(
      command: "folding", setup: [.versions(18)] + changes, lines: [["add", "data"]]),
    Scenario(
      command: "gc", setup: [.versions(5), .shale(["commit", "-q", "-m", "many"])],
      lines: [["gc", "--grace", "0", "--force"]]),
    Scenario(
      command: "gc", detail: "twice",
      setup: [.versions(5), .shale(["commit", "-q", "-m", "many"])],
      lines: [["gc", "--grace", "0", "--force"], ["gc", "--grace", "0", "--force"]]),
    // A larger repository.
    Scenario(
      command: "add", detail: "large", setup: changes, lines: [["add", "data"]], isLarge: true),
    Scenario(
      command: "commit", detail: "large", setup: changes, lines: [["commit", "-m", "more"]],
      isOnce: true, isLarge: true),
    Scenario(command: "checkout", detail: "large", lines: [["checkout", "v1"]], isLarge: true),
    Scenario(command: "push", detail: "large", setup: third, lines: [["push"]], isLarge: true),
    Scenario(command: "pull", detail: "large", lines: [["pull"]], isInClone: true, isLarge: true),
  ]
}
