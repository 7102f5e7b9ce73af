import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import ObjectStore

/// The examples of `docs/format/store.md`, `pack.md` and `index.md`, made by other means, against
/// what is written and read here.
@Suite(.temporaryDirectory) struct StoreFormatPageTests {
  private static let bootID = (0..<16).map { UInt8($0 * 17) }

  /// The pack of the page, written by this program.
  private func writePack(in layout: StoreLayout) throws -> ClosedPack {
    try layout.makeDirectories()
    var writer = try PackWriter(.data, in: layout, limits: .init(), bootID: Self.bootID)
    for text in ["abc", "hello"] {
      let bytes = Array(text.utf8)
      try writer.append(
        SHA256.id(of: bytes.span), kind: StoreFixture.data, length: bytes.count,
        stored: bytes.span)
    }
    return try writer.close(durably: false)
  }

  private func layout() throws -> StoreLayout {
    StoreLayout(root: FilePath(try TemporaryDirectory.required().path), sharing: .umask)
  }

  private func id(_ bytes: [UInt8]) -> ObjectID { ObjectID(bytes: bytes.span) }

  @Test func `the pack of the page is what is written, and is read back`() throws {
    let examples = try FormatPage.hexExamples(of: "pack.md")
    let layout = try layout()
    let pack = try writePack(in: layout)
    #expect(try layout.pack(pack.id).contents() == examples[0])
    #expect(pack.id.bytes == examples[1])
    let reader = try PackReader(layout.pack(pack.id))
    #expect(reader.footer.count == 2)
    #expect(reader.footer.bootID == Self.bootID)
    #expect(try reader.entries().map(\.storedLength) == [5, 3])
    #expect(try reader.hash() == pack.id)
  }

  @Test func `the index of the page is what is written, and is read back`() throws {
    let examples = try FormatPage.hexExamples(of: "index.md")
    let layout = try layout()
    let pack = try writePack(in: layout)
    var batch = IndexBatch()
    batch.add(pack.id, pack.entries)
    let id = try #require(try batch.write(in: layout))
    var expected: [UInt8] = []
    for page in 0..<3 {
      let used = examples[page * 2]
      expected += used + [UInt8](repeating: 0, count: 4_080 - used.count) + examples[page * 2 + 1]
    }
    #expect(try layout.indexFile(id).contents() == expected)
    #expect(id.bytes == examples[6])
  }

  @Test func `the lists of the page are what is written, and are read back`() throws {
    let examples = try FormatPage.hexExamples(of: "index.md")
    let pack = try id(FormatPage.hexExamples(of: "pack.md")[1])
    let safe = SafeList(safe: [pack])
    #expect(safe.encoded == examples[7])
    #expect(try SafeList(decoding: examples[7], id: id(examples[8])) == safe)
    let text = Array("abc".utf8)
    let abc = SHA256.id(of: text.span)
    let bad = BadList([BadList.Record(oid: abc, pack: pack, offset: 16)])
    #expect(bad.encoded == examples[9])
    #expect(try BadList(decoding: examples[9], id: id(examples[10])) == bad)
  }

  @Test func `the format file of the page is what is written, and is read back`() throws {
    let page = try String(contentsOf: ProjectRoot.file("docs/format/store.md"), encoding: .utf8)
    let example = try #require(
      page.components(separatedBy: "```text\n").dropFirst()
        .map { $0.components(separatedBy: "```")[0] }.first { $0.hasPrefix("shale store 1\n") })
    #expect(StoreFormat().encoded == Array(example.utf8))
    #expect(try StoreFormat(decoding: Array(example.utf8)) == StoreFormat())
  }

  @Test(arguments: [
    ("", StoreFormat.Flaw.notAStore),
    ("shale stor 1\n", .notAStore),
    ("shale store 01\n", .notAStore),
    ("shale store 2\nwhatever\n", .newer(version: 2)),
    ("shale store 1\n", .invalidLine(2)),
  ])
  func `a format file that is none is refused`(text: String, flaw: StoreFormat.Flaw) {
    #expect(throws: flaw) { try StoreFormat(decoding: Array(text.utf8)) }
  }

  @Test(arguments: [
    ("chunk-minimum 16384", "chunk-minimum 016384", StoreFormat.Flaw.invalidLine(2)),
    ("chunk-average 65536", "chunk-average 65537", .invalidLimits),
    ("chunk-maximum 262144", "chunk-maximum 1", .invalidLimits),
    ("chunk-maximum 262144", "chunk-limit 262144", .unknownKey("chunk-limit", line: 4)),
    ("seed 0", "seed A", .invalidLine(5)),
    ("generation 0", "generation -1", .invalidLine(6)),
    ("generation 0\n", "generation 0", .invalidLine(7)),
    ("generation 0\n", "generation 0\ncolour 7\n", .unknownKey("colour", line: 7)),
  ])
  func `a line that is not the one valid way to say it is refused`(
    line: String, change: String, flaw: StoreFormat.Flaw
  ) {
    let text = String(decoding: StoreFormat().encoded, as: UTF8.self)
      .replacingOccurrences(of: line, with: change)
    #expect(throws: flaw) { try StoreFormat(decoding: Array(text.utf8)) }
  }
}
