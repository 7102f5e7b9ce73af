import Arguments
import Foundation
import Lineage
import ObjectStore
import Platform
import Primitives
import TestSupport
import Testing

@testable import Commands
@testable import Project

/// Every command that changes something writes to the operation log what it changed.
@Suite(.temporaryDirectory) struct OperationTests {
  private let world: TransferWorld

  init() throws {
    world = try TransferWorld()
  }

  /// What the newest operations did: each change as its line in the log spells it, once.
  ///
  /// - Parameters:
  ///   - line: The command line, which has to succeed.
  ///   - kinds: The kinds that are asked for; if nothing is given, those that people see.
  ///   - shale: Where it is run; in the repository if nothing is given.
  ///   - log: The log that it writes; that of the repository if nothing is given.
  private func changes(
    of line: String, in shale: Surroundings? = nil, log: FilePath? = nil,
    _ kinds: Set<String>? = nil
  ) throws -> [String] {
    let log = OperationLog(log ?? world.shale.directory.appending(".git/shale/operations"))
    let before = try log.operations().operations.count
    let words = line.split(separator: " ").map { ByteString($0.utf8) }
    try world.expectDone(words, in: shale)
    let families: Set<ByteString> = ["remote", "runs", "hooks", "migrate", "export"]
    let name = families.contains(words[0]) ? Array(words.prefix(2)) : [words[0]]
    let found = try log.operations().operations.dropFirst(before)
    for operation in found { #expect(operation.command == name, "\(line)") }
    var told: [String] = []
    for change in found.flatMap(\.changes) {
      let kind = change.kind.rawValue
      if let kinds, !kinds.contains(kind) { continue }
      if kinds == nil, Self.unseen.contains(kind) { continue }
      let line =
        "\(change.kind.rawValue) \(change.old ?? "-") \(change.new ?? "-") \(change.subject)"
      if !told.contains(line) { told.append(line) }
    }
    return told
  }

  private static let unseen: Set = ["file", "index", "base", "moved"]

  private func git(_ words: ByteString...) throws -> String {
    try Program.succeed("git", words, in: world.setup.path).line
  }

  /// The oid that the pointer of a path has.
  private func oid(of path: String) throws -> String {
    let pointer = String(decoding: try world.setup.read("\(path).shale"), as: UTF8.self)
    return String(try #require(pointer.firstMatch(of: /oid sha256:([0-9a-f]{64})/)?.output.1))
  }

  @Test func `init and clone tell which files they wrote`() throws {
    let setup = try GitSetup.make("new")
    let shale = Surroundings(
      environment: testEnvironment(), directory: FilePath(setup.file("").path))
    let log = shale.directory.appending(".git/shale/operations")
    let written = try changes(of: "init", in: shale, log: log, ["file"])
    let blobs = try [".shale/config", ".gitattributes"].map { file in
      let blob = try Program.succeed("git", ["hash-object", ByteString(file)], in: setup.path).line
      return "file - 100644:\(blob) \(file)"
    }
    #expect(written == blobs)
    #expect(try changes(of: "init", in: shale, log: log) == [])
    try world.expectDone("push -q")
    let elsewhere = Surroundings(environment: testEnvironment(), directory: world.directory)
    let cloned = try changes(
      of: "clone repository copy", in: elsewhere,
      log: world.directory.appending("copy/.git/shale/operations"), ["fetched", "data"])
    let paths = ["data", "model.bin", "other"]
    #expect(
      try cloned
        == paths.map { try "fetched - \(oid(of: $0)) \($0)" }
        + paths.map { try "data - \(oid(of: $0)) \($0)" })
  }

  @Test func `config and remote default tell what a setting was and is, and where`() throws {
    #expect(
      try changes(of: "config compression zlib")
        == ["setting - zlib local shale.compression"])
    #expect(
      try changes(of: "config compression none")
        == ["setting zlib none local shale.compression"])
    #expect(try changes(of: "config compression none") == [])
    #expect(
      try changes(of: "config --unset compression")
        == ["setting none - local shale.compression"])
    #expect(
      try changes(of: "config --shared largeFile 5m")
        == ["setting - 5m shared shale.largeFile"])
    #expect(
      try changes(of: "remote default origin")
        == ["setting - origin shared shale.defaultRemote"])
    for line in ["config", "config link", "remote list", "remote show origin"] {
      #expect(try changes(of: line) == [], "\(line)")
    }
  }

  @Test func `remote tells where a remote was and is`() throws {
    #expect(try changes(of: "remote add usb ../a") == ["remote - ../a usb"])
    try world.expectDone("remote default usb")
    #expect(
      try changes(of: "remote rename usb disk") == [
        "remote ../a - usb", "remote - ../a disk", "setting usb disk shared shale.defaultRemote",
      ])
    try world.directory.appending("a").rename(to: world.directory.appending("b"))
    #expect(try changes(of: "remote set-url disk ../b") == ["remote ../a ../b disk"])
    #expect(try changes(of: "remote set-url disk ../b") == [])
    #expect(
      try changes(of: "remote remove disk") == [
        "remote ../b - disk", "setting disk - shared shale.defaultRemote",
      ])
  }

  @Test func `push tells which commits a remote was sent`() throws {
    let first = try git("rev-parse", "HEAD")
    #expect(try changes(of: "push -n") == [])
    #expect(try changes(of: "push") == ["pushed - \(first) origin"])
    #expect(try changes(of: "push") == [])
    #expect(try changes(of: "push -p data") == [])
  }

  @Test func `fetch and pull tell what they brought`() throws {
    try world.expectDone("push -q")
    let clone = try world.clone()
    let log = clone.directory.appending(".git/shale/operations")
    let data = try oid(of: "data")
    let other = try oid(of: "other")
    func changes(_ line: String) throws -> [String] {
      try self.changes(of: line, in: clone, log: log)
    }
    #expect(try changes("fetch -n") == [])
    #expect(try changes("fetch -p data") == ["fetched - \(data) data"])
    #expect(try changes("fetch -p data") == [])
    #expect(try changes("pull -p data") == ["data - \(data) data"])
    #expect(
      try changes("pull -p other") == ["fetched - \(other) other", "data - \(other) other"])
    #expect(try changes("pull -p other") == [])
  }

  @Test func `add, commit, mv and rm tell what pointers became, and where the branch is`() throws {
    let old = try oid(of: "data")
    let head = try git("rev-parse", "HEAD")
    try world.setup.write("two\n", to: "data/a.txt")
    let added = try changes(of: "add data")
    let new = try oid(of: "data")
    #expect(added == ["pointer \(old) \(new) data"])
    #expect(try changes(of: "add data") == [])
    let committed = try changes(of: "commit -q -m second")
    #expect(try committed == ["head \(head) \(git("rev-parse", "HEAD")) refs/heads/main"])
    #expect(
      try changes(of: "mv data moved") == ["pointer \(new) - data", "pointer - \(new) moved"])
    #expect(try changes(of: "rm moved") == ["data \(new) - moved", "pointer \(new) - moved"])
  }

  @Test func `checkout and restore tell what the data became, and what was saved`() throws {
    let old = try oid(of: "data")
    let first = try git("rev-parse", "HEAD")
    try world.setup.write("two\n", to: "data/a.txt")
    try world.commit("second")
    let new = try oid(of: "data")
    let second = try git("rev-parse", "HEAD")
    #expect(try changes(of: "checkout -n HEAD~1") == [])
    #expect(
      try changes(of: "checkout -q HEAD~1") == [
        "branch refs/heads/main - HEAD", "head \(second) \(first) HEAD",
        "data \(new) \(old) data",
      ])
    try world.setup.write("mine\n", to: "data/a.txt")
    let sum = try Program.succeed("sha256sum", ["data/a.txt"], in: world.setup.path).line
    let restored = try changes(of: "restore --force data/a.txt")
    #expect(restored.contains("saved - \(sum.prefix(64)) data/a.txt"))
    #expect(restored.contains("data \(old) \(old) data"))
  }

  @Test func `resolve tells what pointers and data became`() throws {
    let old = try oid(of: "data")
    try world.setup.write("two\n", to: "data/a.txt")
    try world.commit("second")
    let new = try oid(of: "data")
    try world.setup.write("mine\n", to: "data/a.txt")
    _ = try git("checkout", "-q", "HEAD~1", "--", "data.shale")
    #expect(try changes(of: "resolve -n --theirs data") == [])
    let theirs = try changes(of: "resolve --theirs data")
    #expect(theirs.count == 1)
    #expect(theirs.first?.hasPrefix("data ") == true && theirs[0].hasSuffix(" \(old) data"))
    try world.setup.write("mine\n", to: "data/a.txt")
    _ = try git("checkout", "-q", "main", "--", "data.shale")
    let ours = try changes(of: "resolve --ours data")
    let mine = try oid(of: "data")
    #expect(ours.contains("pointer \(new) \(mine) data") && mine != new, "\(ours)")
  }

  @Test func `run tells which data got another pointer`() throws {
    try world.setup.write("echo made > made.txt\n", to: "make.sh")
    let old = try oid(of: "data")
    let changes = try changes(of: "run -o made.txt -- sh make.sh")
    let made = try oid(of: "made.txt")
    #expect(changes == ["data - \(made) made.txt", "pointer - \(made) made.txt"])
    try world.setup.write("echo two > data/a.txt\n", to: "change.sh")
    #expect(
      try self.changes(of: "run -- sh change.sh")
        == ["data \(old) \(oid(of: "data")) data", "pointer \(old) \(oid(of: "data")) data"])
  }

  @Test func `runs tells which records were removed`() throws {
    for name in ["one", "two"] {
      try world.expectDone(["run", "-n", ByteString(name), "--", "true"])
    }
    let catalog = try Project.open(
      from: world.shale.directory, environment: testEnvironment()
    ).runs()
    let (one, two) = (try catalog.run(named: "one").id, try catalog.run(named: "two").id)
    #expect(try changes(of: "runs rm --dry-run one") == [])
    #expect(try changes(of: "runs rm one") == ["run \(one) - \(one)"])
    #expect(try changes(of: "runs prune --keep 1") == [])
    #expect(try changes(of: "runs prune --keep 0") == ["run \(two) - \(two)"])
  }

  @Test func `forget tells what is gone for good, and what may come back`() throws {
    try world.setup.git("rm", "-q", "model.bin.shale")
    try FileManager.default.removeItem(at: world.setup.file("model.bin"))
    try world.setup.commitAll("without")
    let oid = hexSHA256(try #require(world.files["model.bin"]))
    #expect(try changes(of: "forget -n \(oid)") == [])
    #expect(try changes(of: "forget --yes model.bin") == ["forgotten \(oid) - \(oid)"])
    #expect(try changes(of: "forget --lift \(oid)") == ["forgotten - \(oid) \(oid)"])
  }

  @Test func `import and update tell what pointers and data became`() throws {
    let source = try TransferWorld(remoteName: "source-remote", name: "source")
    let old = try oid(of: "data")
    #expect(
      try Set(changes(of: "import -q ../source data -o imported"))
        == ["data - \(old) imported/data", "pointer - \(old) imported/data"])
    #expect(try changes(of: "update -q") == [])
    try source.setup.write("two\n", to: "data/a.txt")
    try source.commit("second")
    #expect(try changes(of: "update -n") == [])
    let updated = try changes(of: "update -q")
    let new = try oid(of: "imported/data")
    #expect(
      Set(updated) == ["data \(old) \(new) imported/data", "pointer \(old) \(new) imported/data"])
  }

  @Test func `reproduce tells nothing where nothing came from a remote`() throws {
    try world.expectDone(["run", "-n", "one", "--", "true"])
    #expect(try changes(of: "reproduce one") == [])
  }

  @Test func `gc tells how much went to trash, and of which store`() throws {
    #expect(try changes(of: "gc") == [])
    let store = try ObjectStore.open(at: world.shale.directory.appending(".git/shale/store"))
    let writer = try store.writer()
    _ = try writer.add(Array("nobody needs me\n".utf8), class: .data)
    try writer.finish(durably: true)
    try KeepingScene.age(store.root)
    #expect(try changes(of: "gc -n") == [])
    #expect(try changes(of: "gc -q") == ["collected - 16 store"])
    try world.expectDone("push -q")
    #expect(try changes(of: "gc --remote origin") == [])
  }

  @Test func `undo tells what it took back`() throws {
    try world.expectDone("config compression zlib")
    let log = OperationLog(world.shale.directory.appending(".git/shale/operations"))
    let id = try #require(try log.history().operations.last).id
    #expect(
      try changes(of: "undo") == [
        "setting zlib - local shale.compression", "undid - \(id) config",
      ])
  }

  @Test func `repair tells what came back, and which packs it put aside`() throws {
    try world.expectDone("push -q")
    let store = world.shale.directory.appending(".git/shale/store")
    let pack = try #require(
      try TransferWorld.packs(of: store).max { try $0.status().size < $1.status().size })
    try TransferWorld.flip(pack, at: try pack.status().size.bytes / 2)
    let found = try changes(of: "repair")
    let id = "\(pack.name)".prefix(64)
    #expect(found.contains("repaired \(id) - \(id).pack"), "\(found)")
    #expect(found.contains { $0.contains(/^repaired - [0-9a-f]{64} (data|other|model)/) })
    #expect(try changes(of: "repair") == [])
  }

  @Test func `a hook tells what it brought`() throws {
    let old = try oid(of: "data")
    try world.setup.write("two\n", to: "data/a.txt")
    try world.commit("second")
    let new = try oid(of: "data")
    try world.setup.git("checkout", "-q", "HEAD~1")
    #expect(try changes(of: "hooks run post-checkout") == ["data \(new) \(old) data"])
    #expect(try changes(of: "hooks run post-checkout") == [])
  }

  @Test func `migrate and export tell what pointers became, and which branch was made`() throws {
    let migration = try MigrationWorld("migration")
    let log = migration.shale.directory.appending(".git/shale/operations")
    func changes(_ line: String) throws -> [String] {
      try self.changes(of: line, in: migration.shale, log: log)
    }
    func oid(_ path: String) throws -> String {
      let text = String(decoding: try migration.setup.read("\(path).shale"), as: UTF8.self)
      return String(try #require(text.firstMatch(of: /oid sha256:([0-9a-f]{64})/)?.output.1))
    }
    #expect(try changes("migrate lfs -n") == [])
    #expect(try changes("migrate lfs") == ["pointer - \(oid("model.bin")) model.bin"])
    #expect(
      try changes("migrate dvc") == [
        "pointer - \(oid("data")) data", "pointer - \(oid("old.csv")) old.csv",
      ])
    try migration.setup.commitAll("migrated")
    let forLFS = try changes("export lfs --branch lfs HEAD")
    #expect(try forLFS == ["head - \(migration.setup.git("rev-parse", "lfs")) refs/heads/lfs"])
    let forDVC = try changes("export dvc --branch dvc HEAD")
    #expect(try forDVC == ["head - \(migration.setup.git("rev-parse", "dvc")) refs/heads/dvc"])
    #expect(try changes("export dir HEAD ../plain") == [])
  }

  @Test func `every command that can change something is asked here`() throws {
    let readOnly: Set = [
      "help", "version", "completion", "docs", "status", "why", "diff", "log", "ls", "cat", "fsck",
      "du", "doctor", "operations", "verify", "merge-pointer", "show-pointer",
      "remote list", "remote show", "lineage", "trace", "runs list", "runs show", "runs diff",
      // What they change is no clone.
      "get", "cache show", "cache prune", "cache clear",
      // What these change is files of git's, and each takes back the other.
      "hooks install", "hooks remove", "hooks status",
      "params show", "params diff", "metrics show", "metrics diff", "plots show", "plots diff",
    ]
    let source = try String(contentsOf: URL(filePath: #filePath), encoding: .utf8)
    for name in Tool.spec.commands.map(\.name) where !readOnly.contains(name) {
      #expect(source.contains("of: \"\(name)") || source.contains("changes(\"\(name)"), "\(name)")
    }
  }
}
