import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import Commands

/// `shale doctor` in repositories in which something is, or is not, as it should be.
@Suite(.temporaryDirectory) struct DoctorCommandTests {
  /// One check as the JSON has it.
  struct Found: Decodable {
    let id: String
    let outcome: String
    let finding: String
    let hints: [String]
  }

  private struct Envelope: Decodable {
    struct Result: Decodable {
      struct Section: Decodable {
        let title: String
        let checks: [Found]
      }
      let sections: [Section]
      let problems: Int
      let notes: Int
    }
    let result: Result
  }

  /// Runs it, and gives every check by its id; `nil` is any status.
  private func examine(_ shale: Surroundings, status: UInt8? = 0) throws -> [String: Found] {
    let transcript = shale.run("doctor --json")
    #expect(status == nil || transcript.status == status, "\(transcript.output)")
    let result = try JSONDecoder().decode(Envelope.self, from: Data(transcript.output.utf8)).result
    let all = result.sections.flatMap(\.checks)
    #expect(result.problems == all.count { $0.outcome == "problem" })
    #expect(result.notes == all.count { $0.outcome == "note" })
    #expect((result.problems > 0) == (transcript.status != 0))
    for check in all { #expect(check.outcome == "ok" || !check.finding.isEmpty) }
    #expect(Set(all.map(\.id)).count == all.count, "an id names one check")
    return Dictionary(all.map { ($0.id, $0) }) { first, _ in first }
  }

  /// Every file below a directory, with its content.
  private func files(_ directory: FilePath) throws -> String {
    let script = "cd \"$1\" && find . -type f -exec sha256sum {} + | sort -k 2"
    return try Program.succeed("sh", ["-c", ByteString(script), "sh", directory.bytes]).text
  }

  @Test func `in a sound repository there is no problem, and no file is another one`() throws {
    let world = try TransferWorld()
    _ = world.shale.run("doctor")
    let before = try files(world.directory)
    let found = try examine(world.shale)
    #expect(try files(world.directory) == before)
    for id in [
      "shale", "git", "libgit2", "processors", "set-up", "attributes", "settings", "hooks", "store",
      "store-packs", "worktree-space", "worktree-locks", "worktree-times", "link", "reflink",
      "hardlink", "remote-origin", "default-remote",
    ] { #expect(found[id] != nil, "\(id)") }
    #expect(found["store"]?.finding.contains(".git/shale/store, of this clone alone") == true)
    #expect(found["store-packs"]?.finding.contains(/packs? with .*B/) == true)
    #expect(found["hardlink"]?.finding == "hardlink: possible")
    // The remote of the test lies beside the repository.
    #expect(found["remote-origin"]?.outcome == "note")
    #expect(found["remote-origin"]?.finding.contains("one file system") == true)
    let text = world.shale.run("doctor").output
    #expect(text.contains("\nStore\n  ok      ") && text.contains("No problems, "))
  }

  @Test func `outside of a repository the machine is looked at`() throws {
    let directory = FilePath(try TemporaryDirectory.requiredPath()).appending("empty")
    try directory.makeDirectories()
    let shale = Surroundings(environment: testEnvironment(), directory: directory)
    let found = try examine(shale)
    #expect(found["git"]?.outcome == "ok" && found["directory-locks"]?.outcome == "ok")
    #expect(found["repository"]?.outcome == "note")
    #expect(found["store"] == nil && found["no-remote"] == nil)
    #expect(try directory.names() == [])
    let setup = try GitSetup.make("plain")
    let plain = Surroundings(
      environment: testEnvironment(), directory: FilePath(setup.file("").path))
    let inGit = try examine(plain)
    #expect(inGit["set-up"]?.hints == ["Run `shale init`"])
    #expect(try FilePath(setup.file(".git/shale").path).statusIfPresent() == nil)
  }

  @Test func `a remote that is away, or another store in its place, is a problem`() throws {
    let world = try TransferWorld()
    let away = world.directory.appending("away")
    try world.remote.rename(to: away)
    let found = try examine(world.shale, status: 1)
    #expect(found["remote-origin"]?.outcome == "problem")
    #expect(found["remote-origin"]?.hints.isEmpty == false)
    let other = try TransferWorld(remoteName: "other", name: "second")
    try other.remote.rename(to: world.remote)
    let swapped = try examine(world.shale, status: 1)
    #expect(swapped["remote-origin"]?.finding.contains("is not the store of remote") == true)
    let transcript = world.shale.run("doctor")
    #expect(transcript.status == 1 && transcript.errors.contains("error: There is a problem"))
  }

  @Test func `a shared store that is gone, and settings that cannot be, are problems`() throws {
    let world = try TransferWorld()
    try world.setup.git("config", "shale.store", "/no/such/store")
    #expect(try examine(world.shale, status: 1)["store"]?.outcome == "problem")
    try world.setup.git("config", "--unset", "shale.store")
    try world.setup.git("config", "shale.compression", "nonsense")
    let found = try examine(world.shale, status: 1)
    #expect(found["repository"]?.finding.contains("nonsense") == true)
    #expect(found["directory-space"] != nil, "the rest is looked at all the same")
  }

  @Test func `a missing git is a problem`() throws {
    let directory = FilePath(try TemporaryDirectory.requiredPath())
    var shale = Surroundings(environment: testEnvironment(), directory: directory)
    shale.environment["PATH"] = "/nonexistent"
    #expect(try examine(shale, status: 1)["git"]?.outcome == "problem")
  }

  @Test func `settings that are misspelled, that cost, or that miss their hook are noted`() throws {
    let world = try TransferWorld()
    for (key, value) in [
      ("shale.verifyOnPush", "true"), ("shale.compression", "zlib"), ("shale.lnik", "copy"),
    ] { try world.setup.git("config", ByteString(key), ByteString(value)) }
    let found = try examine(world.shale)
    #expect(found["settings"]?.finding.contains("shale.compression = zlib (local)") == true)
    for id in ["unknown-setting", "verify-on-push", "verify-on-push-costs", "zlib"] {
      #expect(found[id]?.outcome == "note", "\(id)")
    }
    #expect(world.shale.run("hooks install pre-push").status == 0)
    let hook = ByteString(world.setup.file(".git/hooks/pre-push").path)
    try Program.succeed("chmod", ["-x", hook])
    #expect(try examine(world.shale)["verify-on-push"] != nil, "git does not run it")
    try Program.succeed("chmod", ["+x", hook])
    let hooked = try examine(world.shale)
    #expect(hooked["verify-on-push"] == nil)
    #expect(hooked["hooks"]?.finding.contains("pre-push") == true)
    try world.setup.write("#!/bin/sh\n", to: ".git/hooks/pre-commit")
    let other = ByteString(world.setup.file(".git/hooks/pre-commit").path)
    try Program.succeed("chmod", ["+x", other])
    #expect(try examine(world.shale)["commits-by-git"]?.finding.contains("pre-commit") == true)
  }

  @Test func `a link mode that is not possible is noted, with the reason`() throws {
    let memory = FilePath("/dev/shm")
    let world = try TransferWorld()
    guard let there = try? memory.status().device, there != (try world.directory.status().device)
    else { return }
    let store = memory.appending(AtomicFile.temporaryName())
    defer { _ = try? store.removeTree() }
    try Program.succeed(
      "cp", ["-r", world.shale.directory.appending(".git/shale/store").bytes, store.bytes])
    try world.setup.git("config", "shale.store", store.bytes)
    try world.setup.git("config", "shale.link", "hardlink")
    // There may be hardly any room.
    let found = try examine(world.shale, status: nil)
    #expect(found["link"]?.outcome == "note")
    #expect(found["hardlink"]?.finding.contains("not possible") == true)
    #expect(found["store"]?.finding.contains("shared") == true)
    #expect(found["store-space"]?.finding.contains("tmpfs") == true)
  }

  @Test func `a remote of this clone alone is noted, and so is a lack of remotes`() throws {
    let world = try TransferWorld()
    #expect(world.shale.run("remote add -q --local usb ../usb").status == 0)
    let found = try examine(world.shale)
    #expect(found["remote-usb"]?.finding.contains("only this clone knows it") == true)
    #expect(found["default-remote"]?.outcome == "note")
    for name in ["usb", "origin"] {
      #expect(world.shale.run("remote remove -q \(name)").status == 0)
    }
    #expect(try examine(world.shale)["no-remote"]?.outcome == "note")
  }

  @Test func `attributes that were taken away are noted`() throws {
    let world = try TransferWorld()
    try world.setup.write("*.txt text\n", to: ".gitattributes")
    let found = try examine(world.shale)
    #expect(found["attributes"]?.outcome == "note")
    #expect(found["attributes"]?.hints.first?.contains("shale init") == true)
  }
}
