import Foundation
import Primitives
import TestSupport
import Testing

/// Files that are no plain files, and plain files that are unusual.
@Suite(.temporaryDirectory) struct OddFileTests {
  private func sh(_ script: String, in scene: Scene) throws {
    try Program.succeed("bash", ["-euc", ByteString(script)], in: scene.setup.path)
  }

  @Test(arguments: [
    "mkfifo data/odd",
    "python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"data/odd\")'",
  ])
  func `what has no content is named by status, and add refuses it`(make: String) throws {
    let scene = try Scene.committed()
    try sh(make, in: scene)
    let status = try scene.shale("status", "--exit-code")
    #expect(status.status == 6)
    #expect(status.text.contains("data/odd"))
    for words: [ByteString] in [["add", "data"], ["commit", "-m", "x"], ["add", "data/odd"]] {
      try Shale.run(words, in: scene.setup.path).expectFailure(
        1, mentions: ["'data/odd' is no regular file", ".shaleignore"])
    }
    try scene.setup.write("/data/odd\n", to: ".shaleignore")
    try scene.succeed("add", "data")
    #expect(try scene.shale("status", "--exit-code").status == 0)
  }

  @Test func `a tracked file that became a pipe is gone, and its content is brought back`() throws {
    let scene = try Scene.committed()
    try sh("rm data/a.txt && mkfifo data/a.txt", in: scene)
    #expect(try scene.shale("status").text.contains("deleted data/a.txt"))
    for force in [false, true] {
      let words: [ByteString] = ["restore"] + (force ? ["-f"] : []) + ["data/a.txt"]
      try Shale.run(words, in: scene.setup.path).expectFailure(
        1, mentions: ["'data/a.txt'", "Move it away"])
    }
    try sh("rm data/a.txt", in: scene)
    try scene.succeed("restore", "data/a.txt")
    #expect(try scene.text("data/a.txt") == "one\n")
    try scene.expectSound()
  }

  @Test func `a repository inside data is named by status, and add refuses it`() throws {
    let scene = try Scene.committed()
    try scene.setup.git("init", "-q", "data/inner")
    #expect(try scene.shale("status").text.contains("data/inner"))
    try scene.expectRefusal(
      "add", "data", status: 1, mentions: "is a git repository", ".shaleignore")
  }

  @Test func `files of every kind come back as they were`() throws {
    let scene = try Scene()
    try sh(
      """
      mkdir data/empty data/closed
      : > data/nothing
      truncate -s 200M data/sparse
      echo linked > data/link1
      ln data/link1 data/link2
      ln -s /etc/passwd data/outside
      ln -s ../../.. data/up
      ln -s loop data/loop
      ln -s nowhere data/dangling
      cp /bin/true data/program
      chmod 4755 data/program
      echo x > data/closed/file
      chmod 555 data/closed
      """, in: scene)
    try scene.succeed("add", "-q", "data")
    try scene.succeed("commit", "-q", "-m", "odd")
    let used = try Program.succeed(
      "du", ["-sk", ".git/shale/store"], in: scene.setup.path
    ).text.prefix { $0.isNumber }
    #expect(try #require(Int(used)) < 2_000, "holes cost nothing")
    try sh("cp -a data ../keep && chmod 755 data/closed && rm -r data", in: scene)
    let brought = try scene.succeed("checkout")
    #expect(brought.contains("symlink data/outside leads out"))
    #expect(brought.contains("symlink data/up leads out"))
    try sh("diff -r --no-dereference data ../keep", in: scene)
    try sh("test -x data/program && test ! -u data/program && test -d data/empty", in: scene)
    try sh("test $(du -k data/sparse | cut -f1) -lt 1000", in: scene)
    #expect(try scene.shale("status", "--exit-code").status == 0)
    try sh("chmod -R u+w ../keep", in: scene)
  }

  @Test func `a symlink cannot be tracked by itself, and is not followed to another place`() throws
  {
    let scene = try Scene.committed()
    try sh("ln -s /etc outside && ln -s data inside && ln -s nowhere dangling", in: scene)
    for name in ["outside", "inside", "dangling"] {
      try scene.expectRefusal("add", ByteString(name), status: 1, mentions: "'\(name)' is neither")
    }
    try scene.expectRefusal("add", "outside/passwd", status: 2, mentions: "outside the repository")
    try scene.succeed("add", "inside/a.txt")
  }

  @Test(.mounting) func `equal inode numbers on two file systems are two files`() throws {
    let scene = try Scene()
    let steps = try Script.withMounts.withShale(
      """
      for place in one two; do
        mkdir -p data/$place
        mount -t tmpfs none data/$place
        echo "content of $place" > data/$place/file
        ln data/$place/file data/$place/other
      done
      step inodes stat -c %i data/one/file data/two/file
      step add shale add data
      step one shale cat :data/one/other
      step two shale cat :data/two/file
      step status shale status --exit-code
      """, in: scene.setup.path)
    let inodes = steps["inodes"]?.text.split(separator: "\n") ?? []
    try #require(inodes.count == 2 && inodes[0] == inodes[1], "the test needs equal numbers")
    #expect(steps["add"]?.status == 0)
    #expect(steps["one"]?.text == "content of one\n")
    #expect(steps["two"]?.text == "content of two\n")
    #expect(steps["status"]?.status == 0)
  }
}
