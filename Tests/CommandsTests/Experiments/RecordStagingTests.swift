import Foundation
import Primitives
import TestSupport
import Testing

/// Commits carry the records of what they track, and a push sends what makes the runs again.
@Suite(.temporaryDirectory) struct RecordStagingTests {
  private func scene() throws -> Scene {
    let scene = try Scene.committed()
    try scene.setup.write("cat data/a.txt > model.bin; echo $1 >> model.bin", to: "train.sh")
    try scene.setup.write("cat model.bin model.bin > large.bin", to: "grow.sh")
    try scene.setup.commitAll("code")
    return scene
  }

  private func train(_ word: ByteString, _ scene: Scene) throws {
    try scene.succeed(
      "run", "-q", "-n", word, "-i", "data", "-o", "model.bin", "--", "sh", "train.sh", word)
  }

  /// The names of the runs whose records git has staged, or a commit has.
  private func names(_ scene: Scene, in tree: ByteString = "") throws -> [String] {
    let files =
      tree.isEmpty
      ? try scene.setup.git("ls-files", ".shale/runs")
      : try scene.setup.git("ls-tree", "-r", "--name-only", tree, ".shale/runs")
    return try files.split(separator: "\n").map { file in
      let bytes = try Data(contentsOf: scene.setup.file(String(file)))
      let object = try JSONSerialization.jsonObject(with: bytes) as? [String: Any]
      return object?["name"] as? String ?? "?"
    }.sorted()
  }

  @Test func `the record of the staged output is staged, and no other`() throws {
    let scene = try scene()
    try train("one", scene)
    #expect(try names(scene) == ["one"])
    try train("two", scene)
    #expect(try names(scene) == ["two"])
    try scene.succeed("commit", "-q", "-m", "two")
    #expect(try names(scene, in: "HEAD") == ["two"])
    try train("three", scene)
    #expect(try names(scene) == ["three", "two"], "what is committed stays")
  }

  @Test func `records of all that the data descends from come along`() throws {
    let scene = try scene()
    try train("first", scene)
    try scene.succeed(
      "run", "-q", "-n", "second", "-i", "model.bin", "-o", "large.bin", "--", "sh", "grow.sh")
    try scene.succeed("commit", "-q", "-m", "both", "large.bin")
    #expect(try names(scene, in: "HEAD") == ["first", "second"])
  }

  @Test func `a pointer that comes back brings its record back`() throws {
    let scene = try scene()
    try train("one", scene)
    let pointer = try scene.text("model.bin.shale")
    try train("two", scene)
    try scene.setup.write(pointer, to: "model.bin.shale")
    try scene.setup.git("add", "model.bin.shale")
    try scene.succeed("checkout", "-q", "--force", "model.bin")
    try scene.succeed("commit", "-q", "-m", "one")
    #expect(try names(scene, in: "HEAD") == ["one"])
  }

  @Test func `data of another revision comes with its record`() throws {
    let scene = try scene()
    try train("one", scene)
    try scene.succeed("commit", "-q", "-m", "one")
    try scene.setup.git("rm", "-q", "-r", "--cached", ".shale/runs")
    try train("two", scene)
    try scene.succeed("commit", "-q", "-m", "two")
    #expect(try names(scene, in: "HEAD") == ["two"])
    try scene.succeed("checkout", "-q", "HEAD~1", "--", "model.bin")
    #expect(try names(scene).contains("one"))
  }

  @Test func `a push sends code, inputs and record, and a clone knows the run`() throws {
    let scene = try scene()
    _ = try scene.addRemote()
    try scene.succeed("commit", "-q", "-a", "-m", "remote")
    try scene.setup.write("code that no commit has\n", to: "notes.txt")
    try train("one", scene)
    try scene.succeed("commit", "-q", "-m", "one")
    // The data moves on, so that no pointer stands for the input any more.
    try scene.setup.write("other\n", to: "data/a.txt")
    try scene.succeed("commit", "-q", "-m", "other data")
    try scene.succeed("push", "-q")
    let place = try TemporaryDirectory.required()
    try Program.succeed(
      builtProgram().description, ["clone", "-q", scene.setup.path, "copy"],
      in: ByteString(place.path))
    let copy = Scene(setup: GitSetup(at: place.appending(path: "copy")))
    let record = try #require(try names(copy, in: "HEAD") == ["one"] ? self.record(copy) : nil)
    let code = try #require((record["code"] as? [String: Any])?["tree"] as? [String: Any])
    let inputs = try #require(record["inputs"] as? [[String: Any]])
    let wanted = [code["oid"], inputs[0]["oid"]].compactMap { $0 as? String }
    for oid in wanted {
      #expect(try copy.shale("cat", ByteString(oid)).status != 0, "nothing was brought unasked")
    }
    try copy.succeed("fetch", "-q", "--runs")
    for oid in wanted { #expect(try copy.shale("cat", ByteString(oid)).status == 0) }
    try scene.succeed("fsck", "-q", "--remote", "origin")
  }

  @Test func `runs that no commit carries are pushed and fetched when asked for`() throws {
    let scene = try scene()
    _ = try scene.addRemote()
    try scene.succeed("commit", "-q", "-a", "-m", "remote")
    try train("one", scene)
    try train("two", scene)
    try scene.succeed("push", "-q", "--runs")
    #expect(try scene.shale("push", "--runs").text.contains("has everything"))
    let place = try TemporaryDirectory.required()
    try Program.succeed(
      builtProgram().description, ["clone", "-q", scene.setup.path, "copy"],
      in: ByteString(place.path))
    let copy = Scene(setup: GitSetup(at: place.appending(path: "copy")))
    let runs = copy.setup.file(".git/shale/runs")
    #expect(!FileManager.default.fileExists(atPath: runs.path))
    try copy.succeed("fetch", "-q", "--runs")
    let names = try FileManager.default.contentsOfDirectory(atPath: runs.path)
    #expect(names.count { $0.hasSuffix(".json") } == 2)
    try scene.succeed("fsck", "-q", "--remote", "origin")
  }

  private func record(_ scene: Scene) throws -> [String: Any]? {
    let file = try scene.setup.git("ls-files", ".shale/runs").trimmingCharacters(
      in: .whitespacesAndNewlines)
    let bytes = try Data(contentsOf: scene.setup.file(file))
    return try JSONSerialization.jsonObject(with: bytes) as? [String: Any]
  }
}
