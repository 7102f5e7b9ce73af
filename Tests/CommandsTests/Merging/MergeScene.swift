import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import Commands

/// A repository whose branches change tracked data, merged by the real git, which calls the program
/// that was built.
struct MergeScene {
  let scene: Scene

  var setup: GitSetup { scene.setup }

  /// The same repository for command lines that are run in-process.
  var shale: Surroundings {
    Surroundings(environment: testEnvironment(), directory: FilePath(setup.file("").path))
  }

  /// Takes a repository that is set up.
  init(_ scene: Scene) throws {
    self.scene = scene
    // The program is not among those that everybody has.
    let program = try builtProgram()
    try setup.git(
      "config", "merge.shale.driver",
      ByteString("'\(program)' merge-pointer -- %O %A %B %P"))
    try setup.git(
      "config", "diff.shale.textconv", ByteString("'\(program)' show-pointer --"))
  }

  /// Makes a repository with a tracked directory and a tracked file in its first commit.
  static func make(_ name: String = "repository") throws -> Self {
    let scene = try Scene(name)
    for (path, text) in [("data/b.txt", "b\n"), ("data/deep/c.txt", "c\n"), ("model.bin", "m\n")] {
      try scene.setup.write(text, to: path)
    }
    try scene.succeed("add", "-q", "data", "model.bin")
    try scene.succeed("commit", "-q", "-m", "first")
    return try Self(scene)
  }

  /// Runs a script in the repository, in which `shale` is the program; it has to succeed.
  @discardableResult func shell(_ script: String) throws -> String {
    try Program.succeed(
      "bash", ["-ec", ByteString("shale() { \"$0\" \"$@\"; }\n" + script), builtProgram()],
      in: setup.path
    ).text
  }

  /// Does something on `main`, and something else on the branch `other`, which is then not checked
  /// out: each is a script, and a commit.
  func diverge(ours: String, theirs: String) throws {
    try shell(
      """
      git checkout -q -b other; \(theirs); shale commit -q -m theirs
      git checkout -q main; shale checkout -q; \(ours); shale commit -q -m ours
      """)
  }

  /// Merges the branch `other`, whatever comes of it.
  @discardableResult func merge(_ words: ByteString...) throws -> ProgramResult {
    try setup.tryGit(["merge", "--no-edit"] + (words.isEmpty ? ["other"] : words))
  }

  /// Makes a conflict in `data/a.txt`, beside which each side changed a file of its own.
  func conflict() throws {
    try diverge(
      ours: "echo ours > data/a.txt; echo b2 > data/b.txt",
      theirs: "echo theirs > data/a.txt; echo c2 > data/deep/c.txt")
    #expect(try merge().status == 1)
  }

  /// The stages that git has of a file: `1 2 3` in a conflict, `0` without one.
  func stages(_ path: ByteString) throws -> String {
    let lines = try setup.git("ls-files", "-s", "--", path).split(separator: "\n")
    return lines.compactMap { $0.split(separator: "\t").first?.last.map { String($0) } }
      .joined(separator: " ")
  }

  /// The text of a file of the worktree.
  func text(_ path: String) throws -> String { try scene.text(path) }

  /// Expects that data, pointers and store are as they should be.
  func expectClean(sourceLocation location: SourceLocation = #_sourceLocation) throws {
    let status = try scene.shale("status", "--exit-code")
    #expect(status.status == 0, "\(status.text)", sourceLocation: location)
    try scene.expectSound(sourceLocation: location)
  }
}
