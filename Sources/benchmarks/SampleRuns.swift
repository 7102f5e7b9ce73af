import Documents
import Lineage
import ObjectStore
import Platform
import Primitives

/// Run records as a long search for good parameters leaves them.
enum SampleRuns {
  /// Writes so many records into a directory of records.
  static func make(_ words: [String]) throws {
    guard words.count == 2, let count = Int(words[0]), count > 0 else {
      return print("usage: benchmarks make-runs COUNT DIRECTORY")
    }
    let catalog = RunCatalog(RunDirectory(FilePath(ByteString(words[1]))), git: nil)
    for number in 0..<count { try catalog.add(record(number)) }
  }

  private static func record(_ number: Int) throws -> RunRecord {
    let text = "run \(number)"
    let id = SHA256.id(of: Array(text.utf8).span)
    var record = RunRecord(
      invocation: String(id.hex.prefix(32)), state: number % 17 == 0 ? .failed : .succeeded,
      command: ["python3", "train.py", "--config", "configs/base.yaml"], directory: .root,
      started: Timestamp(seconds: 1_767_225_600 + 600 * number, nanoseconds: 0),
      code: RunCode(
        tree: RunObject(oid: id, size: .bytes(123_456), files: 200),
        commit: String(id.hex.prefix(40)), branch: "main", isModified: number % 3 == 0),
      observation: RunObservation(method: .notification))
    record.exitStatus = number % 17 == 0 ? 1 : 0
    record.seconds = 300 + Double(number % 1_000)
    record.name = number % 10 == 0 ? "sweep-\(number / 10)" : nil
    record.parameters = [try values("params.yaml", "parameter", number, count: 20)]
    record.metrics = [try values("metrics.json", "metric", number, count: 10)]
    record.inputs = try (0..<5).map { part in
      RunArtifact(
        path: try RepositoryPath(ByteString("data/part-\(part).parquet")), kind: .file, oid: id,
        size: .mebibytes(part), origin: .observed, tracked: try RepositoryPath("data"))
    }
    let model = try RepositoryPath("models/model.safetensors")
    record.outputs = [
      RunArtifact(
        path: model, kind: .file, oid: id, size: .mebibytes(100), origin: .declared, tracked: model)
    ]
    return record
  }

  private static func values(
    _ path: ByteString, _ name: String, _ number: Int, count: Int
  ) throws -> RunValues {
    let fields = (0..<count).map { field in
      DocumentField(
        key: "\(name)\(field)",
        // Every third one is the same in all runs.
        value: .number(field % 3 == 0 ? 0.5 : Double((number * (field + 7)) % 997) / 997))
    }
    return RunValues(
      path: try RepositoryPath(path), oid: .empty,
      values: .table([DocumentField(key: "model", value: .table(fields))]))
  }
}
