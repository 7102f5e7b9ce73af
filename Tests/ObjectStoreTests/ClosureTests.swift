import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import ObjectStore

@Suite(.temporaryDirectory) struct ClosureTests {
  static let format = StoreFormat(
    limits: .init(minimum: .bytes(64), average: .bytes(256), maximum: .bytes(1_024)) ?? .standard)

  /// A store with one directory of many files.
  static func source(files: Int, seed: UInt64 = 1) throws -> (ObjectStore, ClosureRoot) {
    let root = FilePath(try TemporaryDirectory.required().path).appending("source")
    let store = try ObjectStore.create(at: root, format: format)
    let writer = try store.writer(compression: .none)
    let entries = try (0..<files).map { index in
      let bytes = sampleBytes(count: 200 + index * 37 % 3_000, seed: seed &+ UInt64(index))
      return TreeEntry(
        kind: .file, id: try writer.add(bytes, class: .data), size: .bytes(bytes.count),
        name: ByteString("file-\(index)"))
    }
    let tree = try writer.add(Tree(entries))
    try writer.finish(durably: false)
    return (store, ClosureRoot(id: tree, isTree: true, path: try RepositoryPath("data")))
  }

  @Test func `an interrupted transfer goes on where it stopped`() throws {
    let (source, root) = try Self.source(files: 200)
    let fixture = try StoreFixture(name: "destination") { options in
      options.packLimits.size = 16 << 10
      options.writers = 1
    }
    func transfer() throws -> ClosureTransfer {
      let destination = try fixture.open()
      return ClosureTransfer(
        source: source.records, destination: destination, scratch: source.root,
        session: try destination.session())
    }
    let first = try transfer()
    let all = try first.plan([root])
    _ = try first.run(all)
    // Nobody ends it, as when the process dies: what lies in closed packs stays.
    let second = try transfer()
    let rest = try second.plan([root])
    #expect(rest.records > 0)
    #expect(rest.records * 4 < all.records, "\(rest.records) of \(all.records) are left")
    _ = try second.run(rest)
    try second.finish(durably: true)
    #expect(try transfer().plan([root]).records == 0)
  }

  @Test func `a long list lies in files, in the same order, each record once`() throws {
    let scratch = FilePath(try TemporaryDirectory.required().path)
    var generator = SeededGenerator(seed: 11)
    let entries: [RecordEntry] = (0..<5_000).map { (index: Int) -> RecordEntry in
      RecordEntry(
        oid: ObjectID(words: (UInt64(index), 0, 0, 0)),
        pack: PackNumber(value: UInt32(index % 7)), offset: UInt32(index * 16),
        storedLength: UInt32(index % 100), length: 100,
        kind: index.isMultiple(of: 3) ? StoreFixture.tree : StoreFixture.data)
    }
    func list(memoryLimit: Int) throws -> RecordList {
      var builder = RecordListBuilder(scratch: scratch, memoryLimit: memoryLimit)
      for _ in 0..<3 { try builder.append(entries.shuffled(using: &generator)) }
      return try builder.finish()
    }
    let short = try list(memoryLimit: 100_000)
    #expect(try scratch.names().isEmpty)
    let long = try list(memoryLimit: 300)
    #expect(try scratch.names().count == 1)
    #expect(long.count == entries.count)
    #expect(long.storedBytes == entries.reduce(0) { $0 + Int($1.storedLength) })
    #expect(short.storedBytes == long.storedBytes)
    for start in stride(from: 0, to: entries.count, by: 999) {
      #expect(
        try short.batch(from: start, limit: 999) == long.batch(from: start, limit: 999))
    }
    let classes: [RecordClass] = try long.batch(from: 0, limit: entries.count).map(
      \.kind.recordClass)
    let dataCount = classes.count { $0 == RecordClass.data }
    #expect(classes.firstIndex(of: RecordClass.tree) == dataCount)
  }

  @Test func `only what a filter takes is walked`() throws {
    let (source, root) = try Self.source(files: 50)
    let filter = ClosureFilter { path, _ in path.name == "file-7" ? .take : .skip }
    let destination = try StoreFixture(name: "destination").open()
    let transfer = ClosureTransfer(
      source: source.records, destination: destination, scratch: source.root,
      session: try destination.session())
    let part = try transfer.plan([
      ClosureRoot(id: root.id, isTree: true, path: root.path, filter: filter)
    ])
    let all = try transfer.plan([root])
    #expect(part.isComplete == [false])
    #expect(all.isComplete == [true])
    #expect(part.records > 1)
    #expect(part.records * 5 < all.records)
  }

  @Test func `what hangs on a missing part is not called complete, whichever way it is met`() throws
  {
    let (source, root) = try Self.source(files: 3)
    let writer = try source.writer()
    let missing = ObjectID(words: (7, 7, 7, 7))
    let inner = try writer.add(
      Tree([TreeEntry(kind: .file, id: missing, size: .bytes(1), name: "gone")]))
    let both = try ["first", "second"].map { name in
      try writer.add(
        Tree([
          TreeEntry(kind: .directory, id: inner, size: .bytes(1), files: 1, name: ByteString(name))
        ]))
    }
    try writer.finish(durably: false)
    let roots = try both.map { id in
      ClosureRoot(id: id, isTree: true, path: try RepositoryPath("x"))
    }
    let found = try source.closureProblems(of: [root] + roots + [root])
    #expect(found.isComplete == [true, false, false, true])
    // An object is told once for each path, with every root that it is met under.
    #expect(found.count == 2)
    #expect(found.problems.map { "\($0.path)" } == ["x/first/gone", "x/second/gone"])
    #expect(found.problems.map(\.roots) == [[1], [2]])
    let again = try source.closureProblems(of: [roots[0], root, roots[0]])
    #expect(again.problems.map(\.roots) == [[0, 2]])
    let each = try source.problems(ofEach: roots)
    #expect(each.map { $0.map { "\($0.path)" } } == [["x/first/gone"], ["x/second/gone"]])
  }

  @Test func `a tree that leads back to itself or is no tree ends the walk with a problem`() throws
  {
    let (source, _) = try Self.source(files: 1)
    let writer = try source.writer()
    let file = try writer.add(Array("no tree".utf8), class: .data)
    let tree = try writer.add(
      Tree([
        TreeEntry(kind: .directory, id: file, size: .bytes(7), files: 1, name: "liar")
      ]))
    try writer.finish(durably: false)
    let found = try source.closureProblems(
      of: [ClosureRoot(id: tree, isTree: true, path: try RepositoryPath("data"))])
    #expect(found.problems.map { "\($0.path)" } == ["data/liar"])
    #expect(found.problems.first?.kind == .damaged(.invalidTree(file, .notATree)))
  }
}
