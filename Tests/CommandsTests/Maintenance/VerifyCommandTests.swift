import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import Commands

/// That a commit can be restored from one place alone is proven by reading it, and written down.
@Suite(.temporaryDirectory) struct VerifyCommandTests {
  private let world: TransferWorld
  private var store: FilePath { world.shale.directory.appending(".git/shale/store") }

  init() throws {
    world = try TransferWorld()
    try world.expectDone("push -q")
  }

  @Test func `all files of a commit are read from the local store, or from the remote alone`()
    throws
  {
    let size = world.files.values.reduce(0) { $0 + $1.count }
    let here = try world.expectDone("verify")
    #expect(here.contains("All 5 files of HEAD ("), "\(here)")
    #expect(here.contains("restorable from the local store"))
    let json = world.shale.run("verify --remote origin --json").output
    let bytes = try #require(json.firstMatch(of: /"bytes":(\d+)/)?.output.1)
    #expect(try #require(Int(bytes)) > size, "directories are read, too")
    #expect(json.contains("\"files\":5") && json.contains("\"remote\":\"origin\""))

    // Nothing helps out: what the other one has does not count.
    for pack in try TransferWorld.packs(of: store) { try pack.remove() }
    #expect(world.shale.run("verify").status == 5)
    #expect(world.shale.run("verify --remote origin").status == 0)
  }

  @Test func `what is damaged or missing is named, and nothing else is`() throws {
    let largest = try #require(
      try TransferWorld.packs(of: world.remote).max { try $0.status().size < $1.status().size })
    try TransferWorld.flip(largest, at: try largest.status().size.bytes / 2)
    let found = world.shale.run("verify HEAD --remote origin")
    #expect(found.status == 4)
    let lines = found.output.split(separator: "\n").filter { $0.hasPrefix("  damaged ") }
    #expect(lines.count == 1, "\(found.output)")
    #expect(found.errors.contains("cannot be restored from origin"))
    #expect(world.shale.run("verify").status == 0)
  }

  @Test func `a remote that does not answer is unknown, and nothing is written down`() throws {
    try world.remote.rename(to: world.directory.appending("away"))
    #expect(world.shale.run("verify --remote origin").status == 75)
    #expect(try world.expectDone("verify --list") == "Nothing was verified yet.\n")
  }

  @Test func `each proof leaves a dated line, which a damaged one beside it does not hide`() throws
  {
    try world.expectDone("verify")
    try world.expectDone("verify --remote origin --sample 50% --seed 7")
    let log = world.shale.directory.appending(".git/shale/verified")
    let bytes = try log.contents()
    try AtomicFile.replace(log, with: bytes + Array("nonsense\n".utf8), durably: false)
    let output = try world.expectDone("verify --list")
    let lines = output.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(
      lines[0].contains(/^\d{4}-\d\d-\d\dT\d\d:\d\d restorable HEAD \(\w{10}\) from the local/))
    #expect(lines[1].contains("from origin: 5 files") && lines[1].contains("50% read with seed 7"))
    // The line is the one that the page of the format describes.
    let first = try #require(bytes.split(separator: UInt8(ascii: "\n")).first)
    let fields = first.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
    #expect(fields.count == 14)
    let sum = try Program.succeed(
      "bash", ["-c", "head -n 1 .git/shale/verified | cut -f 2- | tr -d '\\n' | sha256sum"],
      in: world.setup.path
    ).line
    #expect(sum.hasPrefix(String(decoding: fields[0], as: UTF8.self)))
  }

  @Test func `a sample reads some files, the same for a seed, and looks up all`() throws {
    for number in 0..<200 { try world.setup.write("\(number)\n", to: "data/n\(number)") }
    try world.commit("many")
    try world.expectDone("push -q")
    func read(_ line: String) throws -> Int {
      let json = world.shale.run("\(line) --json").output
      let count = try #require(json.firstMatch(of: /"filesRead":(\d+)/)?.output.1)
      return try #require(Int(count))
    }
    let some = try read("verify --sample 20% --seed 3")
    #expect((15..<75).contains(some))
    #expect(try read("verify --sample 20% --seed 3") == some)
    #expect(try read("verify --sample 100% --seed 3") == 205)
    #expect(world.shale.run("verify --sample 0%").status == 2)
    #expect(world.shale.run("verify --sample many").status == 2)
    for pack in try TransferWorld.packs(of: store) { try pack.remove() }
    #expect(world.shale.run("verify --sample 0.01% --seed 3").status == 5)
  }

  @Test func `all commits are those that any reference leads to`() throws {
    try world.setup.write("two\n", to: "data/a.txt")
    try world.commit("second")
    #expect(try world.expectDone("verify --all").contains("All 8 files of all commits restorable"))
    #expect(world.shale.run("verify --all --remote origin").status == 5)
  }

  // MARK: - Pushing

  @Test func `a push can be asked to read again what it sent`() throws {
    #expect(!(try world.expectDone("push")).contains("restorable"))
    try world.expectDone("config verifyOnPush true")
    let output = try world.expectDone("push")
    #expect(output.contains("restorable from origin"), "\(output)")
    let largest = try #require(
      try TransferWorld.packs(of: world.remote).max { try $0.status().size < $1.status().size })
    try TransferWorld.flip(largest, at: try largest.status().size.bytes / 2)
    #expect(world.shale.run("push").status == 4)
    // The proof has marked what is bad, so that a push sends it again.
    #expect(world.shale.run("push").status == 0)
  }

  @Test func `everything is up to date is never said of a remote that lacks objects`() throws {
    #expect(try world.expectDone("push") == "origin has everything already.\n")
    try world.expectDone("config verifyOnPush true")
    for pack in try TransferWorld.packs(of: world.remote) { try pack.remove() }
    let found = world.shale.run("push")
    #expect(found.status == 5, "\(found.output)")
    let again = try world.expectDone("push")
    #expect(again.contains("Sent "), "\(again)")
    try world.expectDone("fsck --remote origin")
  }

  @Test func `the hook of git lets a push of git through only with its data`() throws {
    try Program.succeed("git", ["init", "-q", "--bare", "bare.git"], in: world.directory.bytes)
    try world.setup.git("remote", "add", "code", ByteString("\(world.directory)/bare.git"))
    try world.expectDone("hooks install pre-push")
    func push() throws -> Int {
      try Int(
        Program.run(
          "git", ["push", "-q", "code", "HEAD:main"], in: world.setup.path,
          environment: HookScene.variables()
        ).status)
    }
    #expect(try push() == 0)
    try world.setup.write("two\n", to: "data/a.txt")
    try world.commit("second")
    try world.expectDone("config verifyOnPush true")
    let largest = try #require(
      try TransferWorld.packs(of: world.remote).max { try $0.status().size < $1.status().size })
    try TransferWorld.flip(largest, at: try largest.status().size.bytes / 2)
    #expect(try push() != 0)
    #expect(try push() == 0)
    #expect(
      try world.expectDone("verify --list").contains("restorable what was pushed from origin"))
  }

  @Test func `the hook does nothing where nothing is pushed, or nothing is set up`() throws {
    let empty = try GitSetup.make("empty")
    let shale = Surroundings(
      environment: testEnvironment(), directory: FilePath(empty.file("").path))
    let found = shale.run("hooks run pre-push origin url")
    #expect(found.status == 0)
    #expect(found.output == "")
    #expect(shale.run("hooks run post-nothing").status == 2)
  }
}
