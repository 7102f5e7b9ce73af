import Primitives
import TestSupport
import Testing

@testable import ObjectStore

@Suite struct TreeTests {
  static let file = TreeEntry(
    kind: .file, id: id(of: Array("hi\n".utf8)), size: .bytes(3), name: "hello")
  static let symlink = TreeEntry(
    kind: .symlink, id: id(of: Array("hello".utf8)), size: .bytes(5), name: "to")
  static let directory = TreeEntry(
    kind: .directory, id: id(of: Tree.magic), size: .zero, files: 0, name: "e")

  @Test func `the example of the format page is what the code writes and reads`() throws {
    let example = try #require(try FormatPage.hexExamples(of: "tree.md").first)
    let tree = try Tree([Self.symlink, Self.file, Self.directory])
    #expect(tree.encoded() == example)
    #expect(try Tree(decoding: example) == tree)
    #expect(tree.files == 2)
    #expect(tree.size == .bytes(8))
  }

  @Test func `an entry is found by its name`() throws {
    let tree = try Tree([Self.symlink, Self.file, Self.directory])
    #expect(tree["hello"] == Self.file)
    #expect(tree["hell"] == nil)
    #expect(tree["zz"] == nil)
  }

  @Test(arguments: ["", ".", "..", "a/b", "a\0b", ".git", ".GIT", ".gIt"] as [ByteString])
  func `a name that could lead out of the directory is refused`(name: ByteString) {
    let entry = TreeEntry(kind: .file, id: .empty, size: .zero, name: name)
    #expect(throws: Tree.Flaw.self) { try Tree([entry]) }
  }

  @Test func `a name that only resembles one of git's is fine`() throws {
    let names: [ByteString] = [".gitignore", "git", ".gi", "\u{0E}git"]
    let entries = names.map { TreeEntry(kind: .file, id: .empty, size: .zero, name: $0) }
    #expect(try Tree(entries).entries.count == 4)
  }

  @Test func `names out of order and double names are refused`() throws {
    func encoded(_ names: [ByteString]) -> [UInt8] {
      names.reduce(into: Tree.magic) { bytes, name in
        TreeEntry(kind: .file, id: .empty, size: .zero, name: name).encode(to: &bytes)
      }
    }
    #expect(try Tree(decoding: encoded(["a", "b"])).entries.count == 2)
    #expect(throws: Tree.Flaw.unsorted("a")) { try Tree(decoding: encoded(["b", "a"])) }
    #expect(throws: Tree.Flaw.unsorted("a")) { try Tree(decoding: encoded(["a", "a"])) }
  }

  @Test func `every truncation of a tree is refused`() throws {
    let bytes = try Tree([Self.file, Self.directory]).encoded()
    let ends = [Tree.magic.count, Tree.magic.count + Self.directory.encodedCount, bytes.count]
    for count in 0..<bytes.count where !ends.contains(count) {
      #expect(throws: Tree.Flaw.self) { try Tree(decoding: Array(bytes[..<count])) }
    }
  }

  @Test func `sizes that overflow are refused`() throws {
    let huge = { (name: ByteString) in
      TreeEntry(kind: .file, id: .empty, size: .bytes(.max), name: name)
    }
    #expect(throws: Tree.Flaw.impossibleSize("b")) { try Tree([huge("a"), huge("b")]) }
  }

  @Test func `a newer version is told from damage`() {
    var bytes = Tree.magic
    bytes[7] = 2
    #expect(throws: Tree.Flaw.newerVersion(2)) { try Tree(decoding: bytes) }
    #expect(throws: Tree.Flaw.notATree) { try Tree(decoding: Array("not a tree".utf8)) }
  }
}

/// The name of bytes that are not in a variable.
func id(of bytes: [UInt8]) -> ObjectID {
  SHA256.id(of: bytes.span)
}
