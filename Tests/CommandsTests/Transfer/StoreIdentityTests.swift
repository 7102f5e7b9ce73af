import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import Commands

/// Data goes to the store that is meant, or nowhere.
@Suite(.temporaryDirectory) struct StoreIdentityTests {
  private let world: TransferWorld
  private let clone: Surroundings

  /// Where the remote's store lies while it is not mounted.
  private let away: FilePath

  init() throws {
    world = try TransferWorld()
    away = world.directory.appending("away")
    try world.expectDone("push -q")
    clone = try world.clone()
  }

  // MARK: - A remote that is not mounted

  /// What uses the store of a remote.
  private static let lines = [
    "push", "push -n", "fetch", "fetch -n", "pull", "remote show origin", "fsck --remote origin",
  ]

  @Test(arguments: lines)
  func `no store is made where a remote is not mounted, and it is said alike`(line: String) throws {
    try world.remote.rename(to: away)
    let absent = clone.run(line)
    #expect(absent.status == 75)
    #expect(try world.remote.statusIfPresent() == nil)
    try world.remote.makeDirectories()
    for shale in [clone, world.shale] {
      let empty = shale.run(line)
      #expect(empty.status == 75)
      #expect(try world.remote.names().isEmpty)
      let sentence = "error: Remote '\(world.remote)' cannot be reached: "
      #expect(absent.errors.hasPrefix(sentence))
      #expect(empty.errors.hasPrefix(sentence + "it holds no store\n"))
      #expect(Self.hints(of: empty) == Self.hints(of: absent))
    }
  }

  @Test func `a clone is made all the same, and can be filled when the remote is back`() throws {
    try world.remote.rename(to: away)
    try world.remote.makeDirectories()
    let elsewhere = Surroundings(environment: testEnvironment(), directory: world.directory)
    #expect(elsewhere.run("clone repository copy").status == 75)
    #expect(try world.remote.names().isEmpty)
    try world.remote.removeDirectory()
    try away.rename(to: world.remote)
    let copy = Surroundings(
      environment: testEnvironment(), directory: world.directory.appending("copy"))
    try world.expectDone(["pull", "-q"], in: copy)
    #expect(try world.files(in: copy) == world.files)
  }

  @Test func `a process of its own leaves an empty mount point as it is`() throws {
    try world.remote.rename(to: away)
    try world.remote.makeDirectories()
    let pushed = try Program.run(
      builtProgram().description, ["push"], in: clone.directory.bytes)
    #expect(pushed.status == 75)
    #expect(pushed.errorText.contains("it holds no store"))
    #expect(try world.remote.names().isEmpty)
  }

  // MARK: - Another store in its place

  @Test(arguments: lines)
  func `another store in the place is refused by who never saw the right one`(line: String) throws {
    try replaceByOther()
    let before = try Self.everything(in: world.remote)
    for shale in [clone, world.shale] {
      let result = shale.run(line)
      #expect(result.status == 1)
      #expect(result.errors.contains("Store '\(world.remote)' ("))
      #expect(result.errors.contains("hint: Check that the right disk or share is mounted there"))
    }
    #expect(try Self.everything(in: world.remote) == before)
    try world.remote.removeTree()
    try away.rename(to: world.remote)
    try world.expectDone(["pull", "-q"], in: clone)
    #expect(try world.files(in: clone) == world.files)
  }

  @Test func `a store that lost its id is another one`() throws {
    try world.remote.appending("id").remove()
    let result = clone.run("push")
    #expect(result.status == 1)
    #expect(result.errors.contains("(no id) is not the store of remote 'origin' ("))
    #expect(try world.remote.appending("id").statusIfPresent() == nil)
  }

  @Test func `the advice on another store works`() throws {
    try replaceByOther()
    let advice = clone.run("push").errors.matches(of: /`shale (remote [^`]*)`/).map(\.output.1)
    #expect(advice == ["remote remove origin", "remote add origin \(world.remote)"])
    for line in advice { #expect(clone.run(String(line)).status == 0) }
    #expect(clone.run("fetch -q").status == 5)
  }

  @Test func `a remote that was begun anew is known by who pulls the change`() throws {
    try world.remote.rename(to: away)
    for line in ["remote remove origin", "remote add -q origin \(world.remote)"] {
      try world.expectDone(line)
    }
    try world.expectDone("push -q")
    #expect(clone.run("pull -q").status == 1)
    try world.setup.git("commit", "-qam", "The remote begins anew")
    try Program.succeed("git", ["pull", "-q"], in: clone.directory.bytes)
    try world.expectDone(["pull", "-q"], in: clone)
    #expect(try world.files(in: clone) == world.files)
  }

  @Test func `a remote that is renamed or moved is still the same store`() throws {
    try world.expectDone("remote rename origin archive")
    try world.expectDone("push")
    try world.remote.rename(to: away)
    try world.expectDone(["remote", "set-url", "archive", away.bytes])
    try world.expectDone("push")
    try world.expectDone(["remote", "add", "-q", "other", world.remote.bytes])
    try world.expectDone(["remote", "set-url", "archive", world.remote.bytes])
    #expect(world.shale.run("push archive").errors.contains("is not the store of remote"))
  }

  @Test func `a way of one's own to a shared remote leads to the same store`() throws {
    let config: [ByteString] = ["config", "shale-remote.origin.url"]
    try Program.succeed("git", config + [away.bytes], in: clone.directory.bytes)
    try world.expectDone(["remote", "add", "-q", "other", away.bytes])
    #expect(clone.run("pull").errors.contains("is not the store of remote"))
    try away.removeTree()
    try world.remote.rename(to: away)
    try world.expectDone(["pull", "-q"], in: clone)
  }

  // MARK: - Stores of before

  @Test func `a store without an id is used, gets one at a push, and is known from then on`() throws
  {
    let id = world.remote.appending("id")
    try id.remove()
    try Program.succeed(
      "git", ["config", "-f", ".shale/config", "--unset", "shale-remote.origin.storeId"],
      in: clone.directory.bytes)
    try world.expectDone(["pull", "-q"], in: clone)
    try world.expectDone(["push", "-n", "-q"], in: clone)
    #expect(try id.statusIfPresent() == nil)
    try world.expectDone(["push", "-q"], in: clone)
    let given = try id.contents()
    #expect(given.count == 33)
    #expect(
      try clone.directory.appending(".git/shale/remotes/origin").contents()
        == Array("\(world.remote)\n".utf8) + given)
    try replaceByOther()
    #expect(clone.run("push").errors.contains("is not the store of remote"))
    // What only the clone knew goes with the remote.
    try world.expectDone(["remote", "set-url", "origin", away.bytes], in: clone)
    let config = try clone.directory.appending(".shale/config").contents()
    #expect(
      String(decoding: config, as: UTF8.self).contains(String(decoding: given, as: UTF8.self)))
    try world.expectDone(["push", "-q"], in: clone)
  }

  @Test(.enabled(if: Machine.userID != 0, "root may write anywhere"))
  func `a store that may only be read needs no id`() throws {
    let clone = try world.clone("reader")
    try world.remote.appending("id").remove()
    try world.expectDone(["remote", "remove", "-q", "origin"], in: clone)
    try Program.succeed("chmod", ["-R", "a-w", world.remote.bytes])
    try world.expectDone(["remote", "add", "-q", "origin", world.remote.bytes], in: clone)
    try world.expectDone(["pull", "-q"], in: clone)
    #expect(try world.files(in: clone) == world.files)
    try Program.succeed("chmod", ["-R", "u+w", world.remote.bytes])
  }

  // MARK: -

  /// Takes the remote away and puts the store of somebody else in its place.
  private func replaceByOther() throws {
    try world.remote.rename(to: away)
    let other = try world.clone("somebody")
    try world.expectDone(["remote", "add", "-q", "other", world.remote.bytes], in: other)
  }

  /// Every file below a directory with its bytes.
  private static func everything(in directory: FilePath) throws -> [String: [UInt8]] {
    let names = try FileManager.default.subpathsOfDirectory(atPath: "\(directory)")
    return try names.reduce(into: [:]) { files, name in
      let path = directory.appending(ByteString(name))
      if try path.status().kind == .file { files[name] = try path.contents() }
    }
  }

  private static func hints(of transcript: Transcript) -> [Substring] {
    transcript.errors.split(separator: "\n").filter { $0.hasPrefix("hint: ") }
  }
}
