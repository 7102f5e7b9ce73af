import Foundation
import Git
import ObjectStore
import Platform
import Primitives
import TestSupport
import Testing

@testable import Workspace

/// What a stat index is worth after a power cut: section 4 of `docs/format/stat-index.md`.
@Suite(.temporaryDirectory) struct PowerCutTests {
  private static let minutes: Int64 = 60_000_000_000

  /// Makes an index one of another run of the machine, or of another time.
  private static func rewrite(
    _ file: FilePath, bootID: [UInt8]? = nil, movingClock distance: Int64 = 0
  ) throws {
    var bytes = try file.contents()
    let header = try #require(StatIndexHeader(decoding: bytes))
    var words: [UInt8] = []
    words.append(
      littleEndian: UInt64(bitPattern: header.clock.nanoseconds + distance * minutes))
    bytes.replaceSubrange(88..<112, with: words + (bootID ?? header.bootID))
    let end = header.encodedCount - 8
    var checksum: [UInt8] = []
    checksum.append(littleEndian: WordChecksum.of(bytes.span.extracting(..<end)))
    bytes.replaceSubrange(end..<end + 8, with: checksum)
    try AtomicFile.replace(file, with: bytes, durably: false)
  }

  @Test(arguments: [[UInt8](repeating: 7, count: 16), [UInt8](repeating: 0, count: 16)])
  func `after a restart what was written shortly before is read again, and then known`(
    bootID: [UInt8]
  ) throws {
    let data = try DataSetup.make()
    try data.fill()
    try data.record()
    #expect(try data.changes() == [])
    try Self.rewrite(data.files.file(of: data.path), bootID: bootID)
    #expect(
      try data.changes() == [
        "a.txt touched", "b.txt touched", "link settled", "sub/nothing settled",
        "sub/same-size touched", "sub/deep/file touched",
      ])
    // Who looks at a part knows no more of the rest.
    try data.record(from: "sub")
    let rest = try data.changes()
    #expect(rest.contains("a.txt touched"))
    #expect(!rest.contains("sub/same-size touched"))
    try data.record()
    #expect(try data.changes() == [])
  }

  @Test func `after a restart what had ten minutes to reach the disk is known`() throws {
    let data = try DataSetup.make()
    try data.fill()
    let now = try #require(data.clock())
    let later = Timestamp(nanoseconds: now.nanoseconds + 11 * Self.minutes)
    try data.record(clock: later)
    try Self.rewrite(data.files.file(of: data.path), bootID: [UInt8](repeating: 7, count: 16))
    #expect(try data.changes() == [])
  }

  @Test(arguments: ["data", "model.bin"])
  func `an index is written again once the disk has what it lacked`(path: String) throws {
    let repository = try Repository.make()
    try repository.write("alpha", to: path == "data" ? "data/a" : path)
    try repository.waitForTick()
    try repository.add(path)
    let name = try repository.path(path)
    let file = repository.workspace.indexes.file(of: name)
    let first = try file.contents()
    #expect(try repository.state(path) == .clean)
    #expect(try file.contents() == first)
    try Self.rewrite(file, movingClock: -9)
    let young = try file.contents()
    #expect(try repository.state(path) == .clean)
    #expect(try file.contents() == young)
    try Self.rewrite(file, movingClock: -2)
    let old = try #require(StatIndexHeader(decoding: file.contents()))
    #expect(try repository.state(path) == .clean)
    let new = try #require(repository.workspace.indexes.load(name).index)
    #expect(new.header.clock.nanoseconds > old.clock.nanoseconds + 10 * Self.minutes)
    #expect(new.header.base == old.base)
    let entry = new.directory("")?.entry(ByteString(path == "data" ? "a" : path))
    #expect(entry?.flags == [.materialised, .trusted])
  }

  /// What is left of an `add` of which a power cut took a part.
  enum Rest: CaseIterable {
    case oldPointer, oldPointerWithoutIndex, newPointerWithoutIndex
    /// Git has brought the old pointer since.
    case pointerOfGit, pointerOfGitWithoutIndex
    /// The machine runs on: nothing was taken.
    case runningOn
  }

  @Test(arguments: Rest.allCases)
  func `data of which a power cut took pointer or index is the user's own`(rest: Rest) throws {
    let repository = try Repository.make()
    let path = try repository.path("data")
    try repository.write("one", to: "data/a")
    try repository.add("data")
    let pointer = FilePath(repository.setup.path).appending("data.shale")
    let (old, first) = (try repository.pointer("data"), try pointer.contents())
    let written = try pointer.status().modified
    try repository.waitForTick()
    let time = try #require(
      FileSystemClock.now(
        onDevice: pointer.status().device, tryingIn: [FilePath(repository.setup.path)]))
    try repository.write("two!", to: "data/a")
    try repository.add("data")
    let new = try repository.pointer("data")
    repository.workspace.git.journal.remember { _ throws(FileError) in
      (.ids(.base, path, old: old.id, new: new.id), time)
    }
    if rest != .newPointerWithoutIndex {
      try AtomicFile.replace(pointer, with: first, durably: false)
      if rest != .pointerOfGit, rest != .pointerOfGitWithoutIndex {
        try OpenFile.forUpdating(pointer).setModified(written)
      }
    }
    let index = repository.workspace.indexes.file(of: path)
    switch rest {
    case .oldPointer, .pointerOfGit:
      try Self.rewrite(index, bootID: [UInt8](repeating: 7, count: 16))
    case .runningOn: break
    default: try index.remove()
    }
    switch rest {
    case .runningOn, .pointerOfGit: #expect(try repository.state("data") == .behind)
    case .pointerOfGitWithoutIndex: #expect(try repository.state("data") == .diverged)
    case .oldPointer, .oldPointerWithoutIndex:
      if rest == .oldPointer { try repository.workspace.checkout() }
      #expect(try repository.state("data") == .modified)
      try repository.add("data")
      #expect(try repository.pointer("data") == new)
    case .newPointerWithoutIndex:
      #expect(try repository.state("data") == .clean)
      try index.remove()
      try repository.write("three", to: "data/a")
      #expect(try repository.state("data") == .modified)
      try repository.add("data")
      #expect(try repository.state("data") == .clean)
    }
    #expect(try repository.text("data/a") == (rest == .newPointerWithoutIndex ? "three" : "two!"))
  }
}
