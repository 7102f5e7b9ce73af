import Documents
import Foundation
import Lineage
import ObjectStore
import Platform
import Primitives
import TestSupport
import Testing

/// A repository with data, and runs that read and made some of it.
///
/// `data/raw.csv` and `data/labels.csv` are tracked in `data`; `clean` made `clean.csv` of the first,
/// and `train` made `models/best.pt` of that and of `data`.
struct LineageScene {
  let world: DataCommandTests.World
  var shale: Surroundings { world.shale }
  private let catalog: RunCatalog

  /// The ids of the runs by their names.
  private(set) var ids: [String: ObjectID] = [:]

  init(_ name: String = "repository") throws {
    world = try DataCommandTests.World(name)
    try world.setup.write("raw\n", to: "data/raw.csv")
    try world.setup.write("labels\n", to: "data/labels.csv")
    try world.setup.write("clean\n", to: "clean.csv")
    try world.setup.write("model\n", to: "models/best.pt")
    #expect(world.shale.run("add data models/best.pt").status == 0)
    #expect(world.commit("first").status == 0)
    catalog = RunCatalog(
      RunDirectory(FilePath(world.setup.file(".git/shale/runs").path)), git: nil)
    let raw = try Self.file("data/raw.csv", "raw\n")
    let clean = try Self.file("clean.csv", "clean\n")
    try run("clean", from: [raw], to: [clean])
    try run("older", from: [clean], to: [Self.file("models/best.pt", "older\n")], lr: 0.1)
    try run(
      "train", from: [clean, Self.file("data/labels.csv", "labels\n")],
      to: [Self.file("models/best.pt", "model\n")], lr: 0.2)
  }

  static func file(_ path: String, _ content: String) throws -> RunArtifact {
    RunArtifact(
      path: try RepositoryPath(ByteString(path)), kind: .file,
      oid: SHA256.id(of: Array(content.utf8).span), size: .bytes(content.utf8.count),
      origin: .declared, tracked: nil)
  }

  /// Keeps the record of a run that came after all others.
  @discardableResult
  mutating func run(
    _ name: String, from inputs: [RunArtifact], to outputs: [RunArtifact], lr: Double = 0.1,
    _ change: (inout RunRecord) throws -> Void = { _ in }
  ) throws -> ObjectID {
    let number = ids.count
    var record = RunRecord(
      invocation: Hex.string(of: sampleBytes(count: 16, seed: UInt64(number))), state: .succeeded,
      command: ["python3", ByteString("\(name).py")], directory: .root,
      started: Timestamp(seconds: 1_767_323_045 + 60 * number, nanoseconds: 0),
      code: RunCode(
        tree: RunObject(oid: .empty, size: .bytes(10), files: 1),
        commit: String(repeating: "ab", count: 20), branch: "main", isModified: number == 2),
      observation: RunObservation(method: .declared))
    record.name = name
    record.exitStatus = 0
    record.seconds = 1.5
    record.inputs = inputs
    record.outputs = outputs
    let lr = DocumentValue.table([DocumentField(key: "lr", value: .number(lr))])
    let metrics = DocumentValue.table([DocumentField(key: "acc", value: .number(0.75))])
    record.parameters = [
      RunValues(path: try RepositoryPath("params.yaml"), oid: .empty, values: lr)
    ]
    record.metrics = [
      RunValues(path: try RepositoryPath("metrics.json"), oid: .empty, values: metrics)
    ]
    try change(&record)
    let id = try catalog.add(record)
    ids[name] = id
    return id
  }
}
