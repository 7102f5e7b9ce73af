import Foundation
import Primitives
import TestSupport
import Testing

/// Remotes that are gone, and file systems that may only be read.
@Suite(.temporaryDirectory) struct UnwritablePlaceTests {
  @Test func `a remote that is gone is told, and nothing is made in its place`() throws {
    let scene = try Scene.committed()
    let remote = try scene.addRemote()
    try scene.succeed("push", "-q")
    try scene.change("two\n", commit: "second")
    let away = remote.appendingPathExtension("away")
    try FileManager.default.moveItem(at: remote, to: away)
    for words: [ByteString] in [
      ["push"], ["push", "-n"], ["fetch"], ["pull"], ["fsck", "--remote", "origin"],
    ] {
      try Shale.run(words, in: scene.setup.path).expectFailure(
        75, mentions: [remote.path, "cannot be reached", "mounted"])
    }
    #expect(!FileManager.default.fileExists(atPath: remote.path))
    // The empty place where it is mounted, as a rule, is not taken for the remote.
    try FileManager.default.createDirectory(at: remote, withIntermediateDirectories: false)
    for words: [ByteString] in [["push"], ["fetch"]] {
      let result = try Shale.run(words, in: scene.setup.path)
      #expect([1, 75].contains(result.status))
      #expect(result.errorText.contains("mount"))
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: remote.path) == [])
    try FileManager.default.removeItem(at: remote)
    try FileManager.default.moveItem(at: away, to: remote)
    try scene.succeed("push")
    #expect(try scene.shale("fsck", "--remote", "origin").status == 0)
    try scene.expectSound()
  }

  @Test(.mounting) func `from a remote that may only be read one gets, and sends nothing`() throws {
    let scene = try Scene.committed()
    let remote = try scene.addRemote()
    try scene.succeed("push", "-q")
    try scene.change("two\n", commit: "second")
    let steps = try Script.withMounts.withShale(
      """
      mount --bind ../remote ../remote
      mount -o remount,ro,bind ../remote
      step push shale push
      step plan shale push -n
      step fetch shale fetch
      step fsck shale fsck --remote origin
      step local shale fsck
      git clone -q . ../clone
      cd ../clone
      git checkout -q HEAD~1
      shale init -q
      git config shale-remote.origin.url '\(remote.path)'
      step pull shale fetch HEAD
      step checkout shale checkout
      """, in: scene.setup.path)
    steps["push"]?.expectFailure(1, mentions: ["Read-only file system", "read-only"])
    for name in ["plan", "fetch", "fsck", "local", "pull", "checkout"] {
      #expect(steps[name]?.status == 0, "\(name): \(steps[name]?.errorText ?? "")")
    }
    let copy = try TemporaryDirectory.required().appending(path: "clone/data/a.txt")
    #expect(try Data(contentsOf: copy) == Data("one\n".utf8))
  }

  @Test(.mounting) func `in a repository that may only be read one can look, and no more`() throws {
    let scene = try Scene.committed()
    _ = try scene.addRemote()
    try scene.setup.write("two\n", to: "data/a.txt")
    let looking = [
      "status", "ls", "ls data", "cat HEAD:data/a.txt", "log", "diff", "fsck", "remote list",
    ]
    let changing = [
      "add data", "commit -m x", "checkout -f", "restore -f data", "rm -f data", "mv data e",
      "remote add other /nowhere", "config compression none", "fetch",
    ]
    let script =
      (looking + changing).enumerated().map { number, line in
        "step s\(number) shale \(line)"
      }.joined(separator: "\n")
    let before = try scene.state()
    let steps = try Script.withMounts.withShale(
      "mount --bind . .\nmount -o remount,ro,bind .\ncd \"$PWD\"\n" + script, in: scene.setup.path)
    for (number, line) in looking.enumerated() {
      let step = steps["s\(number)"]
      #expect(step?.status == 0, "\(line): \(step?.errorText ?? "")")
    }
    for (number, line) in changing.enumerated() {
      let step = try #require(steps["s\(looking.count + number)"])
      #expect(step.status != 0, "\(line): \(step.text)")
      #expect(step.errorText.contains("hint: "), "\(line): \(step.errorText)")
    }
    #expect(try scene.state() == before)
  }
}
