import Foundation
import ObjectStore
import Platform
import Primitives
import TestSupport
import Testing

@testable import Workspace

@Suite(.temporaryDirectory) struct StatIndexTests {
  static let path = "d"

  /// The index of the example in the specification.
  private static func writeExample(to file: FilePath) throws -> [UInt8] {
    let content = SHA256.id(of: Array("hi\n".utf8).span)
    let tree = try Tree([
      TreeEntry(kind: .file, id: content, size: .bytes(3), files: 1, name: "a")
    ])
    let base = SHA256.id(of: tree.encoded().span)
    let header = StatIndexHeader(
      path: try RepositoryPath("d"), isDirectory: true, base: nil, device: 0xFD02,
      ignoreDigest: WordChecksum.of([UInt8](repeating: 0xFF, count: 8).span),
      clock: Timestamp(nanoseconds: 1_700_000_002_000_000_000),
      bootID: (0..<16).map { $0 * 0x11 })
    var writer = try StatIndexWriter(replacing: file, header: header)
    var entries = EntryList()
    entries.append(
      StatEntry(
        kind: .file, flags: [.materialised, .trusted], size: .bytes(3),
        modified: Timestamp(nanoseconds: 1_700_000_000_123_456_789),
        changed: Timestamp(nanoseconds: 1_700_000_001_000_000_000), inode: 77, id: content),
      name: "a")
    let stamp = DirectoryStamp(
      modified: Timestamp(nanoseconds: 1_700_000_000_000_000_000),
      changed: Timestamp(nanoseconds: 1_700_000_000_000_000_000), inode: 76)
    try writer.append(
      IndexedDirectory.encode(path: "", stamp: stamp, id: base, entries: entries), path: "")
    try writer.finish(base: base)
    return try file.contents()
  }

  @Test func `the example of the specification is what is written`() throws {
    let file = try Self.directory().appending("d.index")
    let bytes = try Self.writeExample(to: file)
    let block = try #require(Page("docs/format/stat-index.md").blocks("hex").first)
    #expect(Page.bytes(block) == bytes, "\(Self.dump(bytes))")
    let files = IndexFiles(directory: file.parent)
    #expect(files.file(of: try RepositoryPath("d")) == file)
    let index = try #require(files.load(RepositoryPath("d")).index)
    let directory = try #require(index.directory(""))
    #expect(directory.id == index.header.base)
    #expect(directory.isStampTrusted)
    #expect(directory.entry("a")?.inode == 77)
    #expect(directory.entry("b") == nil)
    #expect(index.directory("a") == nil)
  }

  @Test func `a damaged body keeps the base, and a damaged header keeps nothing`() throws {
    let file = try Self.directory().appending("d.index")
    let bytes = try Self.writeExample(to: file)
    let files = IndexFiles(directory: file.parent)
    let path = try RepositoryPath("d")
    let base = files.loadedBase(path)
    let headerCount = Int(bytes[12])
    for place in bytes.indices {
      var damaged = bytes
      damaged[place] ^= 0x10
      try AtomicFile.replace(file, with: damaged, durably: false)
      let loaded = try files.load(path)
      #expect(loaded.index == nil, "a flipped bit in byte \(place) is seen")
      #expect(loaded.base == (place < headerCount ? nil : base))
    }
    for count in [0, 5, headerCount - 1, headerCount, bytes.count - 1] {
      try AtomicFile.replace(file, with: Array(bytes.prefix(count)), durably: false)
      #expect(try files.load(path).index == nil)
    }
  }

  @Test func `any block that lies about itself is refused`() throws {
    let file = try Self.directory().appending("d.index")
    let bytes = try Self.writeExample(to: file)
    var random = SeededGenerator(seed: 3)
    let old = try #require(StatIndexHeader(decoding: bytes))
    for _ in 0..<3_000 {
      var body = Array(bytes[old.encodedCount...])
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        body[Int.random(in: 0..<body.count, using: &random)] =
          [0, 1, 0x7F, 0xFF, UInt8.random(in: 0...255, using: &random)].randomElement(
            using: &random) ?? 0
      }
      var header = old
      header.bodyChecksum = WordChecksum.of(body.span)
      guard let index = StatIndex(header: header, body: body) else { continue }
      // What is accepted can be passed over without a trap.
      for number in 0..<index.directoryCount {
        var cursor = index.block(number).cursor
        while let entry = cursor.next() { _ = cursor.name(of: entry) }
      }
    }
  }

  @Test(arguments: [
    ("data", "data"), ("data/train", "data%2Ftrain"), (".hidden", "%2Ehidden"),
    ("a b%", "a%20b%25"), ("é", "%C3%A9"), ("x.tar.gz", "x.tar.gz"),
  ])
  func `the file of a path has a readable name`(path: String, name: String) throws {
    #expect(IndexFiles.name(of: try RepositoryPath(ByteString(path))) == name)
  }

  @Test func `a long path has a short file name of its own`() throws {
    let long = String(repeating: "long/", count: 100)
    let names = try ["a", "b"].map {
      IndexFiles.name(of: try RepositoryPath(ByteString(long + $0)))
    }
    #expect(names[0] != names[1])
    #expect(names.allSatisfy { $0.utf8.count < 220 })
  }

  @Test func `an unfinished checkout is noted and forgotten`() throws {
    let files = IndexFiles(directory: try Self.directory())
    let path = try RepositoryPath("data")
    #expect(try files.unfinishedCheckout(path) == nil)
    try files.setUnfinishedCheckout(.empty, of: path)
    #expect(try files.unfinishedCheckout(path) == .empty)
    try files.setUnfinishedCheckout(nil, of: path)
    try files.setUnfinishedCheckout(nil, of: path)
    #expect(try files.unfinishedCheckout(path) == nil)
  }

  private static func directory() throws -> FilePath {
    FilePath(try TemporaryDirectory.required().path)
  }

  private static func dump(_ bytes: [UInt8]) -> String {
    stride(from: 0, to: bytes.count, by: 16).map { start in
      let row = bytes[start..<min(start + 16, bytes.count)].map { Hex.string(of: [$0]) }
      return row.prefix(8).joined(separator: " ") + "  " + row.dropFirst(8).joined(separator: " ")
    }.joined(separator: "\n")
  }
}

extension IndexFiles {
  fileprivate func loadedBase(_ path: RepositoryPath) -> ObjectID? { try? load(path).base }
}
