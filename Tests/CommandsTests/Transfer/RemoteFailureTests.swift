import Foundation
import Glibc
import Platform
import Primitives
import TestSupport
import Testing

@testable import Commands

/// Remotes that cannot be written to, are full, or are gone: told as what they are, with advice.
@Suite(.temporaryDirectory) struct RemoteFailureTests {
  @Test func `a full remote is told, and what arrived stays`() throws {
    let world = try TransferWorld()
    // A limit on the size of files is what a test can have of a disk that is full.
    let full = try ShaleProgram.script(
      "trap '' XFSZ; ulimit -f 64; $shale push", in: world.setup.path)
    #expect(full.status == 1)
    #expect(full.errorText.hasPrefix("error: Remote '\(world.remote)' has no room left: "))
    #expect(full.errorText.contains("hint: Make room there"))
    #expect(try world.remote.appending("roots/commits").namesIfPresent().isEmpty)
    try world.expectDone("push -q")
    try world.expectDone("fsck -r origin")
  }

  @Test func `a disk that is full here is not called a full remote`() throws {
    let world = try TransferWorld()
    try world.expectDone("push -q")
    let clone = try world.clone()
    let full = try ShaleProgram.script(
      "trap '' XFSZ; ulimit -f 64; $shale fetch", in: clone.directory.bytes)
    #expect(full.status == 1)
    #expect(full.errorText.hasPrefix("error: Cannot write '\(clone.directory)"))
    #expect(!full.errorText.contains("Remote '"))
    try world.expectDone(["pull", "-q"], in: clone)
    #expect(try world.files(in: clone) == world.files)
  }

  @Test func `a remote that may only be read is told, and can be fetched from`() throws {
    let world = try TransferWorld()
    try world.expectDone("push -q -p data")
    let clone = try world.clone()
    try Program.succeed("chmod", ["-R", "a-w", world.remote.bytes])
    defer { _ = try? Program.run("chmod", ["-R", "u+w", world.remote.bytes]) }
    let pushed = try withoutPrivileges("$shale push", in: world.shale.directory, world)
    #expect(pushed.status == 1)
    #expect(pushed.errorText.hasPrefix("error: Remote '\(world.remote)' cannot be written to: "))
    #expect(pushed.errorText.contains("hint: Check who owns '\(world.remote)'"))
    let pulled = try withoutPrivileges("$shale pull -p data", in: clone.directory, world)
    #expect(pulled.status == 0, "\(pulled.errorText)")
    #expect(try world.files(in: clone) == world.files.filter { $0.key.hasPrefix("data/") })
    let checked = try withoutPrivileges("$shale fsck -r origin", in: clone.directory, world)
    #expect(checked.status == 0, "\(checked.errorText)")
  }

  @Test(arguments: [
    "push", "push -n", "fetch", "fetch -n", "pull", "remote show origin", "fsck -r origin",
  ])
  func `a remote that has gone is told, with a status to try again`(line: String) throws {
    let world = try TransferWorld()
    try world.expectDone("push -q")
    let away = world.directory.appending("away")
    try world.remote.rename(to: away)
    let gone = world.shale.run(line)
    #expect(gone.status == 75)
    #expect(gone.errors.hasPrefix("error: Remote '\(world.remote)' cannot be reached: "))
    #expect(gone.errors.contains("hint: Check that it is mounted"))
    #expect(try world.remote.statusIfPresent() == nil, "nothing is made in its place")
    // Where a disk is not mounted there is an empty directory.
    try world.remote.makeDirectories()
    let empty = world.shale.run(line)
    #expect(empty.status == 75)
    #expect(empty.errors.contains("cannot be reached: it holds no store"))
    #expect(try world.remote.names().isEmpty)
  }

  /// Runs a script as a user whom the modes of files concern, after giving that user the clones.
  private func withoutPrivileges(
    _ script: String, in place: FilePath, _ world: TransferWorld
  ) throws -> ProgramResult {
    guard geteuid() == 0 else { return try ShaleProgram.script(script, in: place.bytes) }
    let home = world.directory.appending("home")
    try home.makeDirectories()
    for owned in [world.shale.directory, place, home] {
      try Program.succeed("chown", ["-R", "65534:65534", owned.bytes])
    }
    try Program.succeed("chmod", ["755", world.directory.bytes])
    return try Program.run(
      "setpriv",
      ["--reuid=65534", "--regid=65534", "--clear-groups", "bash", "-c", ByteString(script)],
      in: place.bytes, environment: ["shale": builtProgram().description])
  }
}
