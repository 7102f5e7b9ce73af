import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import ObjectStore

@Suite(.temporaryDirectory) struct ErasureTests {
  @Test func `erased records are in no pack and in no trash, and the rest is`() throws {
    let scene = try CollectionScene()
    let kept = try scene.add(0..<6)
    try scene.add(20..<23)
    try scene.collect([kept])
    let id = SHA256.id(of: CollectionScene.content(20).span)
    let records = try scene.open().records
    let bytes = try records.stored(#require(try records.find(id)))
    var collector = try scene.open().collector(.forgetting)
    // A record of a live pack, and one that only trash has.
    let live = SHA256.id(of: CollectionScene.content(0).span)
    let erased = try collector.erase([id, live])
    #expect(erased.records == [id: 1, live: 1])
    #expect(erased.freedBytes > .zero && erased.damaged.isEmpty && erased.unreadable.isEmpty)
    #expect(try collector.erase([id, live]).records.isEmpty)
    _ = consume collector
    #expect(try scene.open().records.find(id) == nil)
    try scene.expect(kept, 1..<6)
    #expect(try scene.open().records.find(SHA256.id(of: CollectionScene.content(21).span)) != nil)
    let names = FileManager.default.enumerator(atPath: "\(scene.root)")?.allObjects ?? []
    for case let name as String in names {
      let path = scene.root.appending(name)
      guard try path.status().kind == .file else { continue }
      let data = Data(try path.contents())
      #expect(data.range(of: Data(bytes)) == nil, "\(name)")
    }
  }

  @Test func `a power cut brings back nothing that was erased`() throws {
    let scene = try CollectionScene()
    try scene.add(0..<6)
    var collector = try scene.open().collector(.forgetting)
    let log = CallLog()
    let erased = try Faults.with(log, below: scene.root) {
      try collector.erase([SHA256.id(of: CollectionScene.content(0).span)])
    }
    #expect(erased.records.count == 1)
    let gone = log.calls.indices.filter {
      log.calls[$0].operation == .remove && log.calls[$0].path.name.description.hasSuffix(".pack")
    }
    #expect(gone.count == 1)
    for place in gone {
      let directory = log.calls[place].path.parent
      #expect(
        log.calls[place...].contains { $0.operation == .sync && $0.path == directory },
        "the name '\(log.calls[place].path)' may come back")
    }
  }
}
