import Documents
import Foundation
import Lineage
import ObjectStore
import Platform
import Primitives
import Project
import TestSupport

@testable import Commands

/// A repository with records of runs.
struct RunWorld {
  let world: DataCommandTests.World
  let project: Project

  init(_ name: String = "repository") throws {
    world = try DataCommandTests.World(name)
    project = try Project.open(
      from: FilePath(world.setup.file("").path), environment: testEnvironment())
  }

  var shale: Surroundings { world.shale }

  func run(_ line: String) -> Transcript { shale.run(line) }

  /// A record of the year 2026 with a few values; the files of values are `params.yaml` and
  /// `metrics.json`.
  func record(
    _ number: Int, state: RunRecord.State = .succeeded,
    parameters: KeyValuePairs<String, DocumentValue> = [:],
    metrics: KeyValuePairs<String, DocumentValue> = [:]
  ) throws -> RunRecord {
    var record = RunRecord(
      invocation: Hex.string(of: sampleBytes(count: 16, seed: UInt64(number))), state: state,
      command: ["python3", "train.py"], directory: .root,
      started: Timestamp(seconds: 1_767_323_045 + 60 * number, nanoseconds: 0),
      code: RunCode(
        tree: RunObject(oid: .empty, size: .bytes(10), files: 1),
        commit: String(repeating: "ab", count: 20), branch: "main", isModified: false),
      observation: RunObservation(method: .notification))
    record.exitStatus = state == .succeeded ? 0 : 1
    record.seconds = 1.25 * Double(number + 1)
    func values(
      _ path: ByteString, _ pairs: KeyValuePairs<String, DocumentValue>
    ) throws -> [RunValues]? {
      if pairs.isEmpty { return nil }
      let table = pairs.map { DocumentField(key: $0.key, value: $0.value) }
      return [RunValues(path: try RepositoryPath(path), oid: .empty, values: .table(table))]
    }
    record.parameters = try values("params.yaml", parameters)
    record.metrics = try values("metrics.json", metrics)
    return record
  }

  /// Keeps a record.
  @discardableResult func add(_ record: RunRecord) throws -> ObjectID {
    try project.runs().add(record)
  }

  /// Three runs of a search for a learning rate, one of which failed.
  func addSearch() throws -> [ObjectID] {
    var ids: [ObjectID] = []
    for (number, rate) in [0.1, 0.01, 0.001].enumerated() {
      var record = try record(
        number, state: number == 2 ? .failed : .succeeded,
        parameters: [
          "model": .table([
            DocumentField(key: "lr", value: .number(rate)),
            DocumentField(key: "depth", value: .integer(3)),
          ]), "optimizer": .text(number == 1 ? "sgd" : "adam"),
        ], metrics: number == 2 ? [:] : ["acc": .number(0.912345 - rate)])
      if number == 0 { record.name = "base" }
      ids.append(try add(record))
    }
    return ids
  }

  /// Puts a directory into the store.
  ///
  /// - Parameter files: The files, by their names in the directory.
  func store(_ files: KeyValuePairs<ByteString, String>) throws -> RunObject {
    let writer = try project.store().writer()
    let entries = try files.map { name, text in
      let bytes = Array(text.utf8)
      return TreeEntry(
        kind: .file, id: try writer.add(bytes, class: .data), size: .bytes(bytes.count), name: name)
    }
    let tree = try Tree(entries)
    let id = try writer.add(tree)
    try writer.finish(durably: false)
    return RunObject(oid: id, size: tree.size, files: tree.files)
  }

  /// Puts a file into the store.
  func store(_ text: String) throws -> RunObject {
    let writer = try project.store().writer()
    let id = try writer.add(Array(text.utf8), class: .data)
    try writer.finish(durably: false)
    return RunObject(
      oid: id, size: .bytes(text.utf8.count), files: text.split(separator: "\n").count)
  }

  /// Two runs that differ in all that can differ, the second of which made the first again.
  func addPair() throws -> (old: ObjectID, new: ObjectID) {
    var one = try record(
      0, parameters: ["lr": .number(0.1), "seed": .integer(1)], metrics: ["acc": .number(0.8)])
    var other = try record(
      1, state: .failed, parameters: ["lr": .number(0.2), "opt": .text("adam")],
      metrics: ["acc": .number(0.9)])
    one.code.tree = try store(["main.py": "a\nb\nc\n", "gone.py": "x\n", "same.py": "s\n"])
    other.code.tree = try store(["main.py": "a\nB\nc\n", "new.py": "y", "same.py": "s\n"])
    other.code.commit = String(repeating: "cd", count: 20)
    func data(_ path: ByteString, _ tree: RunObject) throws -> RunArtifact {
      var artifact = RunArtifact(
        path: try RepositoryPath(path), kind: .tree, oid: tree.oid, size: tree.size,
        files: tree.files, origin: .observed, tracked: try RepositoryPath(path))
      artifact.read = RunObject(oid: .empty, size: .bytes(0), files: 0)
      return artifact
    }
    one.inputs = [try data("data", store(["a.csv": "1\n", "b.csv": "2\n"]))]
    other.inputs = [try data("data", store(["a.csv": "1\n", "c.csv": "2\n", "d.csv": "longer\n"]))]
    one.outputs = [
      try data("models", RunObject(oid: one.code.tree.oid, size: .bytes(6), files: 3))
    ]
    let missing = ObjectID(words: (1, 2, 3, 4))
    other.outputs = [try data("models", RunObject(oid: missing, size: .bytes(6), files: 3))]
    one.tools = RunTools(shale: "0.1.0", packages: try store("numpy==1.0\ntorch==2.0\n"))
    other.tools = RunTools(shale: "0.1.0", packages: try store("numpy==1.1\ntorch==2.0\n"))
    one.environment = ["TZ": "UTC"]
    one.name = "base"
    let old = try add(one)
    other.reproduces = RunReproduction(run: old, grade: .diverged, differences: ["acc differs"])
    other.name = "again"
    return (old, try add(other))
  }
}
