import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import Commands

/// The program killed in the middle of its work: nothing is harmed, and only the rest is moved then.
@Suite(.temporaryDirectory) struct InterruptionTests {
  /// Where the repository, its clones and the remote lie.
  private let directory: FilePath
  private let shale: Surroundings
  private let remote: FilePath

  /// How much data there is, in MiB: enough for several packs to be in the writing at once.
  private static let size = 96

  init() throws {
    directory = FilePath(try TemporaryDirectory.required().path)
    remote = directory.appending("remote")
    let setup = try GitSetup.make()
    shale = Surroundings(
      environment: testEnvironment(), directory: FilePath(setup.file("").path))
    #expect(shale.run("init -q").status == 0)
    #expect(shale.run("remote add -q origin ../remote").status == 0)
    // Bytes that do not compress, the same in every run, faster than Swift makes them in a debug
    // build.
    let script = """
      set -o pipefail
      head -c \(Self.size)M /dev/zero |
        openssl enc -aes-256-ctr -nosalt -K 00 -iv 00 2> /dev/null > large.bin
      """
    try Program.succeed("bash", ["-c", ByteString(script)], in: setup.path)
    try setup.write("small\n", to: "small.txt")
    #expect(shale.run("add -q large.bin small.txt").status == 0)
    try setup.git("add", ".shale")
    #expect(shale.run("commit -q -m first").status == 0)
  }

  /// Kills the program when something has come to be, and tells how it ended.
  private func kill(
    _ command: String, in place: FilePath, when condition: String
  ) throws -> String {
    try ShaleProgram.script(
      """
      $shale \(command) > /dev/null 2>&1 & program=$!
      until \(condition); do kill -0 $program || break; sleep 0.005; done
      kill -9 $program
      wait $program 2> /dev/null
      echo $?
      """, in: place.bytes
    ).line
  }

  /// What a dry run says.
  private func planned(_ command: String, in shale: Surroundings) -> Substring? {
    shale.run("\(command) -n").output.firstMatch(of: /Would (?:send|get) (.*)\n/)?.output.1
  }

  /// How many bytes the packs of a store have that were not among some packs.
  private func bytes(of store: FilePath, besides old: [FilePath]) throws -> Int {
    try TransferWorld.packs(of: store).filter { !old.contains($0) }
      .reduce(0) { try $0 + $1.status().size.bytes }
  }

  /// What a pack has around its records: header, directory, footer, for as many as come closed.
  private static let slack = 2 << 20

  private func isSame(in clone: FilePath) throws -> Bool {
    let result = try Program.run(
      "cmp", [shale.directory.appending("large.bin").bytes, clone.appending("large.bin").bytes])
    return result.status == 0
  }

  @Test func `a push that was killed goes on where it stopped`() throws {
    let whole = try #require(planned("push", in: shale))
    let status = try kill(
      "push", in: shale.directory, when: "compgen -G '\(remote)/packs/*/*.pack' > /dev/null")
    #expect(status == "137")
    // Nothing is promised that is not there, and what is there is sound.
    #expect(try !remote.appending("roots/commits").namesIfPresent().isEmpty == false)
    #expect(shale.run("fsck -r origin").status == 0)
    let rest = try #require(planned("push", in: shale))
    #expect(rest != whole, "something had arrived in closed packs")
    let arrived = try TransferWorld.packs(of: remote)
    let before = try bytes(of: remote, besides: [])
    #expect(before > 0)
    #expect(shale.run("push").output == "Sent \(rest)\n")
    // By what lies there, and not only by what is said.
    let sent = try bytes(of: remote, besides: arrived)
    #expect(sent > 0)
    #expect(abs(before + sent - (Self.size << 20)) < Self.slack, "nothing is sent twice")
    #expect(shale.run("push").output == "origin has everything already.\n")
    try Program.succeed("git", ["clone", "-q", shale.directory.bytes, "clone"])
    let clone = Surroundings(
      environment: testEnvironment(), directory: directory.appending("clone"))
    #expect(clone.run("pull -q").status == 0)
    #expect(try isSame(in: clone.directory))
  }

  @Test func `a fetch, a pull and a clone that were killed go on where they stopped`() throws {
    #expect(shale.run("push -q").status == 0)
    try Program.succeed("git", ["clone", "-q", shale.directory.bytes, "clone"])
    let clone = Surroundings(
      environment: testEnvironment(), directory: directory.appending("clone"))
    let whole = try #require(planned("fetch", in: clone))
    let pack = "compgen -G '.git/shale/store/packs/*/*.pack' > /dev/null"
    #expect(try kill("fetch", in: clone.directory, when: pack) == "137")
    let rest = try #require(planned("fetch", in: clone))
    #expect(rest != whole)
    let store = clone.directory.appending(".git/shale/store")
    let arrived = try TransferWorld.packs(of: store)
    let before = try bytes(of: store, besides: [])
    #expect(clone.run("fetch").output == "Got \(rest)\n")
    let got = try bytes(of: store, besides: arrived)
    #expect(abs(before + got - (Self.size << 20)) < Self.slack, "nothing is brought twice")
    // Killed while it writes the worktree, it leaves no file that is not whole.
    let begun = "[ -n \"$(find . -maxdepth 1 -name '.*' -type f -size +1M)\" ]"
    #expect(try kill("pull", in: clone.directory, when: begun) == "137")
    #expect(try clone.directory.appending("large.bin").statusIfPresent() == nil)
    let pulled = clone.run("pull")
    #expect(pulled.status == 0)
    #expect(pulled.output.hasPrefix("Everything is here already.\nbrought large.bin "))
    #expect(try isSame(in: clone.directory))
    #expect(clone.run("status --exit-code").status == 0)

    let second = "compgen -G 'second/.git/shale/store/packs/*/*.pack' > /dev/null"
    #expect(try kill("clone -q repository second", in: directory, when: second) == "137")
    let other = Surroundings(
      environment: testEnvironment(), directory: directory.appending("second"))
    #expect(try #require(planned("fetch", in: other)) != whole)
    #expect(other.run("pull -q").status == 0)
    #expect(try isSame(in: other.directory))
  }
}
