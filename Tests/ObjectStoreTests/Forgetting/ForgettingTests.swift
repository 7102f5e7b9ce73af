import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import ObjectStore

/// What is forgotten is on no disk any more, and all else is what it was.
@Suite(.temporaryDirectory) struct ForgettingTests {
  /// A store with files that share chunks, in packs that hold several of them, some in trash.
  struct Scene {
    let root: URL

    /// What only the forgotten file has, what it shares with another, and that other one's own.
    static let own = sampleBytes(count: 900, seed: 1)
    static let common = sampleBytes(count: 2_400, seed: 2)
    static let others = sampleBytes(count: 600, seed: 3)
    static let small = sampleBytes(count: 60, seed: 4)
    static let neighbour = sampleBytes(count: 61, seed: 5)

    static let large = own + common
    static let living = common + others

    /// Pieces of what only the forgotten files have: stored as they are, so that they can be found.
    static var traces: [[UInt8]] {
      [Array(small[8..<40]), Array(small[20..<52])]
        + stride(from: 0, to: 500, by: 131).map { Array(own[$0..<$0 + 32]) }
    }

    static var targets: Set<ObjectID> { [SHA256.id(of: large.span), SHA256.id(of: small.span)] }

    var path: FilePath { FilePath(root.path) }

    init(_ directory: URL) throws {
      root = directory.appending(path: "store")
      _ = try ObjectStore.create(at: FilePath(root.path), format: VerificationTests.format)
      let store = try open()
      var entries: [TreeEntry] = []
      // Many sessions, so that packs are folded and the old ones lie in trash.
      for files in [[Self.large, Self.small], [Self.living, Self.neighbour]] {
        let writer = try store.writer(compression: .none)
        for bytes in files {
          let id = try writer.add(bytes, class: .data)
          entries.append(
            TreeEntry(kind: .file, id: id, size: .bytes(bytes.count), name: ByteString(id.hex)))
        }
        _ = try writer.add(Tree(entries))
        try writer.finish(durably: true)
      }
    }

    func open() throws -> ObjectStore {
      var options = RecordStore.Options()
      options.cachedPages = 16
      options.packLimits.records = 24
      (options.fold.packCount, options.fold.indexCount) = (1, 1)
      options.writers = 1
      return ObjectStore(records: try RecordStore.open(at: path, options: options), proofs: nil)
    }

    /// Forgets the targets, tombstones first, as the command does.
    func forget() throws -> ForgettingPlan {
      let store = try open()
      try store.take(
        Self.targets.sorted().map {
          Tombstone($0, .forgotten, size: .zero, date: 1, author: "", reason: "")
        })
      let plan = try store.planForgetting(Self.targets, named: [])
      _ = try store.forget(plan)
      return plan
    }

    func expectGone(sourceLocation: SourceLocation = #_sourceLocation) throws {
      #expect(try !root.holds(anyOf: Self.traces), sourceLocation: sourceLocation)
      let store = try open()
      for id in Self.targets { #expect(try !store.contains(id), sourceLocation: sourceLocation) }
    }

    /// Whether the store is sound, and has everything that was not to be forgotten.
    func expectRest(sourceLocation: SourceLocation = #_sourceLocation) throws {
      let store = try open()
      let report = try Verification(store).run()
      #expect(report.isSound, "\(report.damage)", sourceLocation: sourceLocation)
      for bytes in [Self.living, Self.neighbour] {
        let id = SHA256.id(of: bytes.span)
        #expect(
          try store.contents(of: id, limit: .mebibytes(1)) == bytes, sourceLocation: sourceLocation)
      }
    }
  }

  @Test func `bytes are gone from packs and trash, and what others need stays`() throws {
    let scene = try Scene(TemporaryDirectory.required())
    for trace in Scene.traces { #expect(try scene.root.holds(anyOf: [trace])) }
    #expect(try !scene.open().records.trashedPacks().isEmpty)
    let plan = try scene.forget()
    #expect(plan.present == Scene.targets)
    let living = SHA256.id(of: Scene.living.span)
    #expect(!plan.shared.isEmpty && plan.shared.allSatisfy { $0.holders == [living] })
    let kept = plan.shared.reduce(0) { $0 + $1.length.bytes }
    #expect(kept > 500 && kept <= 2_400, "what both have, but for chunks at the edges: \(kept)")
    try scene.expectGone()
    try scene.expectRest()
  }

  @Test func `forgetting twice finds nothing the second time`() throws {
    let scene = try Scene(TemporaryDirectory.required())
    #expect(try scene.forget().records > 0)
    let again = try scene.forget()
    #expect(again.records == 0 && again.present.isEmpty && again.storedBytes == .zero)
  }

  @Test func `a content that is a chunk of another one stays, and is told`() throws {
    let scene = try Scene(TemporaryDirectory.required())
    let store = try scene.open()
    var chunks: [ObjectID] = []
    try store.forEachChunk(of: SHA256.id(of: Scene.living.span)) { id, _ in chunks.append(id) }
    let chunk = try #require(chunks.last)
    let plan = try store.planForgetting([chunk], named: [])
    #expect(plan.records == 0 && plan.stays(chunk))
    #expect(plan.shared.map(\.id) == [chunk])
  }

  @Test func `a chunk that is somebody's whole file stays`() throws {
    let scene = try Scene(TemporaryDirectory.required())
    let store = try scene.open()
    var chunks: [ObjectID] = []
    try store.forEachChunk(of: SHA256.id(of: Scene.large.span)) { id, _ in chunks.append(id) }
    // The first chunk is nobody else's, until something names it.
    let large = SHA256.id(of: Scene.large.span)
    #expect(try store.planForgetting([large], named: []).contents.contains(chunks[0]))
    #expect(
      try !store.planForgetting([large], named: [chunks[0]]).contents.contains(chunks[0]))
    let writer = try store.writer()
    _ = try writer.add(Tree([TreeEntry(kind: .file, id: chunks[0], size: .bytes(1), name: "c")]))
    try writer.finish(durably: false)
    #expect(try !store.planForgetting([large], named: []).contents.contains(chunks[0]))
  }

  @Test func `what a writer has left that died is gone, too`() throws {
    let scene = try Scene(TemporaryDirectory.required())
    let trace = Scene.traces[0]
    for place in ["packs", "", "index"] {
      try AtomicFile.replace(
        scene.path.appending("\(place)/.shale-tmp-0011223344556677"), with: trace, durably: false)
    }
    // The clock of the file system has to move past the moment of the death.
    Clock.sleep(milliseconds: 20)
    _ = try scene.forget()
    try scene.expectGone()
  }

  @Test func `a writer at work is told`() throws {
    let scene = try Scene(TemporaryDirectory.required())
    let store = try scene.open()
    let writer = try store.writer()
    let plan = try store.planForgetting(Scene.targets, named: [])
    #expect(try scene.open().forget(plan).hasWriters)
    _ = try? writer.finish(durably: false)
    #expect(try !scene.open().forget(plan).hasWriters)
  }

  /// Every call in one of the ways, by turns: `make faults` has all of them.
  @Test(arguments: zip([FaultyDisk.Fault.error, .full, .stop], [0, 1, 2]))
  func `wherever it is refused, nothing else is lost, and the next time finishes`(
    fault: FaultyDisk.Fault, first: Int
  ) throws {
    let template = try Scene(TemporaryDirectory.required())
    var number = first
    while true {
      let disk = FaultyDisk(fault, at: number)
      try TemporaryDirectory.with { url in
        try FileManager.default.copyItem(at: template.root, to: url.appending(path: "store"))
        let scene = try Scene(copied: url)
        do {
          try disk.run(below: scene.path) { _ = try scene.forget() }
        } catch let error as StoreError {
          guard case .file = error else { throw error }
          try scene.expectRest()
        }
        _ = try scene.forget()
        try scene.expectGone()
        try scene.expectRest()
      }
      if disk.refused == nil { break }
      number += 3
    }
    #expect(number > 100)
  }

  @Test func `a walk misses nothing that was forgotten, and all that was not`() throws {
    let scene = try Scene(TemporaryDirectory.required())
    let store = try scene.open()
    let writer = try store.writer()
    let lost = SHA256.id(of: [9].span)
    let tree = try writer.add(
      Tree([
        TreeEntry(
          kind: .file, id: SHA256.id(of: Scene.small.span), size: .bytes(60), name: "gone"),
        TreeEntry(kind: .file, id: lost, size: .bytes(1), name: "lost"),
      ]))
    try writer.finish(durably: false)
    _ = try scene.forget()
    let root = ClosureRoot(id: tree, isTree: true, path: .root)
    let found = try scene.open().closureProblems(of: [root])
    #expect(found.problems.map(\.id) == [lost])
    // As a part of a directory's own, the same name is missed.
    let file = ClosureRoot(id: SHA256.id(of: Scene.small.span), isTree: true, path: .root)
    #expect(try scene.open().closureProblems(of: [file]).count == 1)
  }
}

extension ForgettingTests.Scene {
  /// A copy of a store that was made before.
  init(copied directory: URL) throws {
    root = directory.appending(path: "store")
  }
}
