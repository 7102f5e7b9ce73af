import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import Commands

/// Repositories that the real DVC made: `fixtures/make_dvc.sh` says how.
@Suite(.temporaryDirectory) struct MigrateFixtureTests {
  private let setup: GitSetup
  private let shale: Surroundings

  init() throws {
    setup = GitSetup(at: try TemporaryDirectory.required().appending(path: "repository"))
    shale = Surroundings(
      environment: testEnvironment(), directory: FilePath(setup.file("").path))
  }

  private func unpack(_ name: String) throws {
    let archive = ProjectRoot.file("fixtures/dvc/\(name).tar.gz").path
    try Program.succeed("tar", ["-xzf", ByteString(archive), "--no-same-owner"])
    try setup.git("config", "user.name", "Ada Example")
    try setup.git("config", "user.email", "ada@example.com")
    #expect(shale.run("init -q").status == 0)
  }

  /// Runs a command line that has to succeed.
  private func run(_ line: String) {
    let transcript = shale.run(line)
    #expect(transcript.status == 0, "\(line): \(transcript.output)\(transcript.errors)")
  }

  /// Expects that a directory has the files that a commit had in the worktree.
  private func expectSums(_ number: Int, in directory: ByteString) throws {
    let sums = try TemporaryDirectory.required().appending(path: "sums-\(number)")
    try Program.succeed("sha256sum", ["--check", "--quiet", ByteString(sums.path)], in: directory)
  }

  @Test(arguments: ["dvc2", "dvc3"])
  func `what the real program made is migrated`(name: String) throws {
    try unpack(name)
    run("migrate dvc")
    #expect(try setup.git("ls-files", "*.dvc") == "")
    run("commit -q -m migrated")
    run("status --exit-code")
    try expectSums(2, in: setup.path)
  }

  @Test(arguments: ["dvc2", "dvc3"])
  func `each commit that the real program made is migrated`(name: String) throws {
    try unpack(name)
    run("migrate dvc --history --branch new main")
    for (number, revision) in [(1, "new~1"), (2, "new")] {
      let directory = try TemporaryDirectory.required().appending(path: "plain-\(number)")
      run("export dir \(revision) \(directory.path)")
      try expectSums(number, in: ByteString(directory.path))
    }
  }

  @Test func `what DVC made and Shale gives back has the names that DVC gave`() throws {
    try unpack("dvc3")
    run("migrate dvc")
    run("commit -q -m migrated")
    let before = Set(try objects())
    try FileManager.default.removeItem(at: setup.file(".dvc/cache"))
    run("export dvc --branch back HEAD")
    // The second version alone is exported; its lists are the same to the byte.
    #expect(try Set(objects()).isSubset(of: before))
    #expect(try objects().filter { $0.hasSuffix(".dir") }.count == 2)
  }

  private func objects() throws -> [String] {
    try FileManager.default.subpathsOfDirectory(
      atPath: setup.file(".dvc/cache/files/md5").path
    ).filter { $0.contains("/") }
  }
}
