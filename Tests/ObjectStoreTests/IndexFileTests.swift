import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import ObjectStore

@Suite(.temporaryDirectory) struct IndexFileTests {
  private func layout() throws -> StoreLayout {
    let layout = StoreLayout(
      root: FilePath(try TemporaryDirectory.required().path), sharing: .umask)
    try layout.makeDirectories()
    return layout
  }

  private static let packID = ObjectID(words: (1, 2, 3, 4))

  /// Writes an index over one pack and opens it.
  private func index(
    of oids: [ObjectID], pages: PageCache = PageCache(pages: 128)
  ) throws -> IndexFile {
    let layout = try layout()
    var batch = IndexBatch()
    batch.add(
      Self.packID,
      oids.enumerated().map { number, oid in
        PackEntry(
          oid: oid, pack: 0, offset: UInt32(16 + number), storedLength: 1, length: 1, kind: 0)
      })
    let id = try #require(try batch.write(in: layout))
    return try IndexFile(
      id, at: layout.indexFile(id), serial: 1, table: PackTable(), pages: pages,
      files: FileCache(capacity: 4))
  }

  private func find(_ oid: ObjectID, in index: IndexFile) throws -> [UInt32] {
    var offsets: [UInt32] = []
    _ = try index.firstCopy(of: oid) { (entry) throws(StoreError) in
      offsets.append(entry.offset)
      return false
    }
    return offsets
  }

  /// Ways in which oids may be spread, hostile ones included: all in one place, powers of two,
  /// the same first word everywhere.
  enum Spread: CaseIterable {
    case random, dense, powers, sameFirstWord, twoEnds, square

    func oid(_ number: Int) -> ObjectID {
      let value = UInt64(number)
      return switch self {
      case .random: StoreFixture.oid(number)
      case .dense: ObjectID(words: (1 << 63 | value, 0, 0, 0))
      case .powers: ObjectID(words: (1 << (value % 64), value, 0, 0))
      case .sameFirstWord: ObjectID(words: (42, value, 0, 0))
      case .twoEnds:
        ObjectID(words: (number.isMultiple(of: 2) ? value : .max - value, 0, 0, 0))
      case .square: ObjectID(words: (value * value * value, 0, 0, value))
      }
    }
  }

  @Test(arguments: Spread.allCases)
  func `every oid is found and no other, however they are spread`(spread: Spread) throws {
    let count = 4_000
    let oids = (0..<count).map { spread.oid($0 * 2) }
    let index = try index(of: oids)
    #expect(index.entryCount == count)
    for (number, oid) in oids.enumerated() {
      #expect(try find(oid, in: index) == [UInt32(16 + number)])
    }
    let known = Set(oids)
    for number in 0..<count where !known.contains(spread.oid(number * 2 + 1)) {
      #expect(try find(spread.oid(number * 2 + 1), in: index).isEmpty)
    }
    #expect(try find(ObjectID(words: (0, 0, 0, 0)), in: index).count <= 1)
    #expect(try find(ObjectID(words: (.max, .max, .max, .max)), in: index).isEmpty)
  }

  @Test(arguments: [1, 84, 85, 86, 170, 171, 85 * 506, 85 * 507 + 1])
  func `indexes of every number of pages are found through`(count: Int) throws {
    let oids = (0..<count).map { ObjectID(words: (UInt64($0) << 44, 0, 0, 7)) }
    let index = try index(of: oids)
    for number in stride(from: 0, to: count, by: max(1, count / 500)) {
      #expect(try find(oids[number], in: index) == [UInt32(16 + number)])
    }
    #expect(try find(oids[count - 1], in: index).count == 1)
  }

  @Test func `an oid that nobody chose is found, and missed, with hardly more than one read`()
    throws
  {
    let count = 200_000
    var generator = SystemRandomNumberGenerator()
    let words = (0..<count).map { _ in UInt64.random(in: 0...(.max), using: &generator) }
    let index = try index(of: words.map { ObjectID(words: ($0, 0, 0, 0)) })
    let log = CallLog(isComplete: true)
    let lookups = 400
    let found = try Faults.with(log, below: layout().root) {
      var found = 0
      for number in 0..<lookups / 2 {
        found += try find(ObjectID(words: (words[number], 0, 0, 0)), in: index).count
        let other = UInt64.random(in: 0...(.max), using: &generator)
        found += try find(ObjectID(words: (other, 1, 0, 0)), in: index).count
      }
      return found
    }
    #expect(found == lookups / 2)
    let reads = log.places(.read) { $0.hasSuffix(".idx") }.count
    #expect(reads > lookups / 2 && reads < lookups * 3 / 2, "\(reads)")
  }

  @Test func `copies that go over the end of a page are all found`() throws {
    let layout = try layout()
    var batch = IndexBatch()
    let oid = StoreFixture.oid(0)
    for pack in 0..<200 {
      batch.add(
        ObjectID(words: (UInt64(pack), 0, 0, 0)),
        [PackEntry(oid: oid, pack: 0, offset: 16, storedLength: 1, length: 1, kind: 0)])
    }
    let id = try #require(try batch.write(in: layout))
    let index = try IndexFile(
      id, at: layout.indexFile(id), serial: 1, table: PackTable(), pages: PageCache(pages: 128),
      files: FileCache(capacity: 4))
    #expect(try find(oid, in: index).count == 200)
    #expect(index.packs.count == 200)
  }

  @Test func `the cache keeps no more pages than it was made for`() throws {
    let pages = PageCache(pages: 128)
    #expect(pages.capacity == 128)
    let index = try index(of: (0..<30_000).map(StoreFixture.oid), pages: pages)
    for number in 0..<30_000 where try find(StoreFixture.oid(number), in: index).count != 1 {
      Issue.record("record \(number)")
    }
    #expect(pages.count <= pages.capacity)
    #expect(pages.count > pages.capacity / 2)
  }

  @Test func `no more files are open than the cache was made for`() throws {
    let layout = try layout()
    let files = FileCache(capacity: 3)
    for number in 0..<10 {
      let path = layout.root.appending("file-\(number)")
      try AtomicFile.replace(path, with: [UInt8(number)], durably: false)
    }
    for number in (0..<20).map({ $0 % 10 }) {
      let shared = try files.file(
        UInt64(number), at: layout.root.appending("file-\(number)"))
      #expect(try shared.file.bytes(.bytes(1), at: 0) == [UInt8(number)])
      #expect(files.count <= 3)
    }
  }
}
