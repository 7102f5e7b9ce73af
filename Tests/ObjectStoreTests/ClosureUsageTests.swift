import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import ObjectStore

/// What groups of objects take, alone and together.
@Suite(.temporaryDirectory) struct ClosureUsageTests {
  /// Makes directories, each of some numbered files, without compression.
  private func makeStore(
    _ contents: [[Int]]
  ) throws -> (store: ObjectStore, roots: [ClosureRoot], sizes: [[ObjectID: Int]]) {
    let root = FilePath(try TemporaryDirectory.required().path).appending("store")
    let store = try ObjectStore.create(at: root, format: ClosureTests.format)
    let writer = try store.writer(compression: .none)
    var (roots, sizes) = ([ClosureRoot](), [[ObjectID: Int]]())
    for numbers in contents {
      var records: [ObjectID: Int] = [:]
      let entries = try numbers.map { number in
        // Shorter than the shortest chunk: a file is one record.
        let bytes = sampleBytes(count: 1 + number % 60, seed: UInt64(number))
        let id = try writer.add(bytes, class: .data)
        records[id] = bytes.count
        let name = ByteString("file-\(number)")
        return TreeEntry(kind: .file, id: id, size: .bytes(bytes.count), name: name)
      }
      let tree = try writer.add(Tree(entries))
      roots.append(ClosureRoot(id: tree, isTree: true, path: try RepositoryPath("data")))
      sizes.append(records)
    }
    try writer.finish(durably: false)
    for (number, root) in roots.enumerated() {
      let record = try #require(try store.records.find(root.id))
      sizes[number][root.id] = Int(record.storedLength)
    }
    return (store, roots, sizes)
  }

  @Test(arguments: 0..<8)
  func `each group is told as by adding up one by one`(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    let contents = (0..<9).map { _ in
      (0..<40).filter { _ in Bool.random(using: &generator) }
    }
    let (store, roots, sizes) = try makeStore(contents)
    // One group of two roots, one that is there twice, and one of nothing.
    var groups = [[roots[0], roots[1]], [roots[1]], []]
    groups += roots[2...].map { [$0] }
    let held = groups.map { group in
      group.reduce(into: [ObjectID: Int]()) { held, root in
        let number = roots.firstIndex { $0.id == root.id } ?? 0
        held.merge(sizes[number]) { first, _ in first }
      }
    }
    let usage = try store.usage(ofEach: groups)
    for (number, own) in held.enumerated() {
      func total(_ isCounted: (ObjectID) -> Bool) -> ByteCount {
        .bytes(own.filter { isCounted($0.key) }.values.reduce(0, +))
      }
      let share = usage.shares[number]
      #expect(share.isWhole)
      #expect(share.bytes == total { _ in true })
      #expect(
        share.own
          == total { id in held.indices.allSatisfy { $0 == number || held[$0][id] == nil } })
      #expect(share.added == total { id in held[(number + 1)...].allSatisfy { $0[id] == nil } })
    }
    let all = held.reduce(into: [ObjectID: Int]()) { all, one in all.merge(one) { $1 } }
    #expect(usage.bytes == .bytes(all.values.reduce(0, +)))
    #expect(usage.shares.reduce(.zero) { $0 + $1.added } == usage.bytes)
  }

  @Test func `what is not here is told, and the rest counted`() throws {
    let (store, roots, _) = try makeStore([[1, 2, 3]])
    let missing = ClosureRoot(
      id: ObjectID(words: (7, 7, 7, 7)), isTree: false, path: try RepositoryPath("gone"))
    let usage = try store.usage(ofEach: [[roots[0], missing], [roots[0]]])
    #expect(usage.shares.map(\.isWhole) == [false, true])
    #expect(usage.shares[0].bytes == usage.shares[1].bytes)
    #expect(usage.shares[0].bytes > .zero)
  }

  @Test func `lists that lie in files are merged like those in memory`() throws {
    let scratch = FilePath(try TemporaryDirectory.required().path)
    var generator = SeededGenerator(seed: 3)
    func entry(_ number: Int) -> RecordEntry {
      RecordEntry(
        oid: ObjectID(words: (UInt64(number), 0, 0, 0)),
        pack: PackNumber(value: UInt32(number % 5)), offset: UInt32(number * 16),
        storedLength: UInt32(number % 90 + 1), length: 100,
        kind: number.isMultiple(of: 3) ? StoreFixture.tree : StoreFixture.data)
    }
    let sets = (0..<20).map { _ in
      Set((0..<3_000).filter { _ in Int.random(in: 0..<4, using: &generator) == 0 })
    }
    for residentLimit in [0, Int.max] {
      let lists = try sets.map { numbers in
        var builder = RecordListBuilder(scratch: scratch, residentLimit: residentLimit)
        try builder.append(numbers.map(entry))
        return try builder.finish()
      }
      var found: [Int: Set<Int>] = [:]
      try RecordList.merge(lists) { record, holders in
        let number = Int(record.offset) / 16
        #expect(found[number] == nil, "each record comes once")
        found[number] = Set(holders)
      }
      for number in 0..<3_000 {
        let holders = Set(sets.indices.filter { sets[$0].contains(number) })
        #expect(found[number] ?? [] == holders)
      }
    }
  }
}
