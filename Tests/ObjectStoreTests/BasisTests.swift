import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import ObjectStore

/// Chunks that moved are read from the file that holds the version before.
@Suite(.temporaryDirectory) struct BasisTests {
  private static let old = sampleBytes(count: 60_000, seed: 1)

  /// The same behind a row more, and with one less.
  private static let new: [UInt8] =
    [1, 2, 3, 4] + old[..<30_000] + old[30_010...] + sampleBytes(count: 2_000, seed: 2)

  private func path(_ name: String) throws -> FilePath {
    FilePath(try TemporaryDirectory.required().path).appending(name)
  }

  /// A store that has made both versions.
  private func store() throws -> ObjectStore {
    let store = try ObjectStore.create(at: path("store"), format: VerificationTests.format)
    let writer = try store.writer()
    for content in [Self.old, Self.new] { _ = try writer.add(content, class: .data) }
    try writer.finish(durably: false)
    return store
  }

  /// A file that is taken for the old version.
  private func basis(_ store: ObjectStore, holding content: [UInt8]) throws -> Basis {
    let file = try OpenFile.creating(path("file-\(content.count)-\(content.last ?? 0)"))
    try file.write(content.span, at: 0)
    return try #require(try store.basis(file, holding: SHA256.id(of: Self.old.span)))
  }

  private func restore(_ store: ObjectStore, from basis: Basis?, named name: String) throws {
    let file = try OpenFile.creating(path(name))
    try store.restore(SHA256.id(of: Self.new.span), into: file, basis: basis)
    #expect(try file.contents(limit: .mebibytes(1)) == Self.new)
  }

  /// Makes every chunk that both versions have unreadable in the store, and counts them.
  private func damageShared(_ store: ObjectStore) throws -> Int {
    var chunks: [Set<ObjectID>] = []
    for content in [Self.old, Self.new] {
      chunks.append(
        try store.loaders.withLoader { loader throws(StoreError) in
          var found: Set<ObjectID> = []
          let layout = try Layout(of: SHA256.id(of: content.span), with: &loader)
          try layout.forEachDifferentChunk(with: &loader) { part throws(StoreError) in
            found.insert(part.id)
          }
          return found
        })
    }
    let shared = chunks[0].intersection(chunks[1])
    for id in shared {
      let entry = try #require(try store.records.find(id))
      let pack = store.records.layout.pack(store.records.table[entry.pack].id)
      try StoreFixture.flip(try #require(pack.bytes.text), byte: Int(entry.offset))
    }
    return shared.count
  }

  @Test func `what both versions have comes from the file`() throws {
    let store = try store()
    let basis = try basis(store, holding: Self.old)
    #expect(try damageShared(store) > 100)
    try restore(store, from: basis, named: "new")
    #expect(throws: StoreError.self) { try restore(store, from: nil, named: "other") }
  }

  @Test(arguments: [0, 100, 59_999])
  func `a file that holds something else harms nothing`(length: Int) throws {
    let store = try store()
    let wrong = sampleBytes(count: length, seed: 9)
    try restore(store, from: basis(store, holding: wrong), named: "first")
    try restore(
      store, from: basis(store, holding: wrong + Self.old.dropFirst(length)), named: "second")
  }

  @Test func `nobody can tell where the chunks of an unknown content are`() throws {
    let file = try OpenFile.creating(path("file"))
    #expect(try store().basis(file, holding: SHA256.id(of: [7].span)) == nil)
  }
}
