import Arguments
import Foundation
import ObjectStore
import Platform
import Primitives
import Terminal
import TestSupport
import Testing

@testable import Commands
@testable import Workspace

/// What `--json` prints has exactly the keys that the commands declare.
@Suite(.temporaryDirectory) struct ResultKeyTests {
  @Test(arguments: Tool.spec.commands.map(\.name))
  func `a declaration of keys keeps to the conventions`(name: String) throws {
    let spec = try #require(Tool.spec.command(name))
    #expect(!spec.result.isEmpty, "every command declares the keys of its result")
    func check(_ keys: [ResultKey]) {
      #expect(Set(keys.map(\.name)).count == keys.count)
      for key in keys {
        #expect(key.name.allSatisfy { $0.isLetter }, "\(key.name)")
        #expect(key.name.first?.isLowercase == true, "\(key.name)")
        #expect(key.help.first?.isLowercase == false && !key.help.hasSuffix("."), "\(key.help)")
        #expect(key.help.count(where: { $0 == "`" }).isMultiple(of: 2), "\(key.help)")
        switch key.form {
        case .value, .document: break
        case .object(let below), .list(let below): check(below)
        }
      }
    }
    check(spec.result)
  }

  @Test func `every result has its declared keys, and every declared key is in some result`() throws
  {
    var seen = SeenKeys()
    try Self.session(&seen)
    // Nobody can be made to change a file just while it is read.
    var skipped = AddReport()
    let file = SkippedFile(path: try RepositoryPath("a"), reason: "it changed", refusal: nil)
    skipped.skipped = [file]
    try seen.check(AddCommandReport(skipped), AddCommandReport.keys, "add")
    var failed = CheckoutReport()
    failed.failures = [file]
    try seen.check(CheckoutCommandReport(failed), CheckoutCommandReport.keys, "checkout")
    for spec in Tool.spec.commands { seen.expectAll(spec.result, of: spec.name) }
  }

  /// Runs every command in ways that together show all of its keys.
  private static func session(_ seen: inout SeenKeys) throws {
    let world = try TransferWorld()
    let shale = world.shale
    func write(_ text: String, to path: String) throws { try world.setup.write(text, to: path) }
    func run(_ line: String, in place: Surroundings? = nil) throws {
      try seen.check(line, in: place ?? shale)
    }
    for line in ["help add", "version", "completion bash", "docs pages", "init", "config"] {
      try run(line)
    }
    try run("doctor")
    try run("config compression zlib")
    try run("config --unset compression")
    try run("push -n")
    try run("push")
    for line in ["remote list", "remote show origin", "fetch -n", "fetch", "pull"] { try run(line) }
    // What changed, was renamed, is large, is not committed.
    try write("two\n", to: "data/a.txt")
    try FileManager.default.moveItem(
      at: world.setup.file("data/deep/b.bin"), to: world.setup.file("data/deep/renamed.bin"))
    try world.setup.write([UInt8](repeating: 7, count: 2 << 20), to: "large.bin")
    try run("status")
    try run("diff")
    try run("add data")
    try run("status")
    try run("commit -m second")
    try run("why data/a.txt")
    try run("du data")
    try run("commit -m nothing")
    for line in ["log", "diff HEAD~1 HEAD", "ls", "ls HEAD", "cat HEAD:data/a.txt"] {
      try run(line)
    }
    try run("checkout HEAD~1")
    try run("checkout main")
    try write("mine\n", to: "data/a.txt")
    try run("restore --force data/a.txt")
    try write("yours\n", to: "data/a.txt")
    try run("checkout --force HEAD~1 -- data")
    try run("checkout --force main -- data")
    try write("stays\n", to: "data/a.txt")
    try run("rm --force data")
    try world.setup.git("reset", "-q", "--hard")
    try run("checkout")
    try run("mv model.bin weights.bin")
    try run("commit -m moved")
    for line in ["undo -n", "undo", "undo @0", "operations"] { try run(line) }
    try Self.undone(world, &seen)
    try Self.runs(world, &seen)
    try Self.brokenPointers(world, &seen)
    try Self.remotes(world, &seen)
    try Self.comparedRuns(&seen)
    try Self.values(&seen)
    try Self.damage(&seen)
    try Self.lineage(&seen)
    try Self.garbage(&seen)
    try Self.forgetting(&seen)
    try Self.conflicts(&seen)
    try Self.contents(&seen)
    try Self.elsewhere(&seen)
    try Self.migration(&seen)
  }

  /// What is told of conflicts, and to git.
  private static func conflicts(_ seen: inout SeenKeys) throws {
    let scene = try MergeScene.make("conflicts")
    let both = "echo $0$RANDOM > new.bin; shale add -q new.bin"
    try scene.diverge(
      ours: "echo ours > data/a.txt; echo o > model.bin; \(both)",
      theirs: "echo theirs > data/a.txt; echo t > model.bin; \(both)")
    try scene.shell(
      """
      git checkout -q other; echo none > model.bin.shale; git commit -q -a -m bad; git checkout -q main
      for name in base:main~1 a:main b:other; do git show ${name#*:}:data.shale > ${name%%:*}; done
      """)
    #expect(try scene.merge().status == 1)
    try scene.setup.write(
      "shale 1\nkind file\noid sha256:\(String(repeating: "a", count: 64))\nsize 1\nsource x\n",
      to: "imported.shale")
    for line in [
      "status", "resolve --both data new.bin", "merge-pointer base a b data.shale",
      "merge-pointer base a base data.shale", "show-pointer data.shale",
      "show-pointer imported.shale",
    ] { try seen.check(line, in: scene.shale) }
  }

  /// What is told of contents, of each kind of file.
  private static func contents(_ seen: inout SeenKeys) throws {
    let scene = try ContentScene("contents")
    for line in ["diff --content --html page.html", "diff --content HEAD~1 HEAD"] {
      try seen.check(line, in: scene.shale)
    }
  }

  /// What is told of data that comes from elsewhere.
  private static func elsewhere(_ seen: inout SeenKeys) throws {
    let source = try TransferWorld(remoteName: "source-remote", name: "source")
    try source.expectDone("push -q")
    let setup = try GitSetup.make("importing")
    let shale = Surroundings(
      environment: testEnvironment(), directory: FilePath(setup.file("").path))
    for line in [
      "init", "get ../source-remote model.bin -o got", "cache show", "import ../source data",
      "update -n",
    ] { try seen.check(line, in: shale) }
    try source.setup.write("two\n", to: "data/a.txt")
    try source.commit("second")
    for line in ["update", "cache prune", "cache clear"] { try seen.check(line, in: shale) }
  }

  /// What is told of data that others keep, and of what is written for them.
  private static func migration(_ seen: inout SeenKeys) throws {
    let world = try MigrationWorld("migration")
    try world.addLFS(Array("torn\n".utf8), as: "torn.bin")
    let torn = oid(of: Array("torn\n".utf8))
    try world.setup.write("TORN\n", to: MigrationWorld.lfs(torn))
    try world.setup.git("add", "torn.bin")
    try world.setup.git("commit", "-q", "-m", "torn")
    for line in [
      "migrate lfs -n", "migrate lfs", "migrate dvc", "migrate lfs --history --branch new",
    ] { try seen.check(line, in: world.shale) }
    try FileManager.default.createSymbolicLink(
      atPath: world.setup.file("data/link").path, withDestinationPath: "a.txt")
    try seen.check("commit -a -m migrated", in: world.shale)
    let pointer = String(decoding: try world.setup.read("model.bin.shale"), as: UTF8.self)
    try world.setup.write(
      pointer.replacing(hexSHA256(MigrationWorld.model), with: String(repeating: "ab", count: 32)),
      to: "model.bin.shale")
    try world.setup.git("commit", "-q", "-a", "-m", "lost")
    for line in [
      "export dir HEAD ../plain", "export lfs -b lfs HEAD", "export dvc -b dvc HEAD",
    ] { try seen.check(line, in: world.shale) }
  }

  /// What is told of what goes, of which a name is known and of which none is.
  private static func garbage(_ seen: inout SeenKeys) throws {
    let scene = try KeepingScene("garbage")
    for text in ["one\n", "two\n"] {
      try scene.setup.write(text, to: "data/a.txt")
      #expect(scene.shale.run("add -q data").status == 0)
    }
    try KeepingScene.age(scene.directory.appending(".git/shale/store"))
    try seen.check("du", in: scene.shale)
    try seen.check("gc -n --grace 0 --force", in: scene.shale)
    try seen.check("gc --grace 0 --force", in: scene.shale)
    #expect(scene.shale.run("remote add -q usb ../garbage-remote").status == 0)
    try seen.check("gc --remote usb", in: scene.shale)
  }

  /// What is told where taking something back displaces what lies there.
  private static func undone(_ world: TransferWorld, _ seen: inout SeenKeys) throws {
    try world.expectDone("checkout -q --force HEAD~1 -- data")
    try world.setup.write("mine, again\n", to: "data/a.txt")
    try seen.check("undo --force", in: world.shale)
    try world.setup.git("reset", "-q", "--hard")
    try world.expectDone("checkout -q --force")
  }

  /// What is told of contents that are forgotten.
  private static func forgetting(_ seen: inout SeenKeys) throws {
    let world = try ForgetWorld("forgetting").world
    let shale = world.shale
    try world.setup.write("cp data/people/bob.bin made.bin", to: "make.sh")
    for line in [
      "run -n bobs -i data/people/bob.bin -o made.bin -- sh make.sh", "commit -m made",
      "rm data", "commit -m none", "push", "forget -n data",
      "forget --yes data/people/ada.bin", "status",
    ] { try seen.check(line, in: shale) }
    for line in [
      "checkout main~4", "checkout main", "rm model.bin", "commit -m less",
      "forget --yes model.bin", "checkout main~1", "status", "checkout main",
    ] { try seen.check(line, in: shale) }
    // Somebody pushed a version from a commit that is not known here; then the remote is away.
    let clone = try world.clone("clone-of-forgetting")
    try world.expectDone(["fetch", "-q", "--all"], in: clone)
    try world.expectDone(["checkout", "-q", "main~4"], in: clone)
    try AtomicFile.replace(
      clone.directory.appending("data/more.txt"), with: [1, 2, 3], durably: false)
    for line in ["commit -q -m more", "push -q"] {
      try world.expectDone(line.split(separator: " ").map { ByteString($0.utf8) }, in: clone)
    }
    try seen.check("forget -n data/people/ada.bin", in: shale)
    try world.remote.rename(to: world.directory.appending("forgetting-away"))
    try seen.check("forget -n data/people/ada.bin", in: shale)
    try seen.check("forget --yes --lift data/people/ada.bin", in: shale)
  }

  private static func lineage(_ seen: inout SeenKeys) throws {
    let scene = try LineageScene("lineage")
    for line in [
      "lineage models/best.pt", "lineage train -o graph.dot --format dot",
      "trace --file clean.csv --scan", "trace --file data/raw.csv --scan",
    ] {
      try seen.check(line, in: scene.shale)
    }
  }

  /// What is told of runs, in all the ways in which they end.
  private static func runs(_ world: TransferWorld, _ seen: inout SeenKeys) throws {
    try world.setup.write("lr: 1\n", to: "params.yaml")
    try world.setup.write(
      "mkdir -p made; cp data/a.txt made/m.bin; echo '{\"a\": 1}' > good.json; echo '{' > bad.json",
      to: "train.sh")
    try world.setup.write("kill -9 $$", to: "kill.sh")
    try world.setup.write("date +%N > random.bin", to: "random.sh")
    // Beside the worktree of a reproduction lies a file of that name.
    try world.setup.write("[ ! -e ../turn ] || exit 3", to: "fails.sh")
    for line in [
      "run -n a -i data/a.txt -i data -o made -m good.json -m bad.json -- sh train.sh",
      "run -- sh kill.sh", "reproduce a",
      "run -n random -o random.bin -- sh random.sh", "why random.bin", "reproduce random",
      "run -n fails -- sh fails.sh", "reproduce fails",
    ] { try seen.check(line, in: world.shale) }
    try world.setup.git("reset", "-q", "--hard")
  }

  /// What is told where pointers cannot be read, and before the first commit.
  private static func brokenPointers(_ world: TransferWorld, _ seen: inout SeenKeys) throws {
    try world.setup.write("shale 9\n", to: "other.shale")
    for line in ["status", "ls", "diff HEAD", "checkout", "pull", "restore ."] {
      try seen.check(line, in: world.shale)
    }
    try world.setup.commitAll("unreadable")
    try seen.check("log", in: world.shale)
    try world.setup.git("rm", "-q", "other.shale")
    try seen.check("status", in: world.shale)
    try world.setup.git("reset", "-q", "--hard", "HEAD~1")
    let empty = try GitSetup.make("empty")
    let shale = Surroundings(
      environment: testEnvironment(), directory: FilePath(empty.file("").path))
    for line in ["init", "status"] { try seen.check(line, in: shale) }
  }

  /// What is told of runs.
  private static func comparedRuns(_ seen: inout SeenKeys) throws {
    let world = try RunWorld("runs")
    let (old, new) = try world.addPair()
    for line in [
      "runs list", "runs show \(old)", "runs diff --code \(old) \(new)",
      "runs rm --dry-run \(old)", "runs prune --keep 0",
    ] { try seen.check(line, in: world.shale) }
  }

  /// What is told of parameters and metrics.
  private static func values(_ seen: inout SeenKeys) throws {
    let scene = try ValueScene("values")
    for line in [
      "params show --rev HEAD", "params diff HEAD~1", "metrics show log.csv",
      "metrics diff HEAD~1 HEAD", "plots show", "plots diff",
    ] { try seen.check(line, in: scene.runs.shale) }
  }

  private static func remotes(_ world: TransferWorld, _ seen: inout SeenKeys) throws {
    let shale = world.shale
    for line in [
      "remote add usb ../usb", "remote rename usb disk", "remote set-url disk ../disk",
      "remote default origin", "remote remove disk",
    ] { try seen.check(line, in: shale) }
  }

  /// What is told of damage and of missing content.
  private static func damage(_ seen: inout SeenKeys) throws {
    let elsewhere = Surroundings(
      environment: testEnvironment(), directory: FilePath(try TemporaryDirectory.required().path))
    let directory = elsewhere.directory
    let shale = Surroundings(
      environment: testEnvironment(), directory: directory.appending("repository"))
    try seen.check("clone repository whole", in: elsewhere)
    let hooks = shale.directory.appending(".git/hooks")
    try hooks.makeDirectories()
    try AtomicFile.replace(
      hooks.appending("post-merge"), with: Array("#!/bin/sh\n".utf8), durably: false)
    for line in [
      "repair", "verify --sample 50%", "verify --all -r origin", "hooks install", "hooks status",
      "hooks run post-merge 0", "hooks remove pre-push", "init --hooks",
    ] { try seen.check(line, in: shale) }
    try shale.directory.appending(".git/shale/store/format").remove()
    let verified = try shale.directory.appending(".git/config").contents()
    try AtomicFile.replace(
      shale.directory.appending(".git/config"),
      with: verified + Array("[shale]\n\tverifyOnPush = true\n".utf8), durably: false)
    try seen.check("push", in: shale)
    try AtomicFile.replace(
      shale.directory.appending(".git/config"), with: verified, durably: false)
    for pack in try TransferWorld.packs(of: directory.appending("remote")) { try pack.remove() }
    for line in ["fsck --remote origin", "repair -r origin -n", "verify -r origin"] {
      try seen.check(line, in: shale)
    }
    try seen.check("clone repository part", in: elsewhere)
    let part = Surroundings(
      environment: testEnvironment(), directory: directory.appending("part"))
    for line in ["fsck", "checkout", "restore data", "fetch", "pull", "push", "ls -R"] {
      try seen.check(line, in: part)
    }
    try directory.appending("remote").removeTree()
    try seen.check("clone repository away", in: elsewhere)
  }
}

/// The keys that objects had, by what is declared of them.
private struct SeenKeys {
  private var names: [[ResultKey]: Set<String>] = [:]

  /// Expects that each of the declared keys was there some time.
  func expectAll(_ keys: [ResultKey], of owner: String) {
    #expect(Set(keys.map(\.name)).subtracting(names[keys] ?? []) == [], "\(owner)")
    for key in keys {
      switch key.form {
      case .value, .document: break
      case .object(let below), .list(let below): expectAll(below, of: "\(owner): \(key.name)")
      }
    }
  }

  /// Runs a command line with `--json`, and looks at the keys of its result, if it has one.
  mutating func check(_ line: String, in shale: Surroundings) throws {
    let transcript = shale.run("--json \(line)")
    let name = try #require(
      Tool.spec.commands.map(\.name).filter { line == $0 || line.hasPrefix("\($0) ") }
        .max { $0.count < $1.count })
    #expect(transcript.errors == "", "\(line)")
    guard let result = try Self.result(of: name, in: Array(transcript.output.utf8)) else {
      return #expect(transcript.status != 0, "\(line) ended with 0, and has no result")
    }
    let spec = try #require(Tool.spec.command(name))
    check(result, spec.result, line)
  }

  /// Looks at the keys of a report.
  mutating func check(_ report: some Report, _ keys: [ResultKey], _ command: String) throws {
    let envelope = JSONEnvelope(command: command, result: report, problem: nil, warnings: [])
    check(try #require(try Self.result(of: command, in: envelope.bytes)), keys, command)
  }

  /// The result in an envelope.
  static func result(of command: String, in bytes: [UInt8]) throws -> [String: Any]? {
    let object = try JSONSerialization.jsonObject(with: Data(bytes))
    let envelope = try #require(object as? [String: Any])
    #expect(envelope["command"] as? String == command)
    return envelope["result"] as? [String: Any]
  }

  /// Compares an object with what is declared of it, and notes its keys.
  mutating func check(_ object: [String: Any], _ keys: [ResultKey], _ line: String) {
    names[keys, default: []].formUnion(object.keys)
    #expect(
      Set(object.keys).subtracting(keys.map(\.name)) == [], "\(line): keys that are not declared")
    for key in keys {
      guard let value = object[key.name] else {
        #expect(key.isOptional, "\(line): \(key.name) is missing")
        continue
      }
      switch key.form {
      case .document: break
      case .value:
        let elements = value as? [Any] ?? [value]
        #expect(!elements.contains { $0 is [String: Any] }, "\(line): \(key.name)")
      case .object(let below):
        check(value as? [String: Any] ?? ["not": "an object"], below, "\(line): \(key.name)")
      case .list(let below):
        for element in value as? [Any] ?? ["not a list"] {
          check(element as? [String: Any] ?? ["not": "an object"], below, "\(line): \(key.name)")
        }
      }
    }
  }
}
