import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import ObjectStore

@Suite(.temporaryDirectory) struct ContentReaderTests {
  /// A store with two contents of 3 MiB that differ in a few bytes, and the second one as a file.
  private struct Scene {
    let store: ObjectStore
    let old = sampleBytes(count: 3 << 20, seed: 1)
    let new: [UInt8]
    let readers: (old: ContentReader, new: ContentReader)
    let file: OpenFile.Holder

    init() throws {
      let place = FilePath(try TemporaryDirectory.required().path)
      store = try ObjectStore.create(at: place.appending("store"))
      var edited = old
      edited.replaceSubrange(1_000_000..<1_000_003, with: [1, 2, 3])
      new = edited
      let writer = try store.writer()
      let ids = (
        try writer.add(old, class: .data), try writer.add(new, class: .data)
      )
      _ = try writer.finish(durably: false)
      readers = (try store.reader(of: ids.0), try store.reader(of: ids.1))
      let path = place.appending("new.bin")
      try AtomicFile.replace(path, with: new, durably: false)
      file = try OpenFile.Holder(path)
    }
  }

  @Test func `any range is read`() throws {
    let scene = try Scene()
    #expect(scene.readers.old.size == scene.old.count)
    var generator = SeededGenerator(seed: 3)
    for _ in 0..<50 {
      let start = Int.random(in: 0...scene.old.count, using: &generator)
      let end = Int.random(in: start...min(scene.old.count, start + 300_000), using: &generator)
      #expect(try scene.readers.old.bytes(in: start..<end) == Array(scene.old[start..<end]))
    }
  }

  @Test func `what two contents share is known without a read`() throws {
    let scene = try Scene()
    let whole = 0..<scene.old.count
    let parts = try scene.readers.old.parts(of: whole, differingFrom: scene.readers.new, whole)
    Self.expect(parts, toHold: 1_000_000..<1_000_003, of: whole)
    #expect(parts.reduce(0) { $0 + $1.count } < 1 << 20)
    // A part that begins elsewhere on each side shares nothing at its distances.
    let shifted = try scene.readers.old.parts(
      of: 0..<500_000, differingFrom: scene.readers.new, 7..<500_007)
    #expect(shifted == [0..<500_000])
    #expect(
      try scene.readers.old.parts(
        of: 100..<900_000, differingFrom: scene.readers.old, 100..<900_000
      )
      .isEmpty)
  }

  @Test func `what a content shares with a file is known by its hashes`() throws {
    let scene = try Scene()
    let whole = 0..<scene.old.count
    let parts = try scene.readers.old.parts(of: whole, differingFrom: scene.file.file, at: 0)
    Self.expect(parts, toHold: 1_000_000..<1_000_003, of: whole)
    #expect(parts.reduce(0) { $0 + $1.count } < 1 << 20)
    let inner = try scene.readers.old.parts(
      of: 500_000..<2_000_000, differingFrom: scene.file.file, at: 500_000)
    Self.expect(inner, toHold: 500_000..<500_003, of: 0..<1_500_000)
    #expect(inner.reduce(0) { $0 + $1.count } < 1 << 20)
  }

  private static func expect(
    _ parts: [Range<Int>], toHold change: Range<Int>, of whole: Range<Int>,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(
      parts.contains { $0.contains(change.lowerBound) && $0.contains(change.upperBound - 1) },
      sourceLocation: sourceLocation)
    for (one, next) in zip(parts, parts.dropFirst()) {
      #expect(one.upperBound < next.lowerBound, sourceLocation: sourceLocation)
    }
    for part in parts {
      #expect(
        !part.isEmpty && whole.contains(part.lowerBound) && part.upperBound <= whole.upperBound,
        sourceLocation: sourceLocation)
    }
  }
}

extension OpenFile {
  /// Keeps a file open.
  fileprivate final class Holder: Sendable {
    let file: OpenFile

    init(_ path: FilePath) throws {
      file = try OpenFile.forReading(path)
    }
  }
}
