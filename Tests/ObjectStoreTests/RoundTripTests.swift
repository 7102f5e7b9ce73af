import Foundation
import Platform
import Primitives
import Synchronization
import TestSupport
import Testing

@testable import ObjectStore

/// What goes into a store comes out again, and nothing else does.
@Suite(.temporaryDirectory) struct RoundTripTests {
  /// Small chunks, so that a few hundred kilobytes make nodes of several levels.
  static let format = StoreFormat(
    limits: .init(minimum: .bytes(64), average: .bytes(256), maximum: .bytes(1_024)) ?? .standard)

  @Test(arguments: [0, 1, 15_000, 70_000, 400_000])
  func `a content in memory comes back by its oid`(count: Int) throws {
    let store = try Self.store()
    let bytes = sampleBytes(count: count, seed: 3)
    let id = try Self.add(bytes, to: store)
    #expect(id == SHA256.id(of: bytes.span))
    #expect(try store.contents(of: id, limit: .mebibytes(1)) == bytes)
    #expect(try store.size(of: id) == .bytes(count))
  }

  @Test(arguments: [0, 1, 100_000, SmallFileIngest.limit, SmallFileIngest.limit + 1, 11_000_003])
  func `a file comes back by its oid, proven here or not`(count: Int) throws {
    let directory = try Self.directory()
    let store = try Self.store(format: StoreFormat())
    let bytes = sampleBytes(count: count, seed: 5)
    let source = directory.appending("source")
    try AtomicFile.replace(source, with: bytes, durably: false)
    let id = try Self.addFiles([source], to: store)[0].get().id
    #expect(id == SHA256.id(of: bytes.span))
    for clone in [store, try ObjectStore.open(at: store.root)] {
      let target = try OpenFile.creating(directory.appending(AtomicFile.temporaryName()))
      try clone.restore(id, into: target)
      #expect(try target.upTo(.bytes(count + 1), at: 0) == bytes)
    }
  }

  @Test func `a content of many segments is proven by its hash states`() throws {
    let directory = try Self.directory()
    let store = try Self.store(format: StoreFormat())
    let bytes = sampleBytes(count: Recipe.segmentSize + 77_777, seed: 6)
    let source = directory.appending("source")
    try AtomicFile.replace(source, with: bytes, durably: false)
    let id = try Self.addFiles([source], to: store)[0].get().id
    let stranger = try ObjectStore.open(at: store.root)
    let target = try OpenFile.creating(directory.appending("target"))
    try stranger.restore(id, into: target)
    #expect(ObjectStoreTests.id(of: try target.upTo(.bytes(bytes.count), at: 0)) == id)
  }

  @Test func `many files are added at once, and what stands twice is kept once`() throws {
    let directory = try Self.directory()
    let store = try Self.store()
    let files = try (0..<300).map { index in
      let path = directory.appending("\(index)")
      let bytes = sampleBytes(count: 10 + index % 100 * 30, seed: UInt64(index % 100))
      try AtomicFile.replace(path, with: bytes, durably: false)
      return path
    }
    let added = try Self.addFiles(files, to: store).map { try $0.get() }
    for (path, file) in zip(files, added) {
      #expect(try store.contents(of: file.id, limit: .mebibytes(1)) == path.contents())
    }
    let again = try store.writer()
    for path in files { _ = try again.add(path.contents(), class: .data) }
    #expect(try again.finish(durably: false).newRecords == 0)
  }

  @Test func `a long directory is cut into parts, and a small change shares nearly all`() throws {
    let store = try Self.store(format: StoreFormat())
    var entries = (0..<5_000).map { index in
      TreeEntry(
        kind: .file, id: ObjectStoreTests.id(of: Array("\(index)".utf8)), size: .bytes(index),
        name: ByteString("file-\(index)"))
    }
    let first = try store.writer()
    let tree = try Tree(entries)
    let id = try first.add(tree)
    try first.finish(durably: false)
    #expect(try store.tree(id) == tree)
    entries[2_500] = TreeEntry(kind: .file, id: .empty, size: .zero, name: entries[2_500].name)
    let second = try store.writer()
    let changed = try Tree(entries)
    let changedID = try second.add(changed)
    #expect(try second.finish(durably: false).newRecords <= 6)
    #expect(try store.tree(changedID) == changed)
  }

  @Test func `a file is compared without being stored`() throws {
    let directory = try Self.directory()
    let store = try Self.store()
    let path = directory.appending("file")
    var bytes = sampleBytes(count: 200_000, seed: 8)
    let id = try Self.add(bytes, to: store)
    try AtomicFile.replace(path, with: bytes, durably: false)
    #expect(try store.matches(OpenFile.forReading(path), id))
    #expect(try ObjectStore.open(at: store.root).matches(OpenFile.forReading(path), id))
    bytes[150_000] ^= 1
    try AtomicFile.replace(path, with: bytes, durably: false)
    #expect(try !store.matches(OpenFile.forReading(path), id))
    try AtomicFile.replace(path, with: bytes + [0], durably: false)
    #expect(try !store.matches(OpenFile.forReading(path), id))
  }

  @Test func `a long run of zeros becomes a hole`() throws {
    let directory = try Self.directory()
    let store = try Self.store(format: StoreFormat())
    let bytes = [UInt8](repeating: 0, count: 4 << 20) + sampleBytes(count: 50_000, seed: 9)
    let id = try Self.add(bytes, to: store)
    let target = try OpenFile.creating(directory.appending("target"))
    try store.restore(id, into: target)
    #expect(try target.upTo(.mebibytes(5), at: 0) == bytes)
    #expect(try target.status().allocated < .mebibytes(1))
  }

  @Test func `what is not there is missing, not empty`() throws {
    let store = try Self.store()
    let id = ObjectStoreTests.id(of: Array("never added".utf8))
    #expect(throws: StoreError.missing(id)) { try store.contents(of: id, limit: .mebibytes(1)) }
    #expect(try !store.contains(id))
  }

  @Test func `a directory, a pipe and a missing file are told one by one`() throws {
    let directory = try Self.directory()
    let store = try Self.store()
    let good = directory.appending("good")
    try AtomicFile.replace(good, with: [1, 2, 3], durably: false)
    let missing = directory.appending("missing")
    let results = try Self.addFiles([good, directory, missing], to: store)
    #expect(try results[0].get().size == .bytes(3))
    #expect(throws: StoreError.notAFile(directory)) { try results[1].get() }
    #expect(throws: StoreError.self) { try results[2].get() }
  }
}

// MARK: - Helpers

extension RoundTripTests {
  static func directory() throws -> FilePath {
    FilePath(try TemporaryDirectory.required().path)
  }

  static func store(format: StoreFormat = format) throws -> ObjectStore {
    let directory = try directory()
    return try ObjectStore.create(
      at: directory.appending("store"), format: format, proofs: directory.appending("proofs"))
  }

  static func add(_ bytes: [UInt8], to store: ObjectStore) throws -> ObjectID {
    let writer = try store.writer()
    let id = try writer.add(bytes, class: .data)
    try writer.finish(durably: false)
    return id
  }

  static func addFiles(
    _ paths: [FilePath], to store: ObjectStore
  ) throws -> [Result<AddedFile, StoreError>] {
    let results = Mutex<[Int: Result<AddedFile, StoreError>]>([:])
    let writer = try store.writer()
    try writer.addFiles(
      paths.count, progress: nil,
      open: { index throws(FileError) in try OpenFile.forReading(paths[index]) },
      done: { index, result in results.withLock { $0[index] = result } })
    try writer.finish(durably: true)
    let all = results.withLock { $0 }
    return try paths.indices.map { try #require(all[$0]) }
  }
}
