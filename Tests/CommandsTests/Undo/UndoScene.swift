import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import Commands
@testable import Project

/// A repository with two commits of data of all kinds, small enough to be copied for each call of a
/// disk.
struct UndoScene {
  let setup: GitSetup
  let shale: Surroundings

  init(_ setup: GitSetup) {
    self.setup = setup
    shale = Surroundings(
      environment: testEnvironment(), directory: FilePath(setup.file("").path))
  }

  /// Makes the repository.
  static func make(_ name: String = "repository") throws -> UndoScene {
    let scene = UndoScene(try GitSetup.make(name))
    try scene.done("init -q")
    try scene.shell(
      """
      mkdir -p data/deep data/empty
      echo one > data/a; echo two > data/deep/b; echo three > data/c; ln -s a data/link
      echo run > data/tool; chmod +x data/tool; echo model > model.bin; echo code > code.txt
      git add code.txt
      """)
    try scene.done("add -q data model.bin")
    try scene.done("commit -q -m first")
    try scene.shell("echo longer than one > data/a; rm data/deep/b; echo new > data/n")
    try scene.done("add -q data")
    try scene.done("commit -q -m second")
    return scene
  }

  /// Runs a script in the repository, which has to succeed.
  @discardableResult func shell(_ script: String) throws -> String {
    try Program.succeed("bash", ["-ec", ByteString(script)], in: setup.path).text
  }

  /// Runs a command line that has to succeed.
  @discardableResult func done(
    _ line: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Transcript {
    let transcript = shale.run(line)
    #expect(transcript.status == 0, "\(line): \(transcript.errors)", sourceLocation: sourceLocation)
    return transcript
  }

  /// Everything that an operation may change and that taking it back has to bring back: files with
  /// their modes and links, empty directories, git's index, status and branch, and settings.
  func state() throws -> String {
    let files = try shell(
      """
      find . -path ./.git -prune -o -name '.shale-tmp-*' -exec rm {} +
      find . -path ./.git -prune -o -printf '%p %y %m %l\\n' | sort
      find . -path ./.git -prune -o -type f -print0 | sort -z | xargs -0r sha256sum
      git ls-files -s; git status --porcelain; git symbolic-ref HEAD 2>&1 || true
      git rev-parse --verify -q HEAD || true
      git config --local --get-regexp '^shale' || true
      """)
    return files + shale.run("status").output
  }

  /// What two states do not have in common, for messages.
  static func differences(_ one: String, _ other: String) -> [String] {
    let (lines, others) = (one.split(separator: "\n"), other.split(separator: "\n"))
    return lines.filter { !others.contains($0) }.map { "- \($0)" }
      + others.filter { !lines.contains($0) }.map { "+ \($0)" }
  }

  /// Expects that everything is as it was.
  func expect(
    _ state: String, _ comment: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let differences = Self.differences(state, try self.state())
    #expect(differences == [], "\(comment)", sourceLocation: sourceLocation)
  }

  /// The operations of the log, the oldest first.
  func history() throws -> [LoggedOperation] {
    try OperationLog(shale.directory.appending(".git/shale/operations")).history().operations
  }
}

// MARK: - Broken disks

extension UndoScene {
  /// Calls `body` with a copy of the repository, for each call that its disk can refuse.
  ///
  /// - Returns: How many calls that were.
  @discardableResult func forEachCall(
    _ fault: FaultyDisk.Fault, _ body: (UndoScene, FaultyDisk) throws -> Void
  ) throws -> Int {
    try FaultyDisk.forEachCall(fault) { disk in
      try TemporaryDirectory.with { url in
        let copy = url.appending(path: "copy")
        try FileManager.default.copyItem(at: setup.url, to: copy)
        let scene = UndoScene(GitSetup(at: copy))
        try scene.forgetPaths()
        try body(scene, disk)
      }
    }
  }

  /// Has the log of a copy name the copy.
  private func forgetPaths() throws {
    let log = shale.directory.appending(".git/shale/operations")
    let old = try OperationLog(log).operations().operations
    try log.remove()
    for line in old {
      try OperationLog(log).append(
        Operation(
          time: line.time, worktree: shale.directory, command: line.command,
          changes: line.changes))
    }
  }
}
