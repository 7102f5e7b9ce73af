import Foundation
import Primitives
import TestSupport
import Testing

/// What others may have put into `.shale/runs`.
@Suite(.temporaryDirectory) struct HostileRecordTests {
  /// A repository whose data a run made, with its record in git.
  private func scene() throws -> Scene {
    let scene = try Scene.committed()
    try scene.succeed("run", "-q", "-o", "model.bin", "--", "sh", "-c", "echo x > model.bin")
    try scene.setup.git("commit", "-q", "-m", "model")
    return scene
  }

  /// Commits a file that is named as a record is.
  private func commit(_ text: String, as digit: Character, in scene: Scene) throws {
    let name = ".shale/runs/\(String(repeating: digit, count: 64)).json"
    try scene.setup.write(text, to: name)
    try scene.setup.git("add", "-f", ByteString(name))
    try scene.setup.git("commit", "-q", "-m", "odd")
  }

  @Test func `a file that is larger than any record keeps no other from being read`() throws {
    let scene = try scene()
    try commit(String(repeating: " ", count: 17 << 20), as: "1", in: scene)
    #expect(try scene.shale("runs").text.contains("succeeded"))
    #expect(try scene.shale("lineage", "model.bin").text.contains("model.bin"))
    try scene.succeed("run", "-q", "--", "true")
  }

  @Test func `records of git that git has not brought yet are taken when it has`() throws {
    let scene = try scene()
    let directory = scene.setup.url.appending(path: ".git/shale/runs")
    let name = try #require(
      try FileManager.default.contentsOfDirectory(atPath: directory.path)
        .first { $0.hasSuffix(".json") })
    let blob = try scene.setup.git("rev-parse", ByteString("HEAD:.shale/runs/\(name)"))
    try FileManager.default.removeItem(at: directory)
    try FileManager.default.removeItem(
      at: scene.setup.url.appending(path: ".git/shale/runs.idx"))
    let object = scene.setup.url.appending(
      path: ".git/objects/\(blob.prefix(2))/\(blob.dropFirst(2))")
    let aside = scene.setup.url.appending(path: "aside")
    try FileManager.default.moveItem(at: object, to: aside)
    #expect(try scene.shale("runs").status == 0)
    try FileManager.default.moveItem(at: aside, to: object)
    #expect(try scene.shale("runs").text.contains("succeeded"))
  }

  @Test func `a directory of records that leads out of the repository is not written to`() throws {
    let scene = try Scene.committed()
    try Program.succeed("mkdir", ["../outside"], in: scene.setup.path)
    try Program.succeed("ln", ["-s", "../../outside", ".shale/runs"], in: scene.setup.path)
    let result = try scene.shale(
      "run", "-o", "model.bin", "--", "sh", "-c", "echo x > model.bin")
    result.expectFailure(125, mentions: ["'.shale/runs'", "git rm"])
    let outside = scene.setup.url.deletingLastPathComponent().appending(path: "outside")
    #expect(try FileManager.default.contentsOfDirectory(atPath: outside.path).isEmpty)
    try Program.succeed("rm", [".shale/runs"], in: scene.setup.path)
    try scene.succeed("add", "-q", "--force", "model.bin")
  }

  @Test func `the records of a commit come into the store together`() throws {
    let scene = try scene()
    let directory = scene.setup.url.appending(path: ".shale/runs")
    let name = try #require(
      try FileManager.default.contentsOfDirectory(atPath: directory.path).first)
    let text = try scene.text(".shale/runs/\(name)")
    for number in 0..<30 {
      let other = text.replacingOccurrences(
        of: "\"state\"", with: "\"name\" : \"n\(number)\",\n  \"state\"")
      let sum = try Program.succeed(
        "sha256sum", ["-"], in: scene.setup.path, input: Array(other.utf8))
      try scene.setup.write(other, to: ".shale/runs/\(sum.text.prefix(64)).json")
    }
    try scene.setup.commitAll("many")
    try scene.succeed("remote", "add", "-q", "o", "../remote")
    let before = try packs(scene)
    try scene.succeed("push", "-q")
    #expect(try packs(scene) - before <= 1)
  }

  @Test func `a record that says a path twice, or counts below nothing, spoils no remote`() throws {
    let scene = try Scene.committed()
    try scene.succeed(
      "run", "-q", "-i", "data", "-i", "./data", "-o", "model.bin", "--", "cp", "data/a.txt",
      "model.bin")
    try scene.succeed("commit", "-q", "-m", "model")
    let directory = scene.setup.url.appending(path: ".shale/runs")
    let name = try #require(
      try FileManager.default.contentsOfDirectory(atPath: directory.path).first)
    var record = try #require(
      JSONSerialization.jsonObject(with: Data(try scene.text(".shale/runs/\(name)").utf8))
        as? [String: Any])
    var inputs = try #require(record["inputs"] as? [[String: Any]])
    #expect(inputs.count == 1)
    inputs.append(inputs[0])
    record["inputs"] = inputs
    var code = try #require(record["code"] as? [String: Any])
    var tree = try #require(code["tree"] as? [String: Any])
    tree["files"] = -5
    code["tree"] = tree
    record["code"] = code
    let bytes = Array(try JSONSerialization.data(withJSONObject: record))
    let sum = try Program.succeed("sha256sum", ["-"], in: scene.setup.path, input: bytes)
    try scene.setup.write(bytes, to: ".shale/runs/\(sum.text.prefix(64)).json")
    try scene.setup.commitAll("odd")
    try scene.succeed("remote", "add", "-q", "o", "../remote")
    try scene.succeed("push", "-q")
    try scene.succeed("fsck", "-q", "--remote", "o")
  }

  @Test func `a record of a remote that is none keeps no other from being fetched`() throws {
    let scene = try scene()
    try scene.succeed("remote", "add", "-q", "o", "../remote")
    try scene.succeed("push", "-q", "--runs")
    // The root of a run under the id of an object that is no record.
    try Program.succeed(
      "bash",
      [
        "-ec",
        """
        cd ../remote/roots/runs; root=$(find . -type f); oid=$(sed -n '/model.bin$/s/ /\\n/gp' $root | sed -n 3p)
        mkdir -p ${oid:0:2}; new=${oid:0:2}/$oid
        sed "s/^run .*/run $oid/; /^checksum/d" $root > $new
        sum=$(sha256sum < $new); echo "checksum ${sum%% *}" >> $new
        """,
      ], in: scene.setup.path)
    try Program.succeed(
      "rm", ["-r", ".git/shale/runs", ".git/shale/runs.idx"], in: scene.setup.path)
    try scene.setup.git("reset", "-q", "--hard", "HEAD~1")
    try scene.succeed("remote", "add", "-q", "o", "../remote")
    let result = try scene.shale("fetch", "--runs")
    #expect(
      result.status == 0 && result.errorText.contains("cannot be read"), "\(result.errorText)")
    #expect(try scene.shale("runs").text.contains("succeeded"))
  }

  private func packs(_ scene: Scene) throws -> Int {
    let found = try Program.succeed(
      "find", [".git/shale/store", "-name", "*.pack"], in: scene.setup.path)
    return found.text.split(separator: "\n").count
  }
}
