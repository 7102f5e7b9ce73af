import Primitives
import Testing

@testable import Documents

/// Pointers of Git LFS are told from all else.
@Suite struct LFSFormatTests {
  private let hex = "4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393"
  private var text: String {
    "version https://git-lfs.github.com/spec/v1\noid sha256:\(hex)\nsize 12345\n"
  }

  @Test func `a pointer is read, and written in one way`() throws {
    let pointer = try #require(LFSPointer(Array(text.utf8)))
    #expect(pointer.id.hex == hex && pointer.size == .bytes(12_345) && !pointer.isTransformed)
    #expect(pointer.encoded() == Array(text.utf8))
  }

  @Test func `an older version, and one with extensions, are known`() throws {
    let old = text.replacing("git-lfs.github.com", with: "hawser.github.com")
    #expect(LFSPointer(Array(old.utf8))?.id.hex == hex)
    let extended = text.replacing("oid sha256", with: "ext-0-case sha256:\(hex)\noid sha256")
    #expect(LFSPointer(Array(extended.utf8))?.isTransformed == true)
  }

  @Test func `what is something else is none`() {
    for other in [
      "", "version 1\n", "oid sha256:\(hex)\nsize 3\n", text.replacing("12345", with: "-1"),
      text.replacing("sha256:4d", with: "sha256:zz"), text.replacing("size", with: "length"),
      text + "size 3\n", text.replacing("version https", with: "version  x"),
      text + String(repeating: "x", count: 1_024),
      text.replacing("12345", with: "99999999999999999999"),
      "# " + text, "version https://git-lfs.github.com/spec/v1",
    ] {
      #expect(LFSPointer(Array(other.utf8)) == nil, "\(other)")
    }
    #expect(LFSPointer([0xFF, 0xFE]) == nil)
  }

  @Test func `lines for Git LFS are found and taken out, and others stay`() {
    let content = """
      # models
      *.bin filter=lfs diff=lfs merge=lfs -text
      *.txt text
      data/** filter=lfs diff=lfs merge=lfs -text working-tree-encoding=x
      "a b" filter=lfs -text

      """
    let attributes = LFSAttributes(Array(content.utf8))
    #expect(attributes.rules.map(\.pattern) == ["*.bin", "data/**", nil])
    let rest = attributes.removing(attributes.rules.filter { $0.pattern != nil })
    #expect(
      String(decoding: rest, as: UTF8.self) == """
        # models
        *.txt text
        data/** working-tree-encoding=x
        "a b" filter=lfs -text

        """)
    #expect(attributes.removing([]) == Array(content.utf8))
    #expect(LFSAttributes([]).rules.isEmpty)
  }

  @Test func `a line for a path means that path alone`() throws {
    let path = try RepositoryPath("a b/[x]*.bin")
    #expect(
      String(decoding: LFSAttributes.line(for: path, isDirectory: false), as: UTF8.self)
        == "/a[[:space:]]b/\\[x]\\*.bin filter=lfs diff=lfs merge=lfs -text")
    let line = LFSAttributes.line(for: try RepositoryPath("data"), isDirectory: true)
    #expect(String(decoding: line, as: UTF8.self).hasPrefix("/data/** filter=lfs"))
  }
}
