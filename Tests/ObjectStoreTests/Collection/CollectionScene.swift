import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import ObjectStore

/// A store with small packs, directories in it, and a collection of it from start to end.
struct CollectionScene {
  let root: FilePath

  /// No grace and no age: whatever is not young by the order of things is dead at once.
  static var options: CollectionOptions {
    var options = CollectionOptions()
    options.graceSeconds = 0
    // What was written in this very tick of the clock is old as well.
    options.minimumAgeSeconds = -5
    return options
  }

  init(_ url: URL) throws {
    root = FilePath(url.path).appending("store")
    _ = try ObjectStore.create(at: root, format: VerificationTests.format)
  }

  init() throws { try self.init(TemporaryDirectory.required()) }

  var layout: StoreLayout { StoreLayout(root: root, sharing: .umask) }

  func open() throws -> ObjectStore {
    var options = RecordStore.Options()
    options.cachedPages = 16
    options.packLimits.records = 200
    options.fold.packCount = 1_000
    options.fold.indexCount = 1_000
    options.writers = 1
    return ObjectStore(records: try RecordStore.open(at: root, options: options), proofs: nil)
  }

  static func content(_ number: Int) -> [UInt8] {
    sampleBytes(count: 40 + number * 97 % 1_900, seed: UInt64(number))
  }

  /// Adds a directory of the numbered files, on disk for certain.
  @discardableResult
  func add(_ numbers: some Sequence<Int>) throws -> ObjectID {
    try add(numbers, with: open().writer())
  }

  func add(_ numbers: some Sequence<Int>, with writer: StoreWriter) throws -> ObjectID {
    let id = try put(numbers, with: writer)
    try writer.finish(durably: true)
    return id
  }

  /// Adds a directory, and does not end the writer.
  func put(_ numbers: some Sequence<Int>, with writer: StoreWriter) throws -> ObjectID {
    let entries = try numbers.map { number in
      let bytes = Self.content(number)
      return TreeEntry(
        kind: .file, id: try writer.add(bytes, class: .data), size: .bytes(bytes.count),
        name: ByteString("file\(number)"))
    }
    return try writer.add(Tree(entries))
  }

  static func roots(_ ids: [ObjectID]) throws -> [ClosureRoot] {
    try ids.enumerated().map { number, id in
      ClosureRoot(id: id, isTree: true, path: try RepositoryPath(ByteString("data\(number)")))
    }
  }

  /// Collects from start to end.
  @discardableResult
  func collect(
    _ ids: [ObjectID], options: CollectionOptions = options
  ) throws -> (plan: CollectionPlan, collected: Collected, freed: ByteCount) {
    let roots = try Self.roots(ids)
    var collector = try open().collector(options: options)
    let plan = try collector.plan(collector.mark(roots))
    let collected = try collector.carryOut(plan)
    _ = try collector.restore(reachedBy: roots)
    return (plan, collected, try collector.emptyTrash(plan))
  }

  /// Whether a directory of the numbered files can be read as a whole.
  func expect(
    _ id: ObjectID, _ numbers: some Sequence<Int>,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let store = try open()
    let tree = try store.tree(id)
    for number in numbers {
      let entry = try #require(
        tree[ByteString("file\(number)")], "\(number)", sourceLocation: sourceLocation)
      #expect(
        try store.contents(of: entry.id, limit: .mebibytes(1)) == Self.content(number), "\(number)",
        sourceLocation: sourceLocation)
    }
  }

  func expectSound(sourceLocation: SourceLocation = #_sourceLocation) throws {
    let report = try Verification(open()).run()
    #expect(report.isSound, "\(report.damage)", sourceLocation: sourceLocation)
    #expect(report.incomplete == 0, sourceLocation: sourceLocation)
  }

  /// Whether no record of the numbered file is in the packs.
  func isGone(_ number: Int) throws -> Bool {
    try open().records.known(SHA256.id(of: Self.content(number).span)) == nil
  }

  func trashedPacks() throws -> [ObjectID] { try Trash(layout: layout).packs().sorted() }
}
