import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import ObjectStore

/// Every kind of damage is found, named, and leaves the rest readable.
@Suite(.temporaryDirectory) struct VerificationTests {
  static let format = StoreFormat(
    limits: .init(minimum: .bytes(64), average: .bytes(256), maximum: .bytes(1_024)) ?? .standard)

  /// A store with a directory of small and large files in it.
  struct Setup {
    let root: FilePath
    let tree: ObjectID
    let files: [String: ObjectID]

    init() throws {
      root = FilePath(try TemporaryDirectory.required().path).appending("store")
      let store = try ObjectStore.create(at: root, format: VerificationTests.format)
      let writer = try store.writer(compression: .none)
      var files: [String: ObjectID] = [:]
      var entries: [TreeEntry] = []
      for (name, count) in [("empty", 0), ("large", 60_000), ("middle", 5_000), ("small", 90)] {
        let bytes = sampleBytes(count: count, seed: UInt64(count))
        let id = try writer.add(bytes, class: .data)
        files[name] = id
        entries.append(
          TreeEntry(kind: .file, id: id, size: .bytes(count), name: ByteString(name)))
      }
      tree = try writer.add(Tree(entries))
      try writer.finish(durably: true)
      self.files = files
    }

    func open() throws -> ObjectStore { try ObjectStore.open(at: root) }

    var closure: ClosureRoot {
      get throws { ClosureRoot(id: tree, isTree: true, path: try RepositoryPath("data")) }
    }

    /// The files of the store whose names end so.
    func paths(_ suffix: String, below directory: String) throws -> [FilePath] {
      let url = URL(filePath: "\(root)/\(directory)")
      let names = FileManager.default.enumerator(atPath: url.path)?.compactMap { $0 as? String }
      return (names ?? []).filter { $0.hasSuffix(suffix) }.sorted()
        .map { root.appending(directory).appending($0) }
    }

    /// Replaces a file by a changed one under the same name.
    func change(_ path: FilePath, _ body: (inout [UInt8]) -> Void) throws {
      var bytes = try path.contents()
      body(&bytes)
      try path.remove()
      try AtomicFile.replace(path, with: bytes, durably: false)
    }
  }

  @Test func `a sound store is sound`() throws {
    let setup = try Setup()
    let progress = ProgressCounter()
    let report = try Verification(try setup.open(), progress: progress).run()
    #expect(report.isSound, "\(report.damage)")
    #expect(report.packs == 2)
    #expect(report.recipes == 2)
    #expect(report.indexes == 1)
    #expect(report.records > 100)
    #expect(report.incomplete == 0)
    #expect(progress.bytes == progress.bytesTotal)
    #expect(progress.bytes == report.bytes.bytes)
  }

  @Test func `a flipped bit in any record is found and told by path`() throws {
    let setup = try Setup()
    let small = sampleBytes(count: 90, seed: 90)
    for pack in try setup.paths(".pack", below: "packs") {
      try setup.change(pack) { bytes in
        if let range = bytes.firstRange(of: small) { bytes[range.lowerBound + 3] ^= 1 }
      }
    }
    let store = try setup.open()
    let report = try Verification(store).run()
    let lost = try #require(setup.files["small"])
    #expect(report.damagedObjects == [lost])
    #expect(
      report.damage.contains {
        if case .pack = $0 { true } else { false }
      })
    let problems = try store.closureProblems(of: [setup.closure]).problems
    #expect(problems.map { "\($0.path)" } == ["data/small"])
    // Another process knows it as well, and the rest is whole.
    let other = try setup.open()
    #expect(try other.closureProblems(of: [setup.closure]).problems == problems)
    let large = try #require(setup.files["large"])
    let content = try other.contents(of: large, limit: .mebibytes(1))
    #expect(content == sampleBytes(count: 60_000, seed: 60_000))
  }

  @Test(arguments: 0..<24)
  func `a flipped bit anywhere in a pack is found`(place: Int) throws {
    let setup = try Setup()
    for pack in try setup.paths(".pack", below: "packs") {
      try setup.change(pack) { bytes in
        bytes[bytes.count * place / 24] ^= 0x10
      }
    }
    let report = try Verification(try setup.open()).run()
    let packs = report.damage.filter {
      switch $0 {
      case .pack, .unreadablePack: true
      default: false
      }
    }
    #expect(packs.count == 2, "\(report.damage)")
  }

  @Test(arguments: [0, 8, 100, 5_000])
  func `a pack that was cut short is found, and its paths are named`(count: Int) throws {
    let setup = try Setup()
    let largest = try #require(
      try setup.paths(".pack", below: "packs").max {
        try $0.status().size < $1.status().size
      })
    try setup.change(largest) { $0 = Array($0.prefix(count)) }
    let store = try setup.open()
    let report = try Verification(store).run()
    #expect(
      report.damage.contains {
        if case .unreadablePack = $0 { true } else { false }
      }, "\(report.damage)")
    let paths = Set(try store.closureProblems(of: [setup.closure]).problems.map { "\($0.path)" })
    #expect(paths == ["data/empty", "data/large", "data/middle", "data/small"])
  }

  @Test(arguments: 0..<12)
  func `a flipped bit anywhere in an index is found, and nothing is lost`(place: Int) throws {
    let setup = try Setup()
    let index = try #require(try setup.paths(".idx", below: "index").first)
    try setup.change(index) { $0[$0.count * place / 12 + place] ^= 0x40 }
    let store = try setup.open()
    let report = try Verification(store).run()
    #expect(
      report.damage.contains {
        if case .index(index, .hash) = $0 { true } else { false }
      }, "\(report.damage)")
    #expect(try store.closureProblems(of: [setup.closure]).count == 0)
    #expect(try Verification(try setup.open()).run().isSound, "it was made anew")
  }

  @Test func `an index with a good name that disagrees with its pack is found`() throws {
    let setup = try Setup()
    let store = try setup.open()
    let records = store.records
    var batch = IndexBatch()
    for id in try records.presentPacks() {
      let entries = try PackReader(records.layout.pack(id)).entries()
      batch.add(
        id,
        entries.map { entry in
          var entry = entry
          entry.offset += 1
          return entry
        })
    }
    for index in try setup.paths(".idx", below: "index") { try index.remove() }
    _ = try batch.write(in: records.layout)
    let report = try Verification(try setup.open()).run()
    #expect(
      report.damage.contains {
        if case .index(_, .disagrees) = $0 { true } else { false }
      }, "\(report.damage)")
  }

  @Test func `a recipe that yields something else is found`() throws {
    let setup = try Setup()
    let store = try setup.open()
    let large = try #require(setup.files["large"])
    var loader = RecordLoader(records: store.records)
    let layout = try Layout(of: large, with: &loader)
    var root = try #require(layout.root)
    root = Recipe(level: root.level, parts: root.parts.reversed())
    let lie = ObjectID(words: (1, 2, 3, 4))
    let session = try store.records.session()
    let bytes = root.encoded()
    try session.append(
      lie, kind: RecordKind(codec: .stored, form: .recipe, class: .data), length: bytes.count,
      stored: bytes.span)
    _ = try session.finish(durably: false)
    let report = try Verification(try setup.open()).run()
    #expect(report.damagedObjects == [lie], "\(report.damage)")
  }

  @Test func `an object that was written as a directory and is none is found`() throws {
    let setup = try Setup()
    let store = try setup.open()
    let session = try store.records.session()
    let bytes = Tree.magic + Array("zzzz".utf8)
    let id = SHA256.id(of: bytes.span)
    try session.append(
      id, kind: RecordKind(codec: .stored, form: .content, class: .tree), length: bytes.count,
      stored: bytes.span)
    _ = try session.finish(durably: false)
    let report = try Verification(try setup.open()).run()
    #expect(report.damagedObjects == [id], "\(report.damage)")
  }

  @Test func `a directory whose parent lies about its size is told by path`() throws {
    let setup = try Setup()
    let store = try setup.open()
    let writer = try store.writer()
    let root = try writer.add(
      Tree([
        TreeEntry(
          kind: .directory, id: setup.tree, size: .bytes(1), files: 4, name: "liar")
      ]))
    try writer.finish(durably: false)
    let problems = try store.closureProblems(
      of: [ClosureRoot(id: root, isTree: true, path: try RepositoryPath("data"))]
    ).problems
    #expect(problems.map { "\($0.path)" } == ["data/liar"])
    #expect(problems.first?.kind == .damaged(.invalidTree(setup.tree, .differsFromEntry)))
  }

  @Test func `a store that lacks parts is incomplete and not damaged`() throws {
    let setup = try Setup()
    let store = try setup.open()
    let session = try store.records.session()
    let root = Recipe(
      level: 0,
      parts: (1...3).map { Recipe.Part(id: ObjectID(words: ($0, 0, 0, 0)), length: 100) })
    let bytes = root.encoded()
    try session.append(
      ObjectID(words: (9, 9, 9, 9)),
      kind: RecordKind(codec: .stored, form: .recipe, class: .data), length: bytes.count,
      stored: bytes.span)
    _ = try session.finish(durably: false)
    let report = try Verification(try setup.open()).run()
    #expect(report.isSound)
    #expect(report.incomplete == 1)
  }
}
