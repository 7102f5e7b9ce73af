import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import ObjectStore

/// Whichever call of an add the disk refuses: one error, a sound store, and a second run that works.
@Suite struct FaultTests {
  /// A store that somebody relies on already, and files that are to be added.
  struct Scene {
    let directory: FilePath
    var root: FilePath { directory.appending("store") }

    static let files = [
      "a": sampleBytes(count: 90, seed: 1), "b": sampleBytes(count: 2_500, seed: 2),
      "c": sampleCSV(rows: 40, seed: 3),
    ]
    private static let earlier = sampleBytes(count: 900, seed: 4)

    init(_ url: URL, commits: Int = 1) throws {
      directory = FilePath(url.path).appending("scene")
      try directory.makeDirectories()
      let store = try ObjectStore.create(at: root, format: VerificationTests.format)
      for number in 0..<commits {
        let writer = try store.writer()
        _ = try writer.add(Self.earlier + [UInt8(number)], class: .data)
        try writer.finish(durably: true)
      }
      for (name, bytes) in Self.files {
        try AtomicFile.replace(directory.appending(name), with: bytes, durably: false)
      }
    }

    /// The store, with sizes at which a few records fill a pack and a few packs are folded.
    func open(folding: Bool = true) throws -> ObjectStore {
      var options = RecordStore.Options()
      options.cachedPages = 16
      options.packLimits.records = 10
      options.spillCount = 12
      if folding { (options.fold.packCount, options.fold.indexCount) = (3, 2) }
      options.writers = 2
      return ObjectStore(records: try RecordStore.open(at: root, options: options), proofs: nil)
    }

    /// Adds the files and a directory of them.
    func add(durably: Bool, folding: Bool = true) throws -> ObjectID {
      let names = Self.files.keys.sorted()
      let store = try open(folding: folding)
      let writer = try store.writer()
      let entries = try names.map { name in
        let bytes = try directory.appending(name).contents()
        return TreeEntry(
          kind: .file, id: try writer.add(bytes, class: .data), size: .bytes(bytes.count),
          name: ByteString(name))
      }
      let id = try writer.add(Tree(entries))
      try writer.finish(durably: durably)
      return id
    }

    /// Whether the store is sound and has what was there before.
    func check() throws {
      let store = try open()
      let report = try Verification(store).run()
      #expect(report.isSound, "\(report.damage)")
      let id = SHA256.id(of: (Self.earlier + [0]).span)
      #expect(try store.contents(of: id, limit: .mebibytes(1)) == Self.earlier + [0])
    }

    /// Whether the store has the directory and its files.
    func expect(_ id: ObjectID) throws {
      let store = try open()
      for entry in try store.tree(id).entries {
        let content = try store.contents(of: entry.id, limit: .mebibytes(1))
        #expect(content == Self.files[entry.name.description])
      }
    }

    /// Whether a safe list names every pack: what the disk has not taken the name of is not there.
    func expectAllSafe() throws {
      let records = try open().records
      try records.lists.readSafeLists()
      for pack in try records.presentPacks() { #expect(records.lists.isSafe(pack)) }
    }

    func expectFilesUnchanged() throws {
      for (name, bytes) in Self.files {
        #expect(try directory.appending(name).contents() == bytes)
      }
    }

    /// Temporary files and leases: what a writer that came to its end does not leave.
    func leftBehind() throws -> [String] {
      let names = FileManager.default.enumerator(atPath: "\(root)")?.compactMap { $0 as? String }
      return (names ?? []).filter {
        $0.contains(".shale-tmp-") || $0.hasPrefix("roots/leases/")
      }
    }

    /// The inodes of the files that the store relies on.
    func inodes() throws -> Set<UInt64> {
      let names = FileManager.default.enumerator(atPath: "\(root)")?.compactMap { $0 as? String }
      return Set(
        try (names ?? []).filter { !$0.hasPrefix("trash/") }.map {
          try root.appending($0).status().inode
        })
    }
  }

  @Test(arguments: [
    (FaultyDisk.Fault.error, true), (.full, false), (.stop, true),
  ])
  func `whichever call of an add is refused, nothing is lost`(
    fault: FaultyDisk.Fault, durably: Bool
  ) throws {
    let calls = try FaultyDisk.forEachCall(fault) { disk in
      try TemporaryDirectory.with { url in
        let scene = try Scene(url, commits: 2)
        do {
          let id = try disk.run(below: scene.root) { try scene.add(durably: durably) }
          // Some calls only clear up, or fold: what they refuse costs nobody anything.
          try scene.expect(id)
        } catch let error as StoreError {
          let code = fault == .full ? ENOSPC : EIO
          guard case .file(let reason) = error else {
            throw error
          }
          #expect(reason.code == code, "\(error)")
        }
        let isCleared = fault != .stop && disk.refused?.operation != .remove
        if isCleared { #expect(try scene.leftBehind() == []) }
        try scene.expectFilesUnchanged()
        try scene.check()
        try scene.expect(scene.add(durably: true))
        try scene.check()
      }
    }
    #expect(calls > 60)
  }

  @Test func `what a sync has refused is packed anew, and never synced again`() throws {
    let calls = try FaultyDisk.forEachCall(.error, only: .sync) { disk in
      try TemporaryDirectory.with { url in
        let scene = try Scene(url)
        // Left to the kernel first, so that the next add finds packs that nobody has synced.
        let left = try scene.open().writer()
        _ = try left.add(sampleBytes(count: 700, seed: 9), class: .data)
        try left.finish(durably: false)
        let outcome = Result {
          try disk.run(below: scene.root) { try scene.add(durably: true, folding: false) }
        }
        guard let refused = disk.refused else { return }
        #expect(throws: StoreError.self) { try outcome.get() }
        let isDirectory = try refused.path.statusIfPresent()?.kind == .directory
        let inode = try #require(refused.inode)
        if isDirectory { try scene.expectAllSafe() }
        if !isDirectory { #expect(try !scene.inodes().contains(inode), "\(refused.path)") }
        try scene.expect(scene.add(durably: true))
        if !isDirectory { #expect(try !scene.inodes().contains(inode), "\(refused.path)") }
        try scene.check()
      }
    }
    #expect(calls > 8)
  }

  @Test func `however few bytes there is room for, a full disk loses nothing`() throws {
    var room = 0
    while true {
      let disk = FaultyDisk(room: room)
      try TemporaryDirectory.with { url in
        let scene = try Scene(url)
        let outcome = Result {
          try disk.run(below: scene.root) { try scene.add(durably: false, folding: false) }
        }
        if disk.refused != nil {
          let error = #expect(throws: StoreError.self) { try outcome.get() }
          guard case .file(let reason) = error else { return }
          #expect(reason.isNoSpace)
        }
        #expect(try scene.leftBehind() == [])
        try scene.check()
        try scene.expect(scene.add(durably: true))
      }
      if disk.refused == nil { break }
      room += 397
    }
    #expect(room > 5_000)
  }

  @Test(arguments: FaultyDisk.Fault.allCases)
  func `whichever call of a restore is refused, it says so`(fault: FaultyDisk.Fault) throws {
    try TemporaryDirectory.with { url in
      let scene = try Scene(url)
      let tree = try scene.add(durably: true)
      let store = try scene.open()
      let entry = try #require(try store.tree(tree)["b"])
      let target = scene.directory.appending("target")
      let calls = try FaultyDisk.forEachCall(fault) { disk in
        let outcome = Result {
          try disk.run(below: target) {
            let file = try OpenFile.creating(target)
            try store.restore(entry.id, into: file)
          }
        }
        if disk.refused != nil {
          #expect(throws: (any Error).self) { try outcome.get() }
        } else {
          #expect(try target.contents() == Scene.files["b"])
        }
        if try target.statusIfPresent() != nil { try target.remove() }
      }
      #expect(calls > 2)
    }
  }
}
