import Foundation
import Primitives
import TestSupport
import Testing
import Workspace

@Suite(.temporaryDirectory) struct GitIgnoreFileTests {
  @Test(arguments: [
    "data", "a b", "tail ", "two  ", "#hash", "!bang", "star*", "what?", "[x]", "back\\slash",
    "end\\", "tab\t", "new\nline", "return\r", "mid\rdle", "é", "-dash", "a.b", " lead",
  ])
  func `exactly the name is ignored`(name: String) throws {
    let setup = try GitSetup.make()
    let line = GitIgnoreFile.line(ignoring: ByteString(name))
    try setup.write(line.bytes + [0x0A], to: "sub/.gitignore")
    #expect(
      try setup.tryGit(["check-ignore", "-q", "--", ByteString("sub/" + name)]).status == 0)
    for other in ["sub/other", "sub/x" + name, "sub/" + name + "x", "sub/deep/" + name] {
      #expect(
        try setup.tryGit(["check-ignore", "-q", "--", ByteString(other)]).status == 1, "\(other)")
    }
  }

  @Test func `a name that is not UTF-8 is ignored`() throws {
    let setup = try GitSetup.make()
    let name = ByteString([0xFF, 0x2A, 0xC3])
    try setup.write(GitIgnoreFile.line(ignoring: name).bytes + [0x0A], to: ".gitignore")
    #expect(try setup.tryGit(["check-ignore", "-q", "--", name]).status == 0)
  }

  @Test func `lines of others stay where they are, and ours are sorted among themselves`() {
    let old = "# mine\n/zebra\n*.o\n/beta\n\n/other\nlast"
    let new = GitIgnoreFile.adding(
      ["alpha"], to: Array(old.utf8), tracked: ["zebra", "beta", "alpha"])
    #expect(
      String(decoding: new, as: UTF8.self)
        == "# mine\n/alpha\n*.o\n/beta\n/zebra\n\n/other\nlast")
    let more = GitIgnoreFile.adding(
      ["omega", "gamma", "beta"], to: new, tracked: ["zebra", "beta", "alpha"])
    #expect(
      String(decoding: more, as: UTF8.self)
        == "# mine\n/alpha\n*.o\n/beta\n/gamma\n/omega\n/zebra\n\n/other\nlast")
    let removed = GitIgnoreFile.removing("beta", from: new)
    #expect(
      String(decoding: removed, as: UTF8.self) == "# mine\n/alpha\n*.o\n/zebra\n\n/other\nlast")
    let last = GitIgnoreFile.adding(["x"], to: Array("mine".utf8), tracked: [])
    #expect(String(decoding: last, as: UTF8.self) == "mine\n/x\n")
    #expect(GitIgnoreFile.removing("x", from: Array("/x\nmine".utf8)) == Array("mine".utf8))
    #expect(GitIgnoreFile.removing("x", from: Array("mine\n/x".utf8)) == Array("mine\n".utf8))
  }

  @Test func `nothing changes where the line is there`() {
    let old = Array("/data\nlast".utf8)
    #expect(GitIgnoreFile.adding(["data"], to: old, tracked: []) == old)
    #expect(GitIgnoreFile.removing("other", from: old) == old)
    #expect(GitIgnoreFile.removing("data", from: Array("/data\n".utf8)).isEmpty)
    #expect(GitIgnoreFile.adding(["a"], to: [], tracked: []) == Array("/a\n".utf8))
  }

  @Test func `line ends of Windows are kept`() {
    let old = Array("*.o\r\n/b\r\n".utf8)
    #expect(
      GitIgnoreFile.adding(["a"], to: old, tracked: ["b"]) == Array("*.o\r\n/a\r\n/b\r\n".utf8))
    #expect(GitIgnoreFile.adding(["b"], to: old, tracked: ["b"]) == old)
  }

  @Test func `two branches that each add their first data merge`() throws {
    let setup = try GitSetup.make()
    try setup.write(GitAttributesFile.completed([]), to: ".gitattributes")
    try setup.commitAll("base")
    for name in ["one", "two"] {
      try setup.git("switch", "--quiet", "-c", ByteString(name), "main")
      try setup.write(
        GitIgnoreFile.adding([ByteString(name)], to: [], tracked: []), to: "data/.gitignore")
      try setup.commitAll("add")
    }
    try setup.git("merge", "--quiet", "-m", "both", "one")
    let lines = String(decoding: try setup.read("data/.gitignore"), as: UTF8.self)
    #expect(Set(lines.split(separator: "\n")) == ["/one", "/two"])
  }

  @Test func `attributes are completed once, and what somebody decided stays`() {
    let once = GitAttributesFile.completed(Array("*.png binary".utf8))
    #expect(String(decoding: once, as: UTF8.self).hasPrefix("*.png binary\n*.shale -text"))
    #expect(GitAttributesFile.completed(once) == once)
    let own = GitAttributesFile.completed(Array(".gitignore merge=binary\n".utf8))
    #expect(!String(decoding: own, as: UTF8.self).contains("union"))
  }
}
