import Foundation
import Primitives
import TestSupport
import Testing

/// Others at work on the same files.
@Suite(.temporaryDirectory) struct AtTheSameTimeTests {
  /// Runs `command` while a process keeps writing to `file` what `write` says.
  private func run(
    _ command: String, while write: String, in scene: Scene
  ) throws -> [String: ProgramResult] {
    try Script.plain.withShale(
      """
      : > ../go
      (while [ -e ../go ]; do \(write); done) & writer=$!
      step command \(command)
      rm ../go
      wait $writer
      step status shale status
      step fsck shale fsck
      """, in: scene.setup.path)
  }

  /// A file that takes long enough to read.
  private func makeLargeFile(_ path: String, in scene: Scene) throws {
    try Program.succeed("truncate", ["-s", "100M", ByteString(path)], in: scene.setup.path)
  }

  @Test(arguments: ["printf x 1<> large.bin", "printf x >> large.bin"])
  func `a file that changes while it is read is said, and not tracked`(write: String) throws {
    let scene = try Scene()
    try makeLargeFile("large.bin", in: scene)
    let steps = try run("shale add large.bin", while: write, in: scene)
    steps["command"]?.expectFailure(75, mentions: ["large.bin", "changed while", "Wait until"])
    #expect(!FileManager.default.fileExists(atPath: scene.setup.file("large.bin.shale").path))
    #expect(steps["fsck"]?.status == 0)
    // Quiet now, it is recorded under its own name.
    try scene.succeed("add", "-q", "large.bin")
    let hash = try Program.succeed("sha256sum", ["large.bin"], in: scene.setup.path).text.prefix(64)
    #expect(try scene.text("large.bin.shale").contains("oid sha256:\(hash)\n"))
    try scene.expectSound()
  }

  @Test func `in a directory the other files are recorded, and the next add makes up for it`()
    throws
  {
    let scene = try Scene.committed()
    try makeLargeFile("data/large.bin", in: scene)
    try scene.setup.write("two\n", to: "data/a.txt")
    let steps = try run("shale add data", while: "printf x 1<> data/large.bin", in: scene)
    steps["command"]?.expectFailure(75, mentions: ["data/large.bin", "changed while"])
    #expect(steps["command"]?.text.contains("updated data") == true)
    #expect(steps["status"]?.text.contains("added data/large.bin") == true)
    #expect(steps["fsck"]?.status == 0)
    #expect(try scene.shale("cat", ":data/a.txt").text == "two\n")
    #expect(try !scene.shale("ls", "data").text.contains("large.bin"))
    try scene.succeed("add", "data")
    #expect(try scene.shale("ls", "data").text.contains("large.bin"))
    try scene.expectSound()
  }

  @Test func `several adds at once, with git beside them, record everything`() throws {
    let scene = try Scene()
    let steps = try Script.plain.withShale(
      """
      # Who is told to try again later does so.
      again() { until "$@"; do [ $? = 75 ] || exit 1; done; }
      for i in 1 2 3 4 5 6; do
        mkdir d$i
        head -c 400000 /dev/urandom > d$i/own
        cp data/deep/b.bin d$i/shared
        echo "code $i" > code$i
      done
      pids=
      for i in 1 2 3 4 5 6; do
        again shale add -q d$i & pids="$pids $!"
        (while ! git add code$i 2>/dev/null; do sleep 0.01; done) & pids="$pids $!"
      done
      for i in 1 2; do again shale add -q data & pids="$pids $!"; done
      for pid in $pids; do wait $pid; done
      step fsck shale fsck
      step staged git diff --cached --name-only
      step commit shale commit -m all
      step status shale status --exit-code
      step left git status --short
      rm -r d? data
      step checkout shale checkout
      step same cmp d3/shared data/deep/b.bin
      """, in: scene.setup.path)
    let staged = Set(steps["staged"]?.text.split(separator: "\n").map(String.init) ?? [])
    let wanted = (1...6).flatMap { ["d\($0).shale", "code\($0)"] } + ["data.shale", ".gitignore"]
    #expect(Set(wanted).subtracting(staged) == [])
    for name in ["fsck", "commit", "status", "checkout", "same"] {
      #expect(steps[name]?.status == 0, "\(name): \(steps[name]?.errorText ?? "")")
    }
    #expect(steps["left"]?.text == "")
  }

  @Test func `an index of git's that is locked is told, and the add can be run again`() throws {
    let scene = try Scene.committed()
    try scene.setup.write("two\n", to: "data/a.txt")
    try scene.setup.write("", to: ".git/index.lock")
    try scene.shale("add", "data").expectFailure(75, mentions: ["index.lock"])
    #expect(try scene.text("data/a.txt") == "two\n")
    try FileManager.default.removeItem(at: scene.setup.file(".git/index.lock"))
    try scene.succeed("add", "data")
    try scene.succeed("commit", "-q", "-m", "second")
    #expect(try scene.shale("cat", "HEAD:data/a.txt").text == "two\n")
    try scene.expectSound()
  }
}
