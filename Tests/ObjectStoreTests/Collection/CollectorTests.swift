import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import ObjectStore

@Suite(.temporaryDirectory) struct CollectorTests {
  private let scene: CollectionScene

  init() throws { scene = try CollectionScene() }

  @Test func `what no root leads to goes to trash, and is unlinked by the next collection`() throws
  {
    let kept = try scene.add(0..<20)
    try scene.add(100..<120)
    let before = try scene.open().currentGeneration()
    let first = try scene.collect([kept])
    #expect(first.plan.trashed.count == 2 && first.plan.repacked.isEmpty)
    #expect(first.collected.trashed.count == 2 && first.freed == .zero)
    #expect(try scene.open().currentGeneration() > before)
    #expect(try scene.isGone(100))
    #expect(try scene.trashedPacks() == first.collected.trashed.sorted())

    let second = try scene.collect([kept])
    #expect(second.plan.due.count == 2)
    #expect(second.freed == second.plan.freedBytes && second.freed == first.collected.trashedBytes)
    #expect(try scene.trashedPacks().isEmpty)
    #expect(try scene.layout.trashedPacks.names().isEmpty)
    try scene.expect(kept, 0..<20)
    try scene.expectSound()
    let third = try scene.collect([kept])
    #expect(third.plan.isEmpty)
  }

  @Test func `live records move out of a pack that is mostly dead`() throws {
    let both = try scene.add(0..<30)
    let kept = try scene.add(0..<5)
    let result = try scene.collect([kept])
    #expect(result.collected.repacked.count == 1 && result.collected.trashed.count == 1)
    #expect(result.collected.copiedBytes == result.plan.copiedBytes)
    try scene.expect(kept, 0..<5)
    #expect(try scene.isGone(20))
    try scene.expectSound()
    // Who relied on the old pack must not be told that all of it is elsewhere.
    let records = try scene.open().records
    for id in result.collected.repacked { #expect(try !records.isThere(id)) }
    // Read from trash for as long as it is there.
    try scene.expect(both, 0..<30)
    try scene.collect([kept])
    #expect(throws: StoreError.self) { try scene.expect(both, 0..<30) }
    try scene.expect(kept, 0..<5)
  }

  @Test func `a pack of which little is dead stays as it is`() throws {
    try scene.add(0..<30)
    let kept = try scene.add(0..<29)
    let data = try scene.collect([kept]).plan.packs.filter { $0.kind == .data }
    #expect(data.map(\.fate) == [.kept(.live)])
    #expect(data.allSatisfy { $0.liveRecords < $0.records && $0.liveBytes < $0.recordBytes })
  }

  @Test func `a plan says exactly which records go, and which are only copies`() throws {
    let kept = try scene.add(0..<10)
    let dead = try scene.add(50..<60)
    let roots = try CollectionScene.roots([kept])
    var collector = try scene.open().collector(options: CollectionScene.options)
    let plan = try collector.plan(collector.mark(roots))
    var found: [ObjectID: Int] = [:]
    var bytes = 0
    try collector.forEachDeadRecord(in: plan) { record in
      found[record.record.oid, default: 0] += 1
      bytes += Int(record.record.storedLength)
      #expect(!record.isCopy)
    }
    #expect(found.count == plan.deadRecords && bytes == plan.deadBytes.bytes)
    #expect(found[dead] == 1 && found[kept] == nil)
  }

  @Test func `of a record in two packs one stays, and the other is told to be a copy`() throws {
    let stores = [try scene.open(), try scene.open()]
    let writers = try stores.map { try $0.writer() }
    let kept = try scene.add(0..<8, with: writers[0])
    // The second writer listed the store before, so it stores the same again, and more.
    _ = try scene.add(0..<16, with: writers[1])
    var collector = try scene.open().collector(options: CollectionScene.options)
    let plan = try collector.plan(collector.mark(CollectionScene.roots([kept])))
    var copies = 0
    try collector.forEachDeadRecord(in: plan) { if $0.isCopy { copies += 1 } }
    #expect(copies > 0)
    _ = try collector.carryOut(plan)
    _ = consume collector
    try scene.expect(kept, 0..<8)
    try scene.expectSound()
    #expect(try scene.collect([kept]).plan.packs.count == 2)
  }

  @Test func `what was written a short while ago, or is not on disk for certain, stays`() throws {
    let kept = try scene.add(0..<3)
    try scene.add(10..<13)
    let young = try scene.collect([kept], options: CollectionOptions())
    #expect(young.plan.packs.allSatisfy { $0.fate == .kept(.young) } && young.plan.isEmpty)

    let writer = try scene.open().writer()
    _ = try scene.put(20..<23, with: writer)
    try writer.finish(durably: false)
    let plan = try scene.collect([kept]).plan
    #expect(plan.packs.filter { $0.fate == .kept(.unsafe) }.count == 2)
    #expect(plan.trashed.count == 2)
    #expect(try !scene.isGone(20))
  }

  @Test func `packs that were written since the oldest writer began stay`() throws {
    let old = try scene.open().writer()
    let kept = try scene.add(0..<3)
    try scene.add(10..<13)
    #expect(try scene.collect([kept]).plan.packs.allSatisfy { $0.fate == .kept(.young) })
    try old.finish(durably: false)
    #expect(try scene.collect([kept]).plan.trashed.count == 2)
  }

  @Test func `a writer that relied on a pack starts over when it was collected`() throws {
    try scene.add(10..<13)
    let writer = try scene.open().writer()
    _ = try scene.put(10..<13, with: writer)
    try scene.collect([])
    #expect(throws: StoreError.self) { try writer.finish(durably: false) }
    // What is in trash is read, and never relied on.
    let id = try scene.add(10..<13)
    #expect(try scene.open().records.presentPacks().count == 2)
    try scene.expect(id, 10..<13)
  }

  @Test func `nothing is unlinked that a writer may rely on which began before it went`() throws {
    try scene.add(10..<13)
    let writer = try scene.open().writer()
    try scene.collect([])
    #expect(try scene.collect([]).plan.due.isEmpty)
    #expect(try scene.trashedPacks().count == 2)
    _ = try? writer.finish(durably: false)
    #expect(try scene.collect([]).plan.due.count == 2)
  }

  @Test func `the grace is counted by the store's own times`() throws {
    try scene.add(10..<13)
    try scene.collect([])
    var options = CollectionScene.options
    options.graceSeconds = 14 * 86_400
    #expect(try scene.collect([], options: options).plan.waiting.count == 2)
    for id in try scene.trashedPacks() {
      let file = try OpenFile.forUpdating(
        scene.layout.trashedPacks.appending(id.hex + ".why"))
      try file.setModified(
        Timestamp(nanoseconds: Clock.now().nanoseconds - 15 * 86_400_000_000_000))
    }
    #expect(try scene.collect([], options: options).plan.due.count == 2)
    #expect(try scene.trashedPacks().isEmpty)
  }

  @Test func `what a root reaches that was written meanwhile comes back`() throws {
    let id = try scene.add(10..<13)
    var collector = try scene.open().collector(options: CollectionScene.options)
    let plan = try collector.plan(collector.mark([]))
    let trashed = try collector.carryOut(plan).trashed
    #expect(trashed.count == 2)
    #expect(
      try collector.restore(reachedBy: CollectionScene.roots([id])).sorted() == trashed.sorted())
    #expect(try collector.emptyTrash(plan) == .zero)
    _ = consume collector
    #expect(try scene.trashedPacks().isEmpty)
    #expect(try !scene.isGone(10))
    try scene.expect(id, 10..<13)
    try scene.expectSound()
  }

  @Test func `what was trashed and is reached again comes back, however old it is`() throws {
    let id = try scene.add(10..<13)
    try scene.collect([])
    let result = try scene.collect([id])
    #expect(result.plan.restored.count == 2 && result.plan.due.isEmpty)
    #expect(result.collected.restored.count == 2)
    try scene.expect(id, 10..<13)
    try scene.expectSound()
    #expect(try scene.collect([id]).plan.isEmpty)
  }

  @Test func `of a pack that was set aside as lost the good records are copied`() throws {
    let id = try scene.add(20..<23)
    let trash = Trash(layout: scene.layout)
    for pack in try scene.open().records.presentPacks() {
      try trash.movePack(pack, because: .lost)
    }
    let result = try scene.collect([id])
    #expect(result.plan.restored.count == 2)
    #expect(try !scene.isGone(20))
    try scene.expectSound()
    #expect(try scene.collect([id]).plan.due.count == 2)
    #expect(try scene.trashedPacks().isEmpty)
    try scene.expect(id, 20..<23)
  }

  @Test func `below something damaged nothing is known, so nothing is collected`() throws {
    let kept = try scene.add(0..<3)
    let dead = try scene.add(10..<13)
    let records = try scene.open().records
    let entry = try #require(try records.find(kept))
    let path = scene.layout.pack(records.pack(of: entry))
    try StoreFixture.flip("\(path)", byte: Int(entry.offset) + 5)
    for _ in 0..<2 {
      // The first time it is found damaged, the second time it is known.
      let error = #expect(throws: StoreError.self) { try scene.collect([kept, dead]) }
      guard case .unknownReach(let problem, nil) = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(problem.path == (try RepositoryPath("data0")))
      #expect(try scene.trashedPacks().isEmpty)
    }
    var options = CollectionScene.options
    options.ignoresDamage = true
    try scene.collect([kept, dead], options: options)
    try scene.expect(dead, 10..<13)
    #expect(try scene.isGone(0))
  }

  @Test func `what is missing is told, and stops nothing unless a pack cannot be read`() throws {
    let kept = try scene.add(0..<3)
    let missing = SHA256.id(of: [1, 2, 3].span)
    var collector = try scene.open().collector(options: CollectionScene.options)
    let marked = try collector.mark(CollectionScene.roots([kept, missing]))
    #expect(marked.problems.map(\.id) == [missing] && marked.damage == nil)
    #expect(try collector.plan(marked).isEmpty)
    _ = consume collector
    let pack = try scene.open().records.presentPacks().sorted()[0]
    try StoreFixture.flip("\(scene.layout.pack(pack))", byte: 3)
    #expect(throws: StoreError.self) { try scene.collect([kept, missing]) }
  }

  @Test func `a dead pack that died on its way to trash gets its time from the next one`() throws {
    try scene.add(10..<13)
    try scene.collect([])
    let id = try #require(try scene.trashedPacks().first)
    let why = scene.layout.trashedPacks.appending(id.hex + ".why")
    try AtomicFile.replace(
      why, with: Array("shale trash 1\nreason collected\nmoving\n".utf8), durably: false)
    #expect(try scene.collect([]).plan.waiting.map(\.id) == [id])
    #expect(try why.contents() == Array("shale trash 1\nreason collected\n".utf8))
    #expect(try scene.collect([]).plan.due.map(\.id) == [id])
  }

  @Test func `one collects at a time`() throws {
    let collector = try scene.open().collector()
    let error = #expect(throws: StoreError.self) { _ = try scene.open().collector() }
    guard case .locked(_, let holder) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(holder.description.hasPrefix("gc, process "))
    _ = consume collector
  }
}
