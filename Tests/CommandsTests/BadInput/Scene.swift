import Foundation
import Primitives
import TestSupport
import Testing

/// A repository with tracked data, in which something is about to go wrong.
struct Scene {
  let setup: GitSetup

  /// Takes a repository that is set up.
  init(setup: GitSetup) { self.setup = setup }

  /// Makes a repository that is set up, with data that is not tracked yet.
  init(_ name: String = "repository") throws {
    setup = try GitSetup.make(name)
    try succeed("init", "-q")
    try setup.write("one\n", to: "data/a.txt")
    try setup.write(sampleBytes(count: 300_000, seed: 1), to: "data/deep/b.bin")
  }

  /// Makes a repository in which the data is committed.
  static func committed(_ name: String = "repository") throws -> Self {
    let scene = try Self(name)
    try scene.succeed("add", "-q", "data")
    try scene.succeed("commit", "-q", "-m", "first")
    return scene
  }

  /// Adds a remote in the temporary directory, and gives its path.
  func addRemote() throws -> URL {
    let remote = try TemporaryDirectory.required().appending(path: "remote")
    try succeed("remote", "add", "origin", ByteString(remote.path))
    return remote
  }

  /// Runs the program at the top of the repository.
  func shale(_ words: ByteString...) throws -> ProgramResult {
    try Shale.run(words, in: setup.path)
  }

  /// Runs the program where it has to succeed, and gives what it printed.
  @discardableResult func succeed(_ words: ByteString...) throws -> String {
    try Program.succeed(builtProgram().description, words, in: setup.path).text
  }

  /// Reads a file of the worktree as text.
  func text(_ path: String) throws -> String {
    String(decoding: try setup.read(path), as: UTF8.self)
  }

  /// The names, modes and hashes of all files of the worktree, and what git has staged: all that a
  /// command which is refused leaves alone.
  func state() throws -> String {
    let script = """
      {
        find . -path ./.git -prune -o -type d -printf 'd %p\\n' -o -printf '%y %m %p %l\\n'
        find . -path ./.git -prune -o -type f -exec sha256sum {} +
        git ls-files -s
      } | sort
      """
    return try Program.succeed("sh", ["-c", ByteString(script)], in: setup.path).text
  }

  /// Runs a command line that must be refused and change nothing.
  ///
  /// - Parameters:
  ///   - words: The command line.
  ///   - status: How it has to end.
  ///   - mentioned: What the message and its advice must say.
  ///   - location: The line of the test.
  func expectRefusal(
    _ words: ByteString..., status: Int, mentions mentioned: String...,
    sourceLocation location: SourceLocation = #_sourceLocation
  ) throws {
    let before = try state()
    let result = try Shale.run(words, in: setup.path)
    result.expectFailure(status, mentions: mentioned, sourceLocation: location)
    #expect(try state() == before, "nothing may change", sourceLocation: location)
  }

  /// Checks every byte of the store.
  func expectSound(sourceLocation location: SourceLocation = #_sourceLocation) throws {
    let result = try shale("fsck")
    #expect(
      result.status == 0, "\(result.text)\(result.errorText)", sourceLocation: location)
  }

  /// Makes a branch `other` and lets it and `main` give `data/a.txt` different contents.
  func divergeBranches() throws {
    try setup.git("checkout", "-q", "-b", "other")
    try change("theirs\n", commit: "theirs")
    try setup.git("checkout", "-q", "main")
    try succeed("checkout", "-q")
    try change("ours\n", commit: "ours")
  }

  /// Gives `data/a.txt` another content and commits it.
  func change(_ text: String, commit message: ByteString) throws {
    try setup.write(text, to: "data/a.txt")
    try succeed("commit", "-q", "-m", message)
  }
}

extension ProgramResult {
  /// Checks that a command failed as a user may expect: with its status, one message that is a
  /// sentence, and advice.
  func expectFailure(
    _ status: Int, mentions mentioned: [String] = [],
    sourceLocation location: SourceLocation = #_sourceLocation
  ) {
    let lines = errorText.split(separator: "\n", omittingEmptySubsequences: false)
    let errors = lines.filter { $0.hasPrefix("error: ") }
    let hints = lines.filter { $0.hasPrefix("hint: ") }
    let others = lines.filter { line in
      !line.isEmpty && !["error: ", "hint: ", "warning: "].contains { line.hasPrefix($0) }
    }
    #expect(self.status == status, "\(text)\(errorText)", sourceLocation: location)
    #expect(errors.count == 1, "one message: \(errorText)", sourceLocation: location)
    #expect(!hints.isEmpty, "advice is missing: \(errorText)", sourceLocation: location)
    #expect(others.isEmpty, "nothing else is said: \(errorText)", sourceLocation: location)
    for text in mentioned {
      #expect(
        errorText.contains(text), "'\(text)' is missing in: \(errorText)",
        sourceLocation: location)
    }
  }
}
