import Foundation
import ObjectStore
import Platform
import Primitives
import Remotes
import TestSupport
import Testing
import Workspace

@testable import Project

/// `gc` says what goes, and then that goes, and nothing else.
@Suite(.temporaryDirectory) struct GCCommandTests {
  private let scene: KeepingScene
  private var setup: GitSetup { scene.setup }

  init() throws {
    scene = try KeepingScene()
  }

  /// Records a version of `data`, of which the last one is kept by its pointer alone.
  private func add(_ files: [String: [UInt8]]) throws {
    try? FileManager.default.removeItem(at: setup.file("data"))
    for (name, bytes) in files { try setup.write(bytes, to: "data/\(name)") }
    #expect(scene.shale.run("add -q data").status == 0)
  }

  private func addVersions() throws {
    let large = sampleBytes(count: 900_000, seed: 1)
    try add(["a.txt": Array("one\n".utf8), "deep/b.bin": large])
    try add([
      "a.txt": Array("two\n".utf8), "deep/b.bin": large,
      "c.bin": sampleBytes(count: 70_000, seed: 2),
    ])
    try add(["a.txt": Array("three\n".utf8), "deep/b.bin": large])
  }

  private func json(_ line: String, in shale: Surroundings? = nil) throws -> [String: Any] {
    let transcript = KeepingScene.run("--json \(line)", in: shale ?? scene.shale)
    #expect(transcript.status == 0, "\(transcript.output)\(transcript.errors)")
    let object = try JSONSerialization.jsonObject(with: Data(transcript.output.utf8))
    return try #require((object as? [String: Any])?["result"] as? [String: Any])
  }

  // MARK: - What is said

  @Test func `a preview has the numbers of what then happens`() throws {
    try addVersions()
    try KeepingScene.age(scene.project().layout.store)
    let line = "gc --grace 0 --force"
    let preview = try json("\(line) --dry-run")
    let before = try files(below: ".git/shale/store")
    #expect(try files(below: ".git/shale/store") == before, "a preview changes nothing")
    let result = try json(line)
    let keys = [
      "records", "bytes", "trashedPacks", "repackedPacks", "copiedBytes", "unnamed", "copies",
      "youngPacks", "freedBytes", "restoredPacks", "removedRuns",
    ]
    for key in keys {
      #expect(preview[key] as? Int != nil, "\(key)")
      #expect(preview[key] as? Int == result[key] as? Int, "\(key)")
    }
    #expect(try #require(preview["bytes"] as? Int) > 70_000)
    #expect(preview["isDryRun"] as? Bool == true && result["isDryRun"] as? Bool == false)
    // What the versions come to is what goes.
    let versions = try #require(preview["versions"] as? [[String: Any]])
    let named = versions.compactMap { $0["bytes"] as? Int }.reduce(0, +)
    let rest = ["unnamedBytes", "copiesBytes"].compactMap { preview[$0] as? Int }.reduce(0, +)
    #expect(named + rest == preview["bytes"] as? Int)
    #expect(versions.map { $0["path"] as? String } == ["data", "data"])
    #expect(versions.map { $0["files"] as? Int } == [2, 0], "what the others have as well stays")
    let later = try json("\(line) --dry-run")
    #expect(later["records"] as? Int == 0)
    #expect(scene.shale.run("fsck").status == 0)
  }

  private func files(below path: String) throws -> [String] {
    try Program.succeed(
      "find",
      [ByteString(path), "-type", "f", "-not", "-path", "*/leases/*", "-not", "-name", "lock"],
      in: setup.path
    ).text.split(separator: "\n").map { String($0) }.sorted()
  }

  @Test func `what goes is told by names, times and sizes, and by no hash`() throws {
    try addVersions()
    _ = try scene.content("nobody knows me\n")
    try KeepingScene.age(scene.project().layout.store)
    let preview = KeepingScene.run("gc -n --grace 0 --force", in: scene.shale)
    let lines = preview.output.split(separator: "\n").map { String($0) }
    #expect(lines.first == "To trash:")
    let pattern =
      /\ \ data +version of 20..-..-.. ..:.. \(add, replaced by add\) +2 files +[0-9.]+ KiB/
    #expect(lines.contains { $0.wholeMatch(of: pattern) != nil }, "\(preview.output)")
    #expect(lines.contains { $0.hasPrefix("  1 piece of no known name") }, "\(preview.output)")
    // It says the same before it acts.
    let done = KeepingScene.run("gc --grace 0 --force", in: scene.shale)
    for line in lines where line.contains("data  version") { #expect(done.errors.contains(line)) }
    #expect(done.output.hasPrefix("Moved "))
    for text in [preview.output, preview.errors, done.output, done.errors] {
      #expect(text.firstMatch(of: /[0-9a-f]{10}/) == nil, "\(text)")
    }
  }

  @Test func `a directory of which no name is known is told by what is in it`() throws {
    try addVersions()
    try FileManager.default.removeItem(at: setup.file(".git/shale/operations"))
    try KeepingScene.age(scene.project().layout.store)
    let output = KeepingScene.run("gc -n", in: scene.shale).output
    #expect(output.contains("a directory with 'a.txt', 'c.bin' and 1 more"), "\(output)")
  }

  @Test func `where there is nothing to take away, that is said`() throws {
    let result = KeepingScene.run("gc", in: scene.shale)
    #expect(result.status == 0 && result.output == "Nothing to take away.\n" && result.errors == "")
  }

  @Test func `what was written a moment ago is left alone`() throws {
    _ = try scene.content("new\n")
    let result = try json("gc --grace 0 --force")
    #expect(result["records"] as? Int == 0 && result["youngPacks"] as? Int == 1)
  }

  // MARK: - The way back

  @Test func `a branch that comes back brings its data out of trash`() throws {
    try setup.write("one\n", to: "model.bin")
    try setup.git("checkout", "-q", "-b", "topic")
    #expect(scene.shale.run("commit -q -m topic").status != 0)
    #expect(scene.shale.run("add -q model.bin").status == 0)
    #expect(scene.shale.run("commit -q -m topic").status == 0)
    let commit = try setup.git("rev-parse", "HEAD")
    #expect(scene.shale.run("checkout -q main").status == 0)
    try setup.git("branch", "-q", "-D", "topic")
    #expect(try scene.collect()["records"] as? Int == 0, "a reflog has it")
    try scene.expireReflogs()
    #expect(try scene.collect()["records"] as? Int ?? 0 > 0)
    try setup.git("branch", "topic", ByteString(commit))
    #expect(scene.shale.run("checkout -q topic").status == 0)
    #expect(try setup.read("model.bin") == Array("one\n".utf8))
    #expect(try scene.collect()["restoredPacks"] as? Int ?? 0 > 0)
    try scene.collect()
    #expect(scene.shale.run("fsck").status == 0)
  }

  @Test func `within the grace nothing that a command replaced goes`() throws {
    try addVersions()
    try KeepingScene.age(scene.project().layout.store)
    #expect(try json("gc")["records"] as? Int == 0)
    #expect(try json("gc --grace 1d")["records"] as? Int == 0)
    #expect(scene.shale.run("config gcGrace 2w").status == 0)
    #expect(try json("gc -n")["grace"] as? Int == 14 * 86_400)
  }

  @Test func `no grace at all has to be asked for twice`() throws {
    #expect(KeepingScene.run("gc --grace 0", in: scene.shale).status == 2)
    #expect(KeepingScene.run("gc --grace soon", in: scene.shale).status == 2)
    let result = KeepingScene.run("gc --grace 0 --force", in: scene.shale)
    #expect(result.status == 0 && result.errors.hasPrefix("warning: "))
  }

  // MARK: - Refusals

  @Test func `where it is not known what is kept, nothing is done`() throws {
    let content = try scene.content("one\n")
    try KeepingScene.age(scene.project().layout.store)
    let before = try files(below: ".git/shale/store/packs")
    func expectRefused(_ status: UInt8, _ mention: String) throws {
      for line in ["gc -n", "gc --grace 0 --force"] {
        let result = KeepingScene.run(line, in: scene.shale)
        #expect(result.status == status, "\(result.errors)")
        #expect(result.errors.contains(mention) && result.errors.contains("hint: "))
      }
      #expect(try files(below: ".git/shale/store/packs") == before)
    }
    try setup.write("", to: ".git/refs/heads/torn")
    try expectRefused(1, ".git/refs/heads/torn")
    try FileManager.default.removeItem(at: setup.file(".git/refs/heads/torn"))
    try setup.write("", to: ".git/index.lock")
    try expectRefused(75, ".git/index.lock")
    try FileManager.default.removeItem(at: setup.file(".git/index.lock"))
    try setup.write("shale 7\n", to: "a.shale")
    try expectRefused(1, "a.shale")
    try FileManager.default.removeItem(at: setup.file("a.shale"))
    try setup.write("shale pin 1\n", to: ".git/shale/store/roots/pins/paper")
    try expectRefused(4, "roots/pins/paper")
    try FileManager.default.removeItem(at: setup.file(".git/shale/store/roots/pins/paper"))
    #expect(try scene.collect()["records"] as? Int == 1)
    #expect(try scene.isThere(content), "in trash")
  }

  @Test func `who finds the store locked is told to come back`() throws {
    let collector = try scene.project().store().collector()
    #expect(scene.shale.run("gc --wait 0").status == 75)
    _ = consume collector
    #expect(KeepingScene.run("gc", in: scene.shale).status == 0)
  }

  // MARK: - What stores are asked to keep

  @Test func `a pin keeps its objects until it is removed`() throws {
    let content = try scene.content("one\n")
    let pin = PinRoot(
      name: "paper", date: 0,
      entries: [.init(id: content.id, isTree: false, path: try RepositoryPath("a"))])
    try RootDirectory(store: scene.project().layout.store).record(pin)
    for _ in 0..<2 { try scene.collect() }
    #expect(try scene.isThere(content))
    try FileManager.default.removeItem(at: setup.file(".git/shale/store/roots/pins/paper"))
    for _ in 0..<2 { try scene.collect() }
    #expect(try !scene.isThere(content))
  }

  @Test func `a remote keeps what was pushed, and loses what nobody pushed to the end`() throws {
    let world = try TransferWorld()
    try world.expectDone("push -q")
    let store = try ObjectStore.open(at: world.remote)
    let writer = try store.writer()
    let lost = try writer.add(Array("half of a push\n".utf8), class: .data)
    try writer.finish(durably: true)
    try KeepingScene.age(world.remote)
    for count in [1, 0] {
      let result = try json("gc --remote origin --grace 0 --force", in: world.shale)
      #expect(result["records"] as? Int == count)
    }
    #expect(try !ObjectStore.open(at: world.remote).contains(lost))
    let clone = try world.clone()
    try world.expectDone(["pull", "-q"], in: clone)
    #expect(try world.files(in: clone) == world.files)
    #expect(world.shale.run("fsck --remote origin").status == 0)
  }

  @Test func `a root of a remote that cannot be read is told, and nothing is done`() throws {
    let world = try TransferWorld()
    try world.expectDone("push -q")
    let root = try #require(
      Program.succeed("find", [world.remote.appending("roots/commits").bytes, "-type", "f"]).text
        .split(separator: "\n").first)
    let file = FilePath(String(root))
    let bytes = try file.contents()
    try AtomicFile.replace(file, with: bytes.dropLast(), durably: false)
    let result = KeepingScene.run("gc --remote origin", in: world.shale)
    #expect(result.status == 4 && result.errors.contains(String(root)))
    let text = String(decoding: bytes, as: UTF8.self).replacing(
      "shale commit 1", with: "shale commit 2")
    try AtomicFile.replace(file, with: Array(text.utf8), durably: false)
    let newer = KeepingScene.run("gc --remote origin", in: world.shale)
    #expect(newer.status == 1 && newer.errors.contains(String(root)))
  }

  @Test func `a push that promised all of a commit and lacks some of it is told`() throws {
    let world = try TransferWorld()
    try world.expectDone("push -q")
    let packs = try TransferWorld.packs(of: world.remote)
    for pack in packs.dropFirst() { try pack.remove() }
    let result = KeepingScene.run("gc --remote origin -n", in: world.shale)
    #expect(result.status == 0 && result.errors.contains("objects of it are missing"))
    #expect(result.errors.contains("hint: Run `shale push origin`"))
    #expect(
      result.output == "Nothing to take away.\n1 pack written within the last hour: not looked at\n"
    )
  }
}
