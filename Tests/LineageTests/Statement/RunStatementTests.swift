internal import Documents
internal import Lineage
internal import Primitives
internal import TestSupport
internal import Testing

@Suite struct RunStatementTests {
  private func statement(
    _ change: (inout RunRecord) -> Void = { _ in }
  ) -> DocumentValue? {
    var record = SampleRecord.make(lr: 0.5)
    change(&record)
    return RunStatement.make(for: record)
  }

  private func text(_ place: String, in value: DocumentValue?) throws -> String? {
    try value?[DocumentPath(place)]?.description
  }

  @Test func `a statement names outputs with their digests, and what they were made from`() throws {
    let made = statement()
    let record = SampleRecord.make(lr: 0.5)
    #expect(try text("_type", in: made) == "https://in-toto.io/Statement/v1")
    #expect(try text("subject.0.name", in: made) == "models/m.bin")
    #expect(try text("subject.0.digest.sha256", in: made) == record.outputs[0].oid.hex)
    let definition = "predicate.buildDefinition"
    #expect(
      try text("\(definition).resolvedDependencies.0.digest.sha256", in: made)
        == record.inputs[0].oid.hex)
    #expect(
      try text("\(definition).resolvedDependencies.1.digest.gitCommit", in: made)
        == record.code.commit)
    #expect(
      try text("\(definition).resolvedDependencies.2.digest.shaleTree", in: made)
        == record.code.tree.oid.hex)
    let parameters = made?[try DocumentPath("\(definition).externalParameters.parameters")]
    #expect(parameters?["params.yaml"]?["lr"] == .number(0.5))
    let details = "predicate.runDetails"
    #expect(try text("\(details).byproducts.0.annotations.values.acc", in: made) == "1.0")
    #expect(try text("\(details).metadata.startedOn", in: made) == "2026-01-02T03:04:05Z")
    #expect(try text("\(details).metadata.finishedOn", in: made) == "2026-01-02T03:04:06Z")
  }

  @Test
  func `a directory has a digest of another name, since no tool could compute a SHA-256 of it`()
    throws
  {
    let made = statement { $0.outputs[0].kind = .tree }
    #expect(try text("subject.0.digest.sha256", in: made) == nil)
    #expect(try text("subject.0.digest.shaleTree", in: made)?.count == 64)
  }

  @Test func `a run that failed, was interrupted or made nothing has no statement`() {
    #expect(statement { $0.state = .failed } == nil)
    #expect(statement { $0.state = .interrupted } == nil)
    #expect(statement { $0.outputs = [] } == nil)
    #expect(statement() != nil)
  }

  @Test func `what is not known is left out, and impossible times do no harm`() throws {
    let made = statement {
      $0.code.commit = nil
      $0.seconds = .infinity
      $0.metrics = nil
      $0.parameters = nil
    }
    #expect(
      try text("predicate.buildDefinition.resolvedDependencies.1.name", in: made) == "code")
    #expect(try text("predicate.runDetails.metadata.finishedOn", in: made) == nil)
    #expect(try text("predicate.runDetails.byproducts", in: made) == nil)
  }

  @Test func `a record comes back from its bytes with its statement`() throws {
    var record = SampleRecord.make(lr: 0.25)
    record.statement = RunStatement.make(for: record)
    let (id, bytes) = record.encoded()
    let read = try RunRecord(bytes, id: id)
    #expect(read.statement == record.statement)
    #expect(RunStatement.make(for: read) == record.statement)
    // What `make validate` hands to the official package.
    try expectPage(String(decoding: bytes, as: UTF8.self), "fixtures/golden/lineage/record.json")
  }

  @Test func `names that are no text are quoted`() throws {
    let path = try RepositoryPath(ByteString([0x61, 0xFF]))
    let made = statement { $0.outputs[0].path = path }
    #expect(made?[try DocumentPath("subject.0.name")] == .text("\"a\\377\""))
  }
}
