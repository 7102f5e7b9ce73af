import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import ObjectStore

/// A record that is wrong twice counts as absent, for every process, and nothing else does.
@Suite(.temporaryDirectory) struct BadRecordTests {
  private static let content = sampleBytes(count: 300, seed: 1)
  private static let id = SHA256.id(of: content.span)

  /// A store with two contents in one pack, of which one is damaged on disk.
  private func damaged(at byte: Int = 40) throws -> ObjectStore {
    let fixture = try StoreFixture()
    let store = try ObjectStore.create(at: fixture.root)
    let writer = try store.writer(compression: .none)
    _ = try writer.add(Self.content, class: .data)
    _ = try writer.add(sampleBytes(count: 200, seed: 2), class: .data)
    try writer.finish(durably: true)
    let pack = try #require(try fixture.files(".pack", under: "packs").first)
    let bytes = try [UInt8](Data(contentsOf: URL(filePath: pack)))
    let start = try #require(bytes.firstRange(of: Self.content)).lowerBound
    try StoreFixture.flip(pack, byte: start + byte)
    return try ObjectStore.open(at: fixture.root)
  }

  @Test func `who reads a damaged record marks it, and the rest of the pack stays readable`() throws
  {
    let store = try damaged()
    let generation = try store.currentGeneration()
    #expect(throws: StoreError.self) { try store.contents(of: Self.id, limit: .mebibytes(1)) }
    guard case .recordBad(Self.id, _) = store.takeNotices().first else {
      Issue.record("the user is not told")
      return
    }
    let other = try ObjectStore.open(at: store.root)
    #expect(try !other.contains(Self.id))
    #expect(try other.currentGeneration() == generation + 1)
    let rest = sampleBytes(count: 200, seed: 2)
    let id = SHA256.id(of: rest.span)
    #expect(try other.contents(of: id, limit: .mebibytes(1)) == rest)
    // It is absent, so whoever adds it stores it again.
    let writer = try other.writer()
    _ = try writer.add(Self.content, class: .data)
    #expect(try writer.finish(durably: false).newRecords == 1)
    #expect(try other.contents(of: Self.id, limit: .mebibytes(1)) == Self.content)
  }

  @Test func `a good copy in another pack is used, and only the bad one is marked`() throws {
    let store = try damaged()
    let session = try store.records.session()
    let kind = StoreFixture.data
    try session.append(Self.id, kind: kind, length: 300, stored: Self.content.span)
    _ = try session.finish(durably: false)
    for _ in 0..<2 {
      let reader = try ObjectStore.open(at: store.root)
      #expect(try reader.contents(of: Self.id, limit: .mebibytes(1)) == Self.content)
    }
    #expect(try ObjectStore.open(at: store.root).contains(Self.id))
  }

  @Test func `a codec of a newer version makes no record bad`() throws {
    let fixture = try StoreFixture()
    let store = try ObjectStore.create(at: fixture.root)
    let session = try store.records.session()
    let kind = try #require(RecordKind(byte: 15))
    try session.append(Self.id, kind: kind, length: 300, stored: Self.content.span)
    _ = try session.finish(durably: false)
    #expect(throws: StoreError.undecodable(Self.id, .unknown(number: 15))) {
      try store.contents(of: Self.id, limit: .mebibytes(1))
    }
    _ = try Verification(ObjectStore.open(at: fixture.root)).run()
    #expect(try ObjectStore.open(at: fixture.root).contains(Self.id))
  }

  @Test func `in a store that nobody may write to it counts as absent in this process`() throws {
    let store = try damaged()
    #expect(throws: StoreError.self) {
      try FaultyDisk(.stop, at: 0).run(below: store.root) {
        try store.contents(of: Self.id, limit: .mebibytes(1))
      }
    }
    #expect(try !store.contains(Self.id))
    #expect(try ObjectStore.open(at: store.root).contains(Self.id))
  }
}
