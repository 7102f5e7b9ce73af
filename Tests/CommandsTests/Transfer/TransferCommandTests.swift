import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import Commands

/// Data that leaves for a directory and comes back elsewhere.
@Suite(.temporaryDirectory) struct TransferCommandTests {
  private func pushed() throws -> (world: DataCommandTests.World, remote: FilePath) {
    let world = try DataCommandTests.World()
    let remote = FilePath(try TemporaryDirectory.required().appending(path: "remote").path)
    #expect(world.shale.run("remote add origin \(remote)").status == 0)
    #expect(world.shale.run("add data").status == 0)
    try world.setup.git("add", ".shale")
    #expect(world.commit("first").status == 0)
    return (world, remote)
  }

  @Test func `a clone goes to a directory that is free`() throws {
    let (world, _) = try pushed()
    #expect(world.shale.run("push -q").status == 0)
    let directory = FilePath(try TemporaryDirectory.required().path)
    let elsewhere = Surroundings(environment: testEnvironment(), directory: directory)
    let refused = elsewhere.run("clone repository repository")
    #expect(refused.status == 1)
    #expect(refused.errors.contains("exists already and is not empty"))
    try directory.appending("empty").makeDirectories()
    #expect(elsewhere.run("clone -q repository empty").status == 0)
  }

  @Test func `a remote is staged, so that the next commit tells others of it`() throws {
    let world = try DataCommandTests.World()
    let added = world.shale.run("remote add origin ../remote")
    #expect(added.output.contains("Staged .shale/config"))
    #expect(world.shale.run("commit -q -m remote").status == 0)
    #expect(try world.setup.git("show", "HEAD:.shale/config").contains("origin"))
    #expect(
      world.shale.run("remote add --local usb ../usb").output.split(separator: "\n").count == 1)
    #expect(try world.setup.git("status", "--porcelain", ".shale").isEmpty)
  }

  @Test func `a dry run says exactly what the push then sends`() throws {
    let (world, _) = try pushed()
    let planned = world.shale.run("push -n").output
    let sent = world.shale.run("push")
    #expect(sent.status == 0)
    #expect(sent.output == planned.replacing("Would send", with: "Sent"))
    #expect(world.shale.run("push").output == "origin has everything already.\n")
  }

  @Test func `a clone has the same bytes`() throws {
    let (world, _) = try pushed()
    #expect(world.shale.run("push -q").status == 0)
    let directory = FilePath(try TemporaryDirectory.required().path)
    let elsewhere = Surroundings(environment: testEnvironment(), directory: directory)
    #expect(elsewhere.run("clone -q repository copy").status == 0)
    for file in ["data/a.txt", "data/deep/b.bin"] {
      let copy = try directory.appending("copy").appending(file).contents()
      #expect(try copy == world.setup.read(file))
    }
    let inside = Surroundings(
      environment: testEnvironment(), directory: directory.appending("copy"))
    #expect(inside.run("status --exit-code").status == 0)
    #expect(inside.run("fsck").status == 0)
  }

  @Test func `damage of a remote is told by path, and a push mends it`() throws {
    let (world, remote) = try pushed()
    #expect(world.shale.run("push -q").status == 0)
    let packs = try remote.appending("packs").names().flatMap { folder in
      try remote.appending("packs").appending(folder).names()
        .map { remote.appending("packs").appending(folder).appending($0) }
    }
    let largest = try #require(try packs.max { try $0.status().size < $1.status().size })
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o644], ofItemAtPath: largest.description)
    var bytes = try largest.contents()
    bytes[100_000] ^= 1
    try AtomicFile.replace(largest, with: bytes, durably: false)
    let found = world.shale.run("fsck --remote origin")
    #expect(found.status == 4)
    #expect(found.output.contains("data/deep/b.bin"))
  }

  @Test func `a remote that is not there is told, with a status to try again`() throws {
    let (world, remote) = try pushed()
    try remote.removeTree()
    let result = world.shale.run("fetch")
    #expect(result.status == 75)
    #expect(result.errors.contains("cannot be reached"))
  }
}
