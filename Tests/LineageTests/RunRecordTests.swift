internal import Documents
internal import Lineage
internal import ObjectStore
internal import Primitives
internal import TestSupport
internal import Testing

@Suite struct RunRecordTests {
  @Test func `a record comes back from its bytes, and its id is their SHA-256`() throws {
    let record = SampleRecord.make(lr: 0.1)
    let (id, bytes) = record.encoded()
    #expect(id == SHA256.id(of: bytes.span))
    #expect(try RunRecord(bytes, id: id) == record)
  }

  @Test func `the file has sorted keys, two blanks, and ends with a line feed`() {
    let text = String(decoding: SampleRecord.make(lr: 0.1).encoded().bytes, as: UTF8.self)
    #expect(text.hasPrefix("{\n  \"code\" : {\n"))
    #expect(text.hasSuffix("}\n"))
  }

  @Test func `a record with another byte is refused by name`() throws {
    var (id, bytes) = SampleRecord.make(lr: 0.1).encoded()
    bytes[bytes.count / 2] ^= 1
    do {
      _ = try RunRecord(bytes, id: id)
      Issue.record("was read")
    } catch {
      guard case .tampered(id, _) = error else { throw error }
      #expect(error.description.contains(id.abbreviated))
    }
  }

  @Test(arguments: [
    ("{}", "is missing"), ("[", "no JSON"), ("{\"shaleRun\": 1, \"command\": 3}", "missing"),
  ])
  func `what is no record is refused in words`(text: String, reason: String) throws {
    let bytes = Array(text.utf8)
    do {
      _ = try RunRecord(bytes, id: SHA256.id(of: bytes.span))
      Issue.record("was read")
    } catch {
      #expect(error.description.contains(reason), "\(error)")
    }
  }

  @Test func `a record of a later version is refused with its version`() throws {
    let bytes = Array("{\"shaleRun\": 2}".utf8)
    do {
      _ = try RunRecord(bytes, id: SHA256.id(of: bytes.span))
      Issue.record("was read")
    } catch {
      guard case .newerRecord(_, 2) = error else { throw error }
    }
  }

  @Test func `a path that leads out of the repository is refused`() throws {
    let text = String(decoding: SampleRecord.make(lr: 0.1).encoded().bytes, as: UTF8.self)
    let parts = text.split(separator: "data/train.csv", maxSplits: 1)
    let bytes = Array("\(parts[0])../../etc/passwd\(parts[1])".utf8)
    #expect(throws: LineageError.self) { try RunRecord(bytes, id: SHA256.id(of: bytes.span)) }
  }

  @Test func `names that are not UTF-8 survive`() throws {
    var record = SampleRecord.make(lr: 0.1)
    record.command = ["cat", ByteString([0x61, 0xFF, 0x0A]), "\"quoted\\\"", "ünï"]
    record.inputs[0].path = try RepositoryPath(ByteString([0x64, 0xFE]))
    let (id, bytes) = record.encoded()
    #expect(try RunRecord(bytes, id: id) == record)
  }
}

/// Records for tests.
enum SampleRecord {
  static func make(lr: Double, number: Int = 0) -> RunRecord {
    var record = RunRecord(
      invocation: Hex.string(of: sampleBytes(count: 16, seed: UInt64(number))), state: .succeeded,
      command: ["python3", "train.py"], directory: .root,
      started: Timestamp(seconds: 1_767_323_045 + number, nanoseconds: 0),
      code: RunCode(
        tree: RunObject(oid: .empty, size: .bytes(10), files: 1),
        commit: String(repeating: "ab", count: 20), branch: "main", isModified: false),
      observation: RunObservation(method: .notification))
    record.exitStatus = 0
    record.seconds = 1.25
    record.name = "lr-\(lr)"
    let table = DocumentValue.table([DocumentField(key: "lr", value: .number(lr))])
    record.parameters = [RunValues(path: path("params.yaml"), oid: .empty, values: table)]
    let metrics = DocumentValue.table([
      DocumentField(key: "acc", value: .number(0.5 + lr)),
      DocumentField(key: "epochs", value: .integer(3)),
      DocumentField(key: "note", value: .text("fine")),
      DocumentField(key: "worst", value: .null), DocumentField(key: "done", value: .boolean(true)),
    ])
    record.metrics = [RunValues(path: path("metrics.json"), oid: .empty, values: metrics)]
    record.inputs = [
      RunArtifact(
        path: path("data/train.csv"), kind: .file, oid: id("train"), size: .bytes(100),
        origin: .observed, tracked: path("data"))
    ]
    record.outputs = [
      RunArtifact(
        path: path("models/m.bin"), kind: .file, oid: id("model \(number) \(lr)"),
        size: .bytes(7), origin: .declared, tracked: path("models/m.bin"))
    ]
    return record
  }

  static func id(_ text: String) -> ObjectID { SHA256.id(of: Array(text.utf8).span) }

  static func path(_ text: String) -> RepositoryPath {
    guard let path = try? RepositoryPath(ByteString(text)) else { preconditionFailure(text) }
    return path
  }
}
