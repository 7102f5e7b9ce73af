internal import Platform
internal import Primitives

/// A command line, and what it is run on.
struct Scenario: Sendable {
  /// Something done before any fault.
  enum Step: Sendable {
    case shale([ByteString])
    case git([ByteString])
    case write(String, [UInt8])
    /// A version of a file that is large enough to be patched.
    case writeLarge(version: Int)
    case remove(String)
    /// One bit of the largest pack of a store becomes another.
    case damagePack(String)
    /// The largest pack of a store is gone.
    case losePack(String)
    /// A merge of a branch that stops at the pointers that both sides changed.
    case stoppedMerge(ByteString)
    /// A file that another tool keeps, with its content in the cache of that tool.
    case foreign(ForeignFile)
    /// Tracked data gets as many versions, of one more file each.
    case versions(Int)
  }

  /// What the table calls it.
  let command: String

  /// What is special about it; empty for the plain case.
  var detail = ""

  /// Done in the sample repository before.
  var setup: [Step] = []

  /// Whether the setup is done in each copy: the log of operations names the worktree.
  var isSetUpInCopies = false

  /// The command lines: the fault is in any of them.
  let lines: [[ByteString]]

  /// What is run afterwards, and has to succeed; `nil` for the same command lines.
  var again: [[ByteString]]?

  /// What the command may say, and not work, when all or a part has been done before.
  var once: [String] = []

  /// Whether it is run in the clone, whose data is older than its pointers.
  var isInClone = false

  /// Whether it is run on the larger repository, at calls that chance chooses.
  var isLarge = false

  /// Whether the store is damaged before, as is said until the command has succeeded.
  var isDamaged = false

  /// Whether no store may have the first contents of `model.bin` afterwards.
  var isForgetting = false

  /// Whether it ends with success whatever happens, as hooks do: warnings tell what failed.
  var onlyWarns = false

  /// Directories of the store from which the command takes files that were there.
  var foldedPlaces: [String] = []

  /// What is injected.
  var faults = Scenario.everything

  var name: String { detail.isEmpty ? command : "\(command) (\(detail))" }
}

extension Scenario {
  /// What is injected into most.
  private static let everything = Set(Plan.Fault.allCases).subtracting([.oldIndex, .remoteCut])

  /// In a command line: the operation that was the newest before it.
  static let newest: ByteString = "NEWEST"

  /// Changes to the data that no commit has.
  private static let changes: [Step] = [
    .write("data/a.txt", Array("three, and longer\n".utf8)),
    .write("data/more/new.txt", Array("not there before\n".utf8)),
    .remove("data/same/1.txt"),
  ]

  /// Two commits of a directory with a file that is large enough to be patched.
  private static let twoLarge: [Step] = [
    .writeLarge(version: 1), .write("large/small", [1]),
    .shale(["add", "-q", "large"]), .shale(["commit", "-q", "-m", "large"]),
    .git(["tag", "untuned"]),
    .writeLarge(version: 2), .shale(["commit", "-q", "-m", "large, tuned"]),
  ]

  /// Two commits of a file that links are made of, and the mode that makes them.
  private static let twoLinked: [Step] = [
    .write("linked/file", Sample.bytes(1_100_000, seed: 11)), .write("linked/small", [1]),
    .shale(["add", "-q", "linked"]), .shale(["commit", "-q", "-m", "linked"]),
    .git(["tag", "first-link"]),
    .write("linked/file", Sample.bytes(1_100_000, seed: 12)),
    .shale(["commit", "-q", "-m", "linked, tuned"]),
    .git(["config", "shale.link", "hardlink"]),
  ]

  /// Two branches that changed the same file of tracked data, being merged.
  private static let conflict: [Step] = [
    .git(["checkout", "-q", "-b", "theirs"]),
    .write("data/a.txt", Array("theirs\n".utf8)), .write("data/new/theirs", [2]),
    .shale(["commit", "-q", "-m", "theirs"]), .git(["checkout", "-q", "main"]),
    .shale(["checkout", "-q"]), .write("data/a.txt", Array("ours, longer\n".utf8)),
    .shale(["commit", "-q", "-m", "ours"]), .stoppedMerge("theirs"),
  ]

  private static let third = changes + [.shale(["commit", "-q", "-m", "three"])]
  private static let forgetting: [Step] = [
    .shale(["rm", "-q", "model.bin"]), .shale(["commit", "-q", "-m", "gone"]),
  ]
  private static let deaths: Set<Plan.Fault> = [.killBefore, .killAfter, .powerCut]

  // What commands say that find all done.
  private static let nothing = "Nothing to commit"
  private static let untracked = "is not tracked"
  private static let takenBack = "was taken back already"
  private static let noConflict = "has no conflict"
  private static let interrupted = "a checkout of it was interrupted"

  /// All of them.
  ///
  /// A new command is one more line.
  static let all: [Scenario] = [
    // Recording.
    Scenario(
      command: "add", setup: changes, lines: [["add", "data"]],
      faults: everything.union([.oldIndex])),
    Scenario(
      command: "add", detail: "new path",
      setup: [.write("extra/x.bin", Sample.bytes(90_000, seed: 9)), .write("extra/y/z", [1])],
      lines: [["add", "extra"]]),
    Scenario(
      command: "add", detail: "file", setup: [.write("model.bin", Sample.bytes(30_000, seed: 8))],
      lines: [["add", "model.bin"]]),
    Scenario(
      command: "add", detail: "many paths",
      setup: changes + (101...105).map { .write("one-\($0).bin", Sample.bytes(9_000, seed: $0)) },
      lines: [["add", "data", "model.bin"] + (101...105).map { ByteString("one-\($0).bin") }]),
    Scenario(
      command: "commit", setup: changes, lines: [["commit", "-m", "three"]], once: [nothing],
      faults: everything.union([.oldIndex])),
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
    Scenario(
      command: "checkout", detail: "patched", setup: twoLarge, lines: [["checkout", "untuned"]]),
    Scenario(
      command: "restore", detail: "patched", setup: twoLarge,
      lines: [["restore", "-s", "untuned", "large"]]),
    Scenario(
      command: "checkout", detail: "hard links", setup: twoLinked,
      lines: [["checkout", "first-link"]]),
    // A copy of a repository has no links.
    Scenario(
      command: "checkout", detail: "links made private",
      setup: twoLinked + [.shale(["checkout", "-q", "--link", "hardlink", "linked"])],
      isSetUpInCopies: true, lines: [["checkout", "--link", "copy", "linked"]]),
    Scenario(
      command: "restore", detail: "hard links", setup: twoLinked,
      lines: [["restore", "-s", "first-link", "linked"]]),
    // Moving.
    Scenario(command: "rm", lines: [["rm", "data"]], once: [untracked]),
    Scenario(command: "rm", detail: "file", lines: [["rm", "model.bin"]], once: [untracked]),
    Scenario(command: "mv", lines: [["mv", "data", "moved/data"]], once: [untracked]),
    Scenario(
      command: "mv", detail: "file", lines: [["mv", "model.bin", "m2.bin"]], once: [untracked]),
    // Sharing.
    Scenario(
      command: "push", setup: third, lines: [["push"]],
      faults: everything.union([.remoteCut])),
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
      again: [["commit", "-m", "three"]], once: [nothing], faults: deaths),
    Scenario(
      command: "add, rm", setup: changes, lines: [["add", "data"], ["rm", "data"]],
      again: [["rm", "--force", "data"]], once: [untracked], faults: deaths),
    Scenario(
      command: "add, mv", setup: changes, lines: [["add", "data"], ["mv", "data", "moved/data"]],
      again: [["mv", "data", "moved/data"], ["add", "moved/data"]], once: [untracked],
      faults: deaths),
    Scenario(
      command: "commit, push", setup: changes, lines: [["commit", "-m", "three"], ["push"]],
      once: [nothing], faults: deaths.union([.remoteCut])),
    // Many packs and indexes, which are folded.
    Scenario(
      command: "folding", detail: "indexes", setup: [.versions(2)] + changes,
      lines: [["add", "data"]], foldedPlaces: ["index"]),
    Scenario(
      command: "folding", detail: "packs", setup: [.versions(14)] + changes,
      lines: [["add", "data"]], foldedPlaces: ["packs"]),
    Scenario(
      command: "gc", setup: [.versions(5), .shale(["commit", "-q", "-m", "many"])],
      lines: [["gc", "--grace", "0", "--force"]]),
    Scenario(
      command: "gc", detail: "twice",
      setup: [.versions(5), .shale(["commit", "-q", "-m", "many"])],
      lines: [["gc", "--grace", "0", "--force"], ["gc", "--grace", "0", "--force"]]),
    // Taking back.
    Scenario(
      command: "undo", detail: "commit", setup: third, isSetUpInCopies: true,
      lines: [["undo", newest]], once: [takenBack]),
    Scenario(
      command: "undo", detail: "checkout", setup: [.shale(["checkout", "-q", "v1"])],
      isSetUpInCopies: true,
      lines: [["undo", newest]], once: [takenBack]),
    Scenario(
      command: "undo", detail: "rm", setup: [.shale(["rm", "-q", "data"])], isSetUpInCopies: true,
      lines: [["undo", newest]], once: [takenBack]),
    Scenario(
      command: "undo", detail: "resolve",
      setup: conflict + [.shale(["resolve", "-q", "--theirs", "data"])], isSetUpInCopies: true,
      lines: [["undo", newest]], once: [takenBack]),
    // Beside git.
    Scenario(
      command: "hooks run", setup: [.git(["checkout", "-q", "v1"])],
      lines: [["hooks", "run", "post-checkout", "0", "0", "1"]], onlyWarns: true),
    Scenario(
      command: "status", detail: "git moved pointers",
      setup: [.git(["reset", "-q", "--hard", "v1"]), .write(".git/shale/moved", [])],
      lines: [["status"]], onlyWarns: true),
    Scenario(
      command: "resolve", setup: conflict, lines: [["resolve", "--theirs", "data"]],
      again: [["resolve", "--theirs", "data"], ["checkout"]], once: [noConflict, interrupted]),
    Scenario(
      command: "resolve", detail: "both", setup: conflict, lines: [["resolve", "--both", "data"]],
      again: [["resolve", "--force", "--both", "data"], ["checkout"]],
      once: [noConflict, interrupted]),
    // From elsewhere. What `get` brings is as durable as what `cp` copies. (The pointer that `import`
    // writes names the place of the source, which is another in each case.)
    Scenario(
      command: "get", lines: [["get", "--no-cache", "-o", "got", "../remote", "model.bin"]],
      faults: everything.subtracting([.powerCut])),
    Scenario(
      command: "get", detail: "directory",
      lines: [["get", "--no-cache", "-o", "got", "../remote", "data"]],
      faults: everything.subtracting([.powerCut])),
    Scenario(
      command: "migrate", detail: "Git LFS", setup: [.foreign(.lfs)], lines: [["migrate", "lfs"]]),
    Scenario(
      command: "migrate", detail: "DVC", setup: [.foreign(.dvc)], lines: [["migrate", "dvc"]]),
    // Stores that have lost something, and what is to be lost.
    Scenario(
      command: "repair", setup: [.damagePack(".git/shale/store")], lines: [["repair"]],
      isDamaged: true),
    Scenario(
      command: "repair", detail: "lost pack", setup: [.losePack(".git/shale/store")],
      lines: [["repair"]], isDamaged: true),
    Scenario(
      command: "repair", detail: "remote", setup: [.damagePack("../remote")],
      lines: [["repair", "--remote", "origin"]]),
    Scenario(
      command: "forget", setup: forgetting, lines: [["forget", "--yes", "model.bin"]],
      isForgetting: true),
    Scenario(
      command: "forget", detail: "everywhere", setup: forgetting,
      lines: [["forget", "--yes", "--everywhere", "model.bin"]], isForgetting: true),
    // A larger repository.
    Scenario(
      command: "add", detail: "large", setup: changes, lines: [["add", "data"]], isLarge: true),
    Scenario(
      command: "commit", detail: "large", setup: changes, lines: [["commit", "-m", "more"]],
      once: [nothing], isLarge: true),
    Scenario(command: "checkout", detail: "large", lines: [["checkout", "v1"]], isLarge: true),
    Scenario(
      command: "restore", detail: "large", setup: changes,
      lines: [["restore", "--force", "-s", "v1", "data"]], isLarge: true),
    Scenario(
      command: "rm", detail: "large", lines: [["rm", "data"]], once: [untracked], isLarge: true),
    Scenario(
      command: "mv", detail: "large", lines: [["mv", "data", "moved/data"]], once: [untracked],
      isLarge: true),
    Scenario(
      command: "push", detail: "large", setup: third, lines: [["push"]], isLarge: true,
      faults: everything.union([.remoteCut])),
    Scenario(command: "fetch", detail: "large", lines: [["fetch"]], isInClone: true, isLarge: true),
    Scenario(command: "pull", detail: "large", lines: [["pull"]], isInClone: true, isLarge: true),
    Scenario(
      command: "gc", detail: "large", lines: [["gc", "--grace", "0", "--force"]], isLarge: true),
    Scenario(
      command: "repair", detail: "large", setup: [.damagePack(".git/shale/store")],
      lines: [["repair"]], isLarge: true, isDamaged: true),
  ]
}
