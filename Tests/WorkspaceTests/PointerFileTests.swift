import Foundation
import ObjectStore
import Primitives
import TestSupport
import Testing
import Workspace

@Suite struct PointerFileTests {
  static let tree =
    "shale 1\nkind tree\noid sha256:\(String(repeating: "ab", count: 32))\nsize 12\nfiles 3\n"
  static let file =
    "shale 1\nkind file\noid sha256:\(String(repeating: "ab", count: 32))\nsize 12\n"

  @Test func `the examples of the specification are read and written again`() throws {
    let page = try Page("docs/format/pointer.md")
    #expect(page.blocks("pointer").count == 2)
    for text in page.blocks("pointer") {
      let pointer = try PointerFile(decoding: Array(text.utf8))
      #expect(String(decoding: pointer.encoded(), as: UTF8.self) == text)
    }
    let imported = try PointerFile(decoding: Array(page.blocks("pointer")[1].utf8))
    #expect(imported.id == SHA256.id(of: Array("hi\n".utf8).span))
    #expect(imported.source?.path == "texts/hello")
  }

  @Test func `the sides of the example of a conflict are read`() throws {
    let text = try #require(Page("docs/format/pointer.md").blocks("conflict").first)
    let error = #expect(throws: PointerProblem.self) {
      try PointerFile(decoding: Array(text.utf8))
    }
    guard case .conflict(let conflict) = error else {
      Issue.record("\(String(describing: error)) is no conflict")
      return
    }
    #expect(conflict.ours.label == "HEAD")
    #expect(conflict.ours.pointer?.files == 100_000)
    #expect(conflict.theirs.label == "topic")
    #expect(conflict.theirs.pointer?.files == 100_001)
    #expect(conflict.ancestor == nil)
  }

  @Test func `a conflict that shows the ancestor is read`() {
    let text = """
      shale 1
      kind file
      <<<<<<< ours
      oid sha256:\(String(repeating: "1", count: 64))
      ||||||| base
      oid sha256:\(String(repeating: "0", count: 64))
      =======
      oid sha256:\(String(repeating: "2", count: 64))
      >>>>>>> theirs
      size 5

      """
    guard case .conflict(let conflict) = Self.problem(Array(text.utf8)) else {
      Issue.record("no conflict was seen")
      return
    }
    let ids = [conflict.ours, conflict.ancestor, conflict.theirs].map { $0?.pointer?.id.hex.first }
    #expect(ids == ["1", "0", "2"])
  }

  @Test(arguments: [
    ("", PointerProblem.notAPointer),
    ("hello\n", .notAPointer),
    ("shale 2\nwhatever\n", .newerVersion(2)),
    ("shale 01\n", .badValue(key: "shale", value: "01")),
    ("shale 1\nkind file", .truncated),
    ("shale 1\nkind file\n", .missingKey("oid")),
    ("shale 1\nkind directory\n", .badValue(key: "kind", value: "directory")),
    ("shale 1\r\nkind file\r\n", .carriageReturns),
    ("\(tree)color red\n", .unknownKey("color")),
    ("\(tree)size 12\n", .misplacedKey("size")),
    ("\(tree)\n", .badLine("")),
    ("\(file)files 1\n", .misplacedKey("files")),
    ("\(file)source-path x\n", .misplacedKey("source-path")),
    ("\(file)source \n", .badValue(key: "source", value: "")),
    ("\(file)source a\tb\n", .badValue(key: "source", value: "a\tb")),
    (file.replacing("size 12", with: "size 012"), .badValue(key: "size", value: "012")),
    (file.replacing("size 12", with: "size -1"), .badValue(key: "size", value: "-1")),
    (file.replacing("size 12", with: "size +1"), .badValue(key: "size", value: "+1")),
    (
      file.replacing("size 12", with: "size 9223372036854775808"),
      .badValue(key: "size", value: "9223372036854775808")
    ),
    (file.replacing("kind file\n", with: ""), .missingKey("kind")),
    (
      file.replacing("abab\n", with: "abAB\n"),
      .badValue(
        key: "oid", value: ByteString("sha256:" + String(repeating: "ab", count: 31) + "AB"))
    ),
  ])
  func `everything but the one encoding is refused`(text: String, problem: PointerProblem) {
    #expect(Self.problem(Array(text.utf8)).map { $0.isLike(problem) } == true)
  }

  @Test func `a pointer is smaller than a kibibyte`() {
    let long = Self.file + "source " + String(repeating: "x", count: 1_000) + "\n"
    #expect(Self.problem(Array(long.utf8)) == .tooLarge)
  }

  @Test func `no bytes at all crash the reader`() {
    var random = SeededGenerator(seed: 7)
    let valid = Array(Self.tree.utf8)
    for _ in 0..<2_000 {
      var bytes = valid
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.remove(at: place)
        default: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
        }
      }
      if let pointer = try? PointerFile(decoding: bytes) { #expect(pointer.encoded() == bytes) }
    }
  }

  @Test func `a name and its pointer's lead to each other`() throws {
    let path = try RepositoryPath("data/train")
    #expect(PointerFile.path(of: path).bytes == "data/train.shale")
    #expect(try PointerFile.dataPath(of: RepositoryPath("data/train.shale")) == path)
    #expect(try PointerFile.dataPath(of: RepositoryPath("data/.shale")) == nil)
    #expect(try PointerFile.dataPath(of: RepositoryPath("data/train")) == nil)
  }

  private static func problem(_ bytes: [UInt8]) -> PointerProblem? {
    do throws(PointerProblem) {
      _ = try PointerFile(decoding: bytes)
      return nil
    } catch {
      return error
    }
  }
}

extension PointerProblem {
  /// Whether this is the expected problem: for versions and values, exactly.
  fileprivate func isLike(_ other: Self) -> Bool { self == other }
}
