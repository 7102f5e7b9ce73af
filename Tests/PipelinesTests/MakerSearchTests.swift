internal import Foundation
internal import Lineage
internal import ObjectStore
internal import Platform
internal import Primitives
internal import TestSupport
internal import Testing

@testable import Pipelines

@Suite(.temporaryDirectory) struct MakerSearchTests {
  private func store() throws -> ObjectStore {
    let directory = FilePath(try TemporaryDirectory.required().path)
    return try ObjectStore.create(at: directory.appending("store"))
  }

  /// Data whose content is its name.
  private func artifact(_ path: String, _ content: String) throws -> RunArtifact {
    let bytes = Array(content.utf8)
    return RunArtifact(
      path: try RepositoryPath(ByteString(path)), kind: .file, oid: SHA256.id(of: bytes.span),
      size: .bytes(bytes.count), origin: .declared, tracked: nil)
  }

  /// A run that began so many seconds after the first one could.
  private func run(
    at second: Int, reads inputs: [RunArtifact], makes outputs: [RunArtifact],
    again: Bool = false
  ) -> RunSummary {
    var record = RunRecord(
      invocation: String(repeating: "0", count: 32), state: .succeeded, command: ["true"],
      directory: .root, started: Timestamp(seconds: second, nanoseconds: 0),
      code: RunCode(
        tree: RunObject(oid: .empty, size: .zero), commit: nil, branch: nil, isModified: false),
      observation: RunObservation(method: .declared))
    record.inputs = inputs
    record.outputs = outputs
    if again {
      record.reproduces = RunReproduction(run: .empty, grade: .identical, differences: [])
    }
    return RunSummary(record, id: record.encoded().id)
  }

  @Test func `runs come after those that made what they read`() throws {
    let (a, b, c) = try (artifact("a", "a"), artifact("b", "b"), artifact("c", "c"))
    let first = run(at: 1, reads: [a], makes: [b])
    let second = run(at: 1, reads: [b], makes: [c])
    for runs in [[first, second], [second, first]] {
      var search = MakerSearch(runs, try store())
      let order = try search.order(upFrom: [second])
      #expect(order.runs == [first, second] && order.later.isEmpty)
    }
  }

  @Test func `the newest maker that came before counts, and none that only made it again`() throws {
    let (a, b, c) = try (artifact("a", "a"), artifact("b", "b"), artifact("c", "c"))
    let old = run(at: 1, reads: [a], makes: [b])
    let new = run(at: 2, reads: [a], makes: [b])
    let user = run(at: 3, reads: [b], makes: [c])
    let again = run(at: 3, reads: [a], makes: [b], again: true)
    let later = run(at: 4, reads: [a], makes: [b])
    var search = MakerSearch([old, new, user, again, later], try store())
    #expect(try search.order(upFrom: [user]).runs == [new, user])
    #expect(search.maker(of: b.oid, at: b.path) == later)
  }

  @Test func `a maker that came later is told, and not followed`() throws {
    let (a, b) = try (artifact("a", "a"), artifact("b", "b"))
    let user = run(at: 1, reads: [a], makes: [b])
    let maker = run(at: 2, reads: [b], makes: [a])
    var search = MakerSearch([user, maker], try store())
    let order = try search.order(upFrom: [user])
    #expect(order.runs == [user])
    #expect(order.later.map { $0.maker } == [maker] && order.later.map { $0.user } == [user])
  }

  @Test func `runs that made what each other read are named`() throws {
    let (a, b) = try (artifact("a", "a"), artifact("b", "b"))
    let one = run(at: 1, reads: [a], makes: [b])
    let two = run(at: 1, reads: [b], makes: [a])
    var search = MakerSearch([one, two], try store())
    do throws(PipelineError) {
      _ = try search.order(upFrom: [one])
      Issue.record("a cycle has no order")
    } catch {
      guard case .cycle(let ids) = error else { throw error }
      #expect(Set(ids) == [one.id, two.id])
    }
  }

  @Test func `a directory leads to the runs that made its parts`() throws {
    let store = try store()
    let writer = try store.writer()
    var builder = TreeBuilder()
    let parts = try ["d/x", "d/y"].map { try artifact($0, $0) }
    for part in parts {
      builder.add(
        TreeEntry(kind: .file, id: part.oid, size: part.size, name: part.path.name),
        at: try RepositoryPath(part.path.name))
    }
    let tree = try builder.build(with: writer)
    _ = try writer.finish(durably: false)
    let makers = parts.enumerated().map { run(at: $0.offset, reads: [], makes: [$0.element]) }
    let whole = RunArtifact(
      path: try RepositoryPath("d"), kind: .tree, oid: tree.id, size: tree.tree.size,
      files: tree.tree.files, origin: .declared, tracked: try RepositoryPath("d"))
    let user = run(at: 9, reads: [whole], makes: [])
    var search = MakerSearch(makers + [user], store)
    let order = try search.order(upFrom: [user]).runs
    #expect(Set(order.dropLast()) == Set(makers) && order.last == user)
  }
}
