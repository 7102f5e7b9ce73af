import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import ObjectStore

/// A recipe is used only once it is proven, and a proof is of that recipe alone.
@Suite(.temporaryDirectory) struct ProofTests {
  private static let content = sampleBytes(count: 5_000, seed: 1)
  private static let id = SHA256.id(of: content.span)

  private func path(_ name: String) throws -> FilePath {
    FilePath(try TemporaryDirectory.required().path).appending(name)
  }

  /// A store that made the recipe of the content itself, with its proofs written down.
  private func honest() throws -> ObjectStore {
    let store = try ObjectStore.create(
      at: path("honest"), format: VerificationTests.format, proofs: path("proofs"))
    let writer = try store.writer()
    _ = try writer.add(Self.content, class: .data)
    try writer.finish(durably: false)
    try store.saveProofs()
    return store
  }

  /// A store in which the same oid stands for the same chunks in another order.
  private func lying(withChunks: Bool, proofs: FilePath? = nil) throws -> ObjectStore {
    let honest = try honest()
    var loader = RecordLoader(records: honest.records)
    let root = try #require(try Layout(of: Self.id, with: &loader).root)
    let lie = Recipe(level: root.level, parts: root.parts.reversed())
    let store = try ObjectStore.create(
      at: path("lying"), format: VerificationTests.format, proofs: proofs)
    let session = try store.records.session()
    for part in root.parts where withChunks {
      let bytes = try loader.bytes(of: part.id)
      try session.append(
        part.id, kind: StoreFixture.data, length: bytes.count, stored: bytes.span)
    }
    let bytes = lie.encoded()
    try session.append(
      Self.id, kind: RecordKind(codec: .stored, form: .recipe, class: .data),
      length: bytes.count, stored: bytes.span)
    _ = try session.finish(durably: false)
    return store
  }

  @Test func `a proof of one recipe says nothing about another under the same oid`() throws {
    let store = try lying(withChunks: true, proofs: path("proofs"))
    let target = try OpenFile.creating(path("target"))
    #expect(throws: StoreError.self) { try store.restore(Self.id, into: target) }
    #expect(throws: StoreError.self) { try store.contents(of: Self.id, limit: .mebibytes(1)) }
    let honest = try ObjectStore.open(at: path("honest"), proofs: path("proofs"))
    let other = try OpenFile.creating(path("other"))
    try honest.restore(Self.id, into: other)
    #expect(try path("other").contents() == Self.content)
  }

  @Test(arguments: [true, false])
  func `a false recipe is replaced by who adds the content`(withChunks: Bool) throws {
    let store = try lying(withChunks: withChunks, proofs: path("proofs"))
    let writer = try store.writer()
    #expect(try writer.add(Self.content, class: .data) == Self.id)
    try writer.finish(durably: false)
    for reader in [store, try ObjectStore.open(at: store.root)] {
      #expect(try reader.contents(of: Self.id, limit: .mebibytes(1)) == Self.content)
    }
  }

  @Test func `a recipe that lost its chunks is whole again when the content is added`() throws {
    let honest = try honest()
    let records = honest.records
    for pack in try records.presentPacks() where try !records.summary(of: pack).isMetadata {
      try records.layout.pack(pack).remove()
    }
    let store = try ObjectStore.open(at: honest.root)
    let writer = try store.writer()
    _ = try writer.add(Self.content, class: .data)
    try writer.finish(durably: false)
    #expect(try store.contents(of: Self.id, limit: .mebibytes(1)) == Self.content)
  }
}
