import Documents
import Foundation
import Lineage
import ObjectStore
import Primitives
import Project
import TestSupport
import Testing

@testable import Commands

@Suite(.temporaryDirectory) struct ValuesTests {
  @Test func `parameters and metrics are shown and compared`() throws {
    let scene = try ValueScene()
    try scene.write("train:\n  lr: 0.05\nmodel: vit\nseed: 8\nlist: [1, 2.5]\n", to: "params.yaml")
    var text = ""
    for line in [
      "params", "params show --rev HEAD~1", "params diff", "params diff HEAD~1",
      "params diff HEAD~1 HEAD --all", "params diff base", "metrics",
      "metrics show --run base", "metrics show --precision 1 --md", "metrics diff HEAD~1 HEAD",
      "metrics diff HEAD~1 HEAD --md", "metrics diff HEAD~1 log.csv", "metrics show log.csv",
      "metrics diff --exit-code", "metrics diff --exit-code base", "metrics diff nowhere",
    ] { text += scene.run(line).text(of: line) + "\n" }
    let id = try #require(try scene.runs.project.runs().summaries().first?.id)
    try expectGolden(text.replacing(id.hex.prefix(7), with: "1234567"), "session/values")
  }

  @Test func `a side is a revision, a run or the worktree`() throws {
    let scene = try ValueScene()
    #expect(try scene.changes("params diff HEAD") == [:])
    #expect(try scene.changes("params diff HEAD~1")["train.epochs"] == "10 none")
    #expect(try scene.changes("params diff HEAD~1 base")["train.lr"] == "0.1 0.2")
    #expect(try scene.changes("params diff base HEAD~1")["train.lr"] == "0.2 0.1")
    #expect(try scene.changes("params diff run:base -- params.yaml")["train.lr"] == "0.2 0.05")
    #expect(try scene.changes("params diff HEAD~1..HEAD")["train.lr"] == "0.1 0.05")
    #expect(try scene.changes("params diff HEAD~1.. -- params.yaml")["train.lr"] == "0.1 0.05")
    #expect(scene.run("params diff HEAD~1..HEAD base").status == 2)
    let sides = try scene.result("metrics diff base")
    #expect((sides["old"] as? [String: String])?["kind"] == "run")
    #expect((sides["new"] as? [String: String]) == ["kind": "worktree", "name": "worktree"])
  }

  @Test func `a word that is a run and a revision is refused, and the advice works`() throws {
    let scene = try ValueScene()
    try scene.setup.git("branch", "base")
    let refused = scene.run("metrics diff base")
    #expect(refused.status == 1)
    #expect(refused.errors.contains("'base' could be a run or a revision"))
    #expect(refused.errors.contains("`run:base` or `base^0`"))
    #expect(try scene.changes("metrics diff run:base")["acc"] == "0.9 0.85")
    #expect(try scene.changes("metrics diff base^0") == [:])
    try scene.write("{}", to: "base")
    #expect(scene.run("metrics diff base").errors.contains("'base' has the name of no document"))
    #expect(scene.run("metrics diff run:base HEAD HEAD~1").status == 2)
    #expect(scene.run("metrics diff run:nobody").status == 1)
    #expect(scene.run("metrics show --run base --rev HEAD").status == 2)
  }

  @Test func `files are read from git, through pointers, and of the code that ran`() throws {
    let scene = try ValueScene()
    #expect(try scene.changes("metrics diff HEAD~1 HEAD log.csv")["loss"] == "0.25 0.125")
    var record = try scene.runs.record(1)
    record.name = "other"
    record.code.tree = try scene.runs.store(["params.yaml": "lr: 3\n"])
    let log = try scene.runs.store("step,loss\n9,0.0625\n")
    record.outputs = [
      RunArtifact(
        path: try RepositoryPath("log.csv"), kind: .file, oid: log.oid, size: log.size,
        origin: .declared, tracked: nil)
    ]
    try scene.runs.add(record)
    #expect(try scene.changes("params diff other")["lr"] == "3 none")
    #expect(try scene.changes("metrics diff other log.csv")["loss"] == "0.0625 0.125")
    #expect(scene.run("metrics show params.yaml --run other").status == 1)
  }

  @Test func `an output that is in no store is read where it still lies`() throws {
    let scene = try ValueScene()
    try scene.write("{\"f1\": 0.5}", to: "scores.json")
    let oid = SHA256.id(of: Array("{\"f1\": 0.5}".utf8).span)
    var record = try scene.runs.record(1)
    record.name = "other"
    record.outputs = [
      RunArtifact(
        path: try RepositoryPath("scores.json"), kind: .file, oid: oid, size: .bytes(11),
        origin: .observed, tracked: nil)
    ]
    try scene.runs.add(record)
    #expect(scene.run("metrics show scores.json --run other").output.contains("f1  0.5"))
    try scene.write("{\"f1\": 0.6}", to: "scores.json")
    #expect(scene.run("metrics show scores.json --run other").status == 5)
  }

  @Test func `only the keys that a run named are compared with it`() throws {
    let scene = try ValueScene()
    var record = try scene.runs.record(1)
    record.name = "other"
    let values = DocumentValue.table([
      DocumentField(key: "train.lr", value: .integer(1)),
      DocumentField(key: "api_key", value: .text(Redaction.replacement)),
    ])
    record.parameters = [
      RunValues(
        path: try RepositoryPath("params.yaml"), oid: .empty, keys: ["train.lr", "api_key"],
        values: values)
    ]
    try scene.runs.add(record)
    #expect(
      try scene.changes("params diff HEAD other") == [
        "train.lr": "0.05 1", "api_key": "none <redacted>",
      ])
    try scene.write("train:\n  lr: 1.0\napi_key: abc\n", to: "params.yaml")
    #expect(try scene.changes("params diff other") == [:])
    #expect(try scene.changes("params diff")["api_key"] == "none abc")
  }

  @Test(arguments: [
    ("bad.json", "{", "is not JSON"), ("twice.yaml", "a: 1\na: 2\n", "comes again"),
    ("binary.json", "\u{0}\u{1}", "is not JSON"), ("wide.csv", "a,b\n1,2,3\n", "cells"),
    ("bad.toml", "a = ", "is not TOML"), ("lines.jsonl", "[1]\n", "not an object"),
  ])
  func `what cannot be read is told with its file, and the rest is shown`(
    name: String, text: String, reason: String
  ) throws {
    let scene = try ValueScene()
    try scene.write(text, to: name)
    for line in ["metrics show \(name) metrics.json", "metrics diff HEAD~1 \(name) metrics.json"] {
      let transcript = scene.run(line)
      #expect(transcript.status == 1, "\(line)")
      #expect(transcript.errors.contains("'\(name)' cannot be read in the worktree"))
      #expect(transcript.errors.contains(reason), "\(transcript.errors)")
      #expect(transcript.output.contains("0.85"))
    }
  }

  @Test func `there may be no values, no runs and no commit`() throws {
    let world = try DataCommandTests.World()
    #expect(world.shale.run("params").output == "No parameters in the worktree.\n")
    #expect(world.shale.run("metrics diff").status == 1)
    try world.setup.write("", to: "params.yaml")
    try world.setup.write("{}", to: "metrics.json")
    #expect(world.shale.run("metrics").output == "metrics.json\n  nothing\n")
    try world.setup.commitAll()
    let same = world.shale.run("params diff --exit-code")
    #expect(same.output == "No parameters differ between HEAD and worktree.\n")
    #expect(same.status == 0)
    #expect(world.shale.run("params show gone.yaml").status == 1)
    #expect(world.shale.run("params show /etc/passwd").status == 2)
    #expect(world.shale.run("params show --precision 0").status == 2)
  }

  @Test func `directories of DVCLive and MLflow are read as they are`() throws {
    let scene = try ValueScene()
    try scene.write(#"{"train": {"loss": "nan"}, "step": 3}"#, to: "dvclive/metrics.json")
    try scene.write("batch: 32\n", to: "dvclive/params.yaml")
    try scene.write("step\tloss\n0\t1.5\n", to: "dvclive/plots/metrics/train/loss.tsv")
    #expect(scene.run("metrics show dvclive").output.contains("train.loss  NaN"))
    #expect(scene.run("params show dvclive").output.contains("batch  32"))
    #expect(scene.run("metrics").output.contains("dvclive/metrics.json"))
    let run = "mlruns/1/\(String(repeating: "a", count: 32))"
    try scene.write("name: search\n", to: "mlruns/1/meta.yaml")
    try scene.write(
      "run_id: \(String(repeating: "a", count: 32))\nrun_name: fast\n", to: "\(run)/meta.yaml")
    try scene.write("100 0.5 0\n200 0.25 1\n", to: "\(run)/metrics/loss")
    try scene.write("0.1", to: "\(run)/params/lr")
    try scene.setup.commitAll("third")
    #expect(scene.run("metrics show mlruns --rev HEAD").output == "mlruns\n  fast.loss  0.25\n")
    #expect(scene.run("params show mlruns").output == "mlruns\n  fast.lr  0.1\n")
    #expect(scene.run("params show data").errors.contains("holds no run of DVCLive or MLflow"))
  }

  @Test func `symlinks in git and special files are refused`() throws {
    let scene = try ValueScene()
    try FileManager.default.createSymbolicLink(
      at: scene.setup.file("link.json"), withDestinationURL: scene.setup.file("metrics.json"))
    try scene.setup.commitAll("link")
    #expect(scene.run("metrics show link.json").output.contains("0.85"))
    #expect(scene.run("metrics show link.json --rev HEAD").status == 1)
    try Program.succeed("mkfifo", [ByteString(scene.setup.file("pipe.json").path)])
    #expect(scene.run("metrics show pipe.json").errors.contains("neither a file nor a directory"))
  }
}
