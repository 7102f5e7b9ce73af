import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import ObjectStore

/// Of two contents only the chunks are written that one has and the other has not at that place.
@Suite(.temporaryDirectory) struct PatchTests {
  private func path(_ name: String) throws -> FilePath {
    FilePath(try TemporaryDirectory.required().path).appending(name)
  }

  private func store(_ contents: [UInt8]...) throws -> ObjectStore {
    let store = try ObjectStore.create(at: path("store"), format: VerificationTests.format)
    let writer = try store.writer()
    for content in contents { _ = try writer.add(content, class: .data) }
    try writer.finish(durably: false)
    return store
  }

  private func file(_ bytes: [UInt8]) throws -> OpenFile {
    let file = try OpenFile.creating(path("file"))
    try file.write(bytes.span, at: 0)
    return file
  }

  private static let first = sampleBytes(count: 20_000, seed: 1)

  /// Versions of it: edited, longer, shorter, with zeros, and with something at its start.
  private static let others: [[UInt8]] = {
    var edited = first
    edited.replaceSubrange(9_000..<9_010, with: sampleBytes(count: 10, seed: 2))
    var zeros = first
    zeros.replaceSubrange(5_000..<15_000, with: [UInt8](repeating: 0, count: 10_000))
    return [
      edited, first + sampleBytes(count: 3_000, seed: 3), Array(first.dropLast(4_000)), zeros,
      [1, 2, 3] + first,
    ]
  }()

  @Test(arguments: 0..<5)
  func `a file of one content becomes one of the other, and the first again`(number: Int) throws {
    let (old, new) = (Self.first, Self.others[number])
    let store = try store(old, new)
    let patch = try #require(
      try store.patch(from: SHA256.id(of: old.span), to: SHA256.id(of: new.span)))
    #expect(patch.oldSize == .bytes(old.count) && patch.newSize == .bytes(new.count))
    // All of it is new only where everything is shifted.
    #expect((patch.kept > .bytes(5_000)) == (number < 4))
    #expect(patch.kept.bytes + patch.changed.bytes == new.count)
    let file = try file(old)
    try patch.apply(to: file, progress: nil)
    #expect(try file.contents(limit: .mebibytes(1)) == new)
    try patch.takeBack(from: file)
    #expect(try file.contents(limit: .mebibytes(1)) == old)
  }

  @Test(arguments: [0, 1, 2, 3])
  func `a patch that ends at any write is taken back`(number: Int) throws {
    let (old, new) = (Self.first, Self.others[number])
    let store = try store(old, new)
    let patch = try #require(
      try store.patch(from: SHA256.id(of: old.span), to: SHA256.id(of: new.span)))
    let calls = try FaultyDisk.forEachCall(.error) { disk in
      let file = try file(old)
      defer { _ = try? path("file").remove() }
      let place = FilePath(try TemporaryDirectory.requiredPath())
      _ = Result { try disk.run(below: place) { try patch.apply(to: file, progress: nil) } }
      try patch.takeBack(from: file)
      #expect(try file.contents(limit: .mebibytes(1)) == old)
    }
    #expect(calls > 0)
  }

  @Test func `what is not proven, or is not there, is not patched`() throws {
    let (old, new) = (Self.first, Self.others[0])
    let store = try store(old, new)
    let (here, there) = (SHA256.id(of: old.span), SHA256.id(of: new.span))
    #expect(try store.patch(from: here, to: there) != nil)
    #expect(try store.patch(from: here, to: SHA256.id(of: [1, 2, 3].span)) == nil)
    let stranger = try ObjectStore.open(at: path("store"))
    #expect(try stranger.patch(from: here, to: there) == nil)
    for id in [here, there] {
      let file = try OpenFile.creating(path(id.hex))
      try stranger.restore(id, into: file)
    }
    #expect(try stranger.patch(from: here, to: there) != nil)
  }
}
