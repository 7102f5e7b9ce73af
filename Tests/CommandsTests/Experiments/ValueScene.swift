import Documents
import Foundation
import Lineage
import ObjectStore
import Primitives
import TestSupport
import Testing

@testable import Commands

/// A repository with parameters, metrics and a log in two commits, and two runs.
///
/// `log.csv` is tracked data. The run `base` has a record that differs from both commits.
struct ValueScene {
  let runs: RunWorld
  var setup: GitSetup { runs.world.setup }

  init(_ name: String = "repository") throws {
    runs = try RunWorld(name)
    try write("train:\n  lr: 0.1\n  epochs: 10\nmodel: resnet\n", to: "params.yaml")
    try write(#"{"acc": 0.8, "loss": 12.5, "zero": 0, "odd": NaN}"#, to: "metrics.json")
    try write("step,loss\n1,0.5\n2,0.25\n", to: "log.csv")
    #expect(run("add -q log.csv").status == 0)
    try setup.commitAll("first")
    try write("train:\n  lr: 0.05\nmodel: vit\nseed: 7\n", to: "params.yaml")
    try write(#"{"acc": 0.85, "loss": 9.25, "zero": 1, "odd": 2}"#, to: "metrics.json")
    try write("step,loss\n1,0.5\n2,0.25\n3,0.125\n", to: "log.csv")
    #expect(run("commit -q -a -m second").status == 0)
    var record = try runs.record(
      0, parameters: ["train": .table([DocumentField(key: "lr", value: .number(0.2))])],
      metrics: ["acc": .number(0.9)])
    record.name = "base"
    try runs.add(record)
  }

  func run(_ line: String) -> Transcript { runs.run(line) }
  func write(_ text: String, to path: String) throws { try setup.write(text, to: path) }

  /// The result of a command line as JSON.
  func result(_ line: String) throws -> [String: Any] {
    let transcript = run("--json \(line)")
    let object = try JSONSerialization.jsonObject(with: Data(transcript.output.utf8))
    return try #require((object as? [String: Any])?["result"] as? [String: Any], "\(line)")
  }

  /// The keys that differ, each with what happened to it.
  func changes(_ line: String) throws -> [String: String] {
    let changes = try #require(result(line)["changes"] as? [[String: Any]])
    func text(_ value: Any?) -> String { value.map { "\($0)" } ?? "none" }
    return Dictionary(
      uniqueKeysWithValues: changes.map { change in
        (text(change["key"]), "\(text(change["old"])) \(text(change["new"]))")
      })
  }
}
