import Foundation
import Platform
import Primitives
import Synchronization
import TestSupport
import Testing

@testable import ObjectStore

/// Whole files are as trustworthy as what the file system says of them, and never the only copy.
@Suite(.temporaryDirectory) struct WholeFileTests {
  private static let bytes = sampleBytes(count: 1_300_000, seed: 3)
  private static let id = SHA256.id(of: bytes.span)

  private struct Scene {
    let store: ObjectStore
    let files: WholeFiles

    init(at root: FilePath) throws {
      store = try ObjectStore.create(at: root.appending("store"))
      files = WholeFiles(layout: store.records.layout)
    }

    func fill() throws {
      let writer = try store.writer()
      _ = try writer.add(WholeFileTests.bytes, class: .data)
      try writer.finish(durably: true)
    }

    static func make() throws -> Scene {
      let scene = try Scene(at: FilePath(TemporaryDirectory.required().path))
      try scene.fill()
      return scene
    }

    var path: FilePath { files.path(WholeFileTests.id) }
    var link: FilePath { store.root.parent.appending("link") }

    func inode() throws -> UInt64 { try store.wholeFile(WholeFileTests.id).status().inode }

    func expectGood() throws {
      let file = try store.wholeFile(WholeFileTests.id)
      #expect(try file.contents(limit: .mebibytes(4)) == WholeFileTests.bytes)
      #expect(try file.status().mode & 0o333 == 0)
      #expect(try file.status().inode == path.status().inode)
    }

    /// Writes one byte through a name, as only its owner can.
    func write(through path: FilePath, keepingTime: Bool = false) throws {
      let before = try path.status()
      try OpenDirectory(path.parent).setMode(of: path.name, to: 0o644)
      let file = try OpenFile.forUpdating(path)
      try file.write([WholeFileTests.bytes[500] ^ 1].span, at: 500)
      if keepingTime { try file.setModified(before.modified) }
      try file.setMode(before.mode)
    }

    /// Makes the record one of another run of the machine.
    func pretendRestart() throws {
      let record = files.recordPath(WholeFileTests.id)
      var lines = String(decoding: try record.contents(), as: UTF8.self).split(separator: "\n")
      lines[4] = "boot 0123456789abcdef0123456789abcdef"
      try AtomicFile.replace(
        record, with: Array((lines.joined(separator: "\n") + "\n").utf8), durably: false)
    }

    func trashed() throws -> [[UInt8]] {
      try files.trashed().map { try $0.path.contents() }
    }
  }

  @Test func `a whole file is read-only, and the same one the next time`() throws {
    let scene = try Scene.make()
    try scene.expectGood()
    let inode = try scene.inode()
    #expect(try scene.inode() == inode)
    #expect(try scene.path.status().linkCount == 1)
    #expect(try OpenDirectory(scene.path.parent).entries().count == 2)
  }

  @Test func `a link is known without being read, also when other links come and go`() throws {
    let scene = try Scene.make()
    let id = Self.id
    _ = try scene.inode()
    #expect(!scene.store.isWholeFile(try scene.path.status(), of: id))
    try scene.path.link(to: scene.link)
    let before = try scene.link.status()
    #expect(scene.store.isWholeFile(before, of: id))
    #expect(!scene.store.isWholeFile(before, of: SHA256.id(of: [1].span)))
    try scene.path.link(to: scene.store.root.parent.appending("other"))
    let after = try scene.link.status()
    #expect(after.linkCount == 3)
    #expect(scene.store.isWholeFile(after, of: id))
    // Without the store's name nobody vouches for it.
    try scene.path.remove()
    #expect(!scene.store.isWholeFile(try scene.link.status(), of: id))
    try scene.expectGood()
  }

  @Test func `one write through a link is noticed, and what was written is kept in trash`() throws {
    let scene = try Scene.make()
    _ = try scene.inode()
    try scene.path.link(to: scene.link)
    try scene.write(through: scene.link)
    #expect(!scene.store.isWholeFile(try scene.link.status(), of: Self.id))
    try scene.expectGood()
    var changed = Self.bytes
    changed[500] ^= 1
    #expect(try scene.trashed() == [changed])
    #expect(try scene.link.contents() == changed)
    #expect(try scene.link.status().inode != scene.path.status().inode)
  }

  @Test(arguments: [0o644, 0o555, 0o464] as [UInt32])
  func `a file that may be written to or executed is not relied on`(mode: UInt32) throws {
    let scene = try Scene.make()
    let inode = try scene.inode()
    try scene.path.link(to: scene.link)
    try OpenDirectory(scene.link.parent).setMode(of: scene.link.name, to: mode)
    #expect(!scene.store.isWholeFile(try scene.link.status(), of: Self.id))
    try scene.expectGood()
    #expect(try scene.inode() != inode)
    #expect(try scene.link.status().mode == mode)
  }

  @Test func `after a restart a whole file is hashed before it is used again`() throws {
    let scene = try Scene.make()
    let inode = try scene.inode()
    try scene.path.link(to: scene.link)
    try scene.pretendRestart()
    #expect(!scene.store.isWholeFile(try scene.link.status(), of: Self.id))
    #expect(try scene.inode() == inode)
    #expect(scene.store.isWholeFile(try scene.link.status(), of: Self.id))
    // Bytes that a power cut took, under the times of before.
    try scene.write(through: scene.link, keepingTime: true)
    try scene.pretendRestart()
    try scene.expectGood()
    #expect(try scene.inode() != inode)
    #expect(try scene.trashed().count == 1)
  }

  @Test func `a record that is cut off, gone or another one's makes the file anew`() throws {
    let scene = try Scene.make()
    var inode = try scene.inode()
    let record = scene.files.recordPath(Self.id)
    let good = try record.contents()
    for bytes in [Array(good.dropLast()), [], good + good, Array(good.dropFirst())] {
      try AtomicFile.replace(record, with: bytes, durably: false)
      try scene.expectGood()
      let now = try scene.inode()
      #expect(now != inode)
      inode = now
    }
    try record.remove()
    try scene.expectGood()
  }

  @Test func `a record is what it was written as, and nothing else is one`() throws {
    let scene = try Scene.make()
    let status = try scene.store.wholeFile(Self.id).status()
    let record = WholeFileRecord(status)
    #expect(WholeFileRecord(decoding: record.encoded) == record)
    #expect(record.describes(status))
    #expect(record.isOfThisRun)
    #expect(record.encoded.count < WholeFileRecord.byteLimit.bytes)
    for count in 0..<record.encoded.count {
      #expect(WholeFileRecord(decoding: Array(record.encoded.prefix(count))) == nil)
    }
    for index in record.encoded.indices {
      var bytes = record.encoded
      bytes[index] ^= 0x80
      #expect(WholeFileRecord(decoding: bytes) == nil)
    }
  }

  @Test func `many who make it at once have the same file afterwards`() throws {
    let scene = try Scene.make()
    let found = Mutex<[ObjectID?]>([])
    try Threads.forEach(12) { _ throws(StoreError) in
      let store = try ObjectStore.open(at: scene.store.root)
      let id = SHA256.id(of: try store.wholeFile(Self.id))
      found.withLock { $0.append(id) }
    }
    #expect(found.withLock { $0 } == [ObjectID?](repeating: Self.id, count: 12))
    try scene.expectGood()
    #expect(try scene.trashed().isEmpty)
    #expect(try OpenDirectory(scene.path.parent).entries().count == 2)
  }

  @Test func `a check of the store names the file, sets it aside, and is content then`() throws {
    let scene = try Scene.make()
    _ = try scene.inode()
    var report = try Verification(scene.store).run()
    #expect(report.isSound)
    #expect(report.wholeFiles == 1)
    // What only the bytes show.
    try scene.write(through: scene.path, keepingTime: true)
    report = try Verification(scene.store).run()
    #expect(report.damage.count == 1)
    #expect("\(try #require(report.damage.first))".contains(scene.path.description))
    #expect(report.damagedObjects.isEmpty)
    #expect(try Verification(scene.store).run().isSound)
    try scene.expectGood()
    // What a power cut took is set aside without a word.
    try scene.write(through: scene.path, keepingTime: true)
    try scene.pretendRestart()
    #expect(try Verification(scene.store).run().isSound)
    #expect(try scene.path.statusIfPresent() == nil)
    try scene.expectGood()
  }

  @Test func `a collection takes what no worktree has, unless it is all that is left`() throws {
    let scene = try Scene.make()
    _ = try scene.inode()
    try scene.path.link(to: scene.link)
    let root = ClosureRoot(id: Self.id, isTree: false, path: try RepositoryPath("data"))
    func collect() throws -> Int {
      var options = CollectionOptions()
      options.graceSeconds = 3_600
      var collector = try scene.store.collector(options: options)
      let plan = try collector.plan(collector.mark([root]))
      _ = try collector.carryOut(plan)
      return try collector.removeWholeFiles(plan).count
    }
    #expect(try collect() == 0)
    try scene.expectGood()
    try scene.link.remove()
    #expect(try collect() == 1)
    #expect(try scene.path.statusIfPresent() == nil)
    #expect(try scene.files.recordPath(Self.id).statusIfPresent() == nil)
    _ = try scene.inode()
    for pack in try scene.store.records.presentPacks() {
      try scene.store.records.layout.pack(pack).remove()
    }
    let bare = try ObjectStore.open(at: scene.store.root)
    var collector = try bare.collector()
    var plan = try CollectionPlan(marked: collector.mark([]), unreadable: [])
    plan.wholeFiles = try scene.files.unlinked()
    #expect(try collector.removeWholeFiles(plan).count == 0)
    #expect(try scene.trashed() == [Self.bytes])
  }

  @Test func `forgetting takes the whole file and what was set aside of it`() throws {
    let scene = try Scene.make()
    _ = try scene.inode()
    try scene.write(through: scene.path)
    _ = try scene.inode()
    #expect(try scene.trashed().count == 1)
    let plan = try scene.store.planForgetting([Self.id], named: [Self.id])
    _ = try scene.store.forget(plan)
    #expect(try scene.trashed().isEmpty)
    #expect(try scene.path.statusIfPresent() == nil)
    #expect(throws: StoreError.self) { _ = try scene.store.wholeFile(Self.id) }
  }

  @Test(arguments: FaultyDisk.Fault.allCases)
  func `whichever call is refused, no name has other bytes`(fault: FaultyDisk.Fault) throws {
    let calls = try FaultyDisk.forEachCall(fault) { disk in
      try TemporaryDirectory.with { url in
        let scene = try Scene(at: FilePath(url.path))
        try scene.fill()
        do {
          try disk.run(below: scene.store.root) { _ = try scene.store.wholeFile(Self.id) }
        } catch {
          guard case .file = error as? StoreError else { throw error }
        }
        if try scene.path.statusIfPresent() != nil {
          #expect(try scene.path.contents() == Self.bytes)
        }
        try scene.expectGood()
        #expect(try Verification(scene.store).run().isSound)
      }
    }
    #expect(calls > 8)
  }
}
