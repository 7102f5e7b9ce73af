import Foundation
import ObjectStore
import Platform
import Primitives
import TestSupport
import Testing

@testable import ContentDiff

/// Documents, lines, pictures, and what is compressed.
@Suite(.temporaryDirectory) struct ContentComparisonTests {
  @Test(arguments: ["a.json", "a.yaml"])
  func `documents are compared by key path, whatever the order of keys`(name: String) throws {
    let found = try #require(
      try compare(
        name, "{\"b\": {\"x\": 1, \"l\": [1, 2]}, \"a\": 1}",
        "{\"a\": 1.0, \"b\": {\"l\": [1, 3, 4], \"y\": null}}"
      ).document)
    #expect((found.added, found.removed, found.changed) == (2, 1, 2))
    #expect(
      found.changes == [
        .init(kind: .removed, path: "b.x", old: "1", new: nil),
        .init(kind: .changed, path: "b.l.1", old: "2", new: "3"),
        .init(kind: .added, path: "b.l.2", old: nil, new: "4"),
        .init(kind: .added, path: "b.y", old: nil, new: "null"),
        .init(kind: .changed, path: "a", old: "1", new: "1.0"),
      ])
    #expect(try compare(name, "{\"a\": 1, \"b\": 2}", "{\"b\": 2,   \"a\": 1}").isSame)
  }

  @Test func `what is no document is told, and compared as text`() throws {
    let found = try compare("a.json", "{\"a\": 1}\n", "{\"a\": \n")
    #expect(found.form == .lines && found.note?.hasPrefix("new content: ") == true)
  }

  @Test func `text is compared in the order of its lines`() throws {
    let found = try #require(try compare("a.txt", "a\nb\nc\n", "a\nx\nc\nd").lines)
    #expect((found.added, found.removed, found.isOrdered) == (2, 1, true))
    #expect(
      found.lines == [
        "@@ -1,3 +1,4 @@", " a", "-b", "+x", " c", "+d", "\\ No newline at end of file",
      ])
    let cut = try #require(try compare("a.txt", "a\nb\nc\n", "a\nx\nc\nd", limit: 2).lines)
    #expect(cut.lines.count == 2 && cut.furtherLines == 5)
  }

  @Test func `lines of large texts are counted`() throws {
    let line = String(repeating: "x", count: 99)
    let old = (0..<60_000).map { "\(line)\($0)\n" }
    let found = try #require(
      try compare("a.log", old.joined(), (["new\n"] + old.dropFirst(2)).joined()).lines)
    #expect((found.added, found.removed, found.isOrdered) == (1, 2, false))
    #expect(found.lines == ["-\(line)0", "-\(line)1", "+new"])
  }

  @Test func `edits all over a text are counted, and not told as one replacement`() throws {
    let old = (0..<9_000).map { "line \($0)\n" }
    let new = old.indices.map { $0.isMultiple(of: 1_000) ? "edited \($0)\n" : old[$0] }
    let found = try #require(try compare("a.txt", old.joined(), new.joined()).lines)
    #expect((found.added, found.removed, found.isOrdered) == (9, 9, false))
  }

  @Test func `control codes of a text are quoted`() throws {
    let found = try #require(try compare("a.txt", "a\n", "\u{1B}[2Jb\n").lines)
    #expect(found.lines.contains("+\"\\033[2Jb\""))
  }

  @Test func `gzip is seen through`() throws {
    func gzip(_ text: String, time: Int = 0) throws -> [UInt8] {
      try python(
        "import sys, gzip; sys.stdout.buffer.write(gzip.compress(sys.stdin.buffer.read(), mtime=\(time)))",
        input: Array(text.utf8))
    }
    let rows = "id,v\n" + (0..<100_000).map { "\($0),\($0 % 7)\n" }.joined()
    let old = try gzip(rows)
    let found = try compare("a.csv.gz", old, gzip(rows.replacing("\n777,0\n", with: "\n777,9\n")))
    #expect(found.isInflated)
    #expect((found.table?.changed, found.table?.unchanged) == (1, 99_999))
    #expect(try compare("a.csv.gz", old, gzip(rows, time: 9)).isSame)
    // Several members are one content, and padding behind them is none.
    let parts = try gzip("id,v\n1,1\n") + gzip("2,2\n") + [0, 0, 0]
    #expect(try compare("b.csv.gz", parts, gzip("id,v\n1,1\n2,2\n")).isSame)
    // What is cut off or damaged is told, and the files are compared.
    let cut = try compare("a.csv.gz", old, Array(old[..<(old.count / 2)]))
    #expect(cut.form == .bytes && cut.note?.contains("too early") == true)
    var damaged = old
    damaged[old.count - 6] ^= 1
    #expect(try compare("a.csv.gz", old, damaged).note?.contains("damaged") == true)
  }

  @Test func `a file that comes to far more than it has is not unpacked to its end`() throws {
    let bomb = try python(
      """
      import sys, zlib
      packer = zlib.compressobj(9, wbits=31)
      row = b'0,' + b'0' * 500000 + b'\\n'
      for _ in range(400): sys.stdout.buffer.write(packer.compress(row))
      sys.stdout.buffer.write(packer.flush())
      """)
    let found = try compare("a.csv.gz", bomb, Array(bomb.dropLast()))
    #expect(found.form == .bytes && found.note?.contains("comes to more than") == true)
  }

  @Test(arguments: [
    ("89504e470d0a1a0a0000000d4948445200000280000001e0", "PNG", 640, 480),
    ("47494638396180020a00", "GIF", 640, 10),
    ("ffd8ffe000104a46494600010100000100010000ffc0001108000a0280", "JPEG", 640, 10),
    ("5249464600000000574542505650382000000000000000" + "9d012a80020a00", "WebP", 640, 10),
    ("52494646000000005745425056503858" + "0a000000000000007f0200090000", "WebP", 640, 10),
    ("424d000000000000000036000000" + "2800000080020000f6ffffff", "BMP", 640, 10),
    (
      "49492a0008000000" + "0200" + "000103000100000080020000" + "01010400010000000a000000", "TIFF",
      640, 10
    ),
  ])
  func `the size of a picture is in its header`(hex: String, kind: String, width: Int, height: Int)
    throws
  {
    let bytes = try #require(Hex.bytes(of: hex.utf8))
    let found = try #require(PictureHeader(bytes))
    #expect(found.kind.rawValue == kind)
    #expect((found.width, found.height) == (width, height))
    // A picture that is cut off has no size, and nothing else happens.
    for count in 0..<bytes.count { _ = PictureHeader(Array(bytes[..<count])) }
  }

  @Test func `a picture in SVG is known by its first element`() {
    #expect(PictureHeader(Array("<?xml version='1.0'?>\n<svg/>".utf8))?.kind == .svg)
    #expect(PictureHeader(Array("<html><svg/></html>".utf8)) == nil)
  }

  @Test func `pictures are told by kind and size, and their bytes compared`() throws {
    let png = try #require(
      Hex.bytes(of: "89504e470d0a1a0a0000000d4948445200000280000001e0".utf8))
    let gif = try #require(Hex.bytes(of: "47494638396180020a00".utf8))
    let found = try compare("a.png", png, gif)
    #expect(found.form == .picture)
    #expect((found.picture?.oldKind, found.picture?.newKind) == ("PNG", "GIF"))
    #expect(found.bytes?.newSize == .bytes(10))
  }

  @Test func `a file that is written to meanwhile is told`() throws {
    let path = FilePath(try TemporaryDirectory.required().path).appending("a.bin")
    try AtomicFile.replace(path, with: [1, 0, 3], durably: false)
    let source = try FileSource(path)
    let comparison = try ContentComparison("a.bin", from: MemorySource([1, 0, 2]), to: source)
    #expect(try comparison.compare().bytes?.changedBytes == 1)
    try OpenFile.forUpdating(path).write([9].span, at: 0)
    #expect(throws: ContentProblem.store(.changedWhileReading(path))) { try comparison.compare() }
  }
}
