import Foundation
import Primitives
import TestSupport
import Testing

/// Paths that are not Shale's business, and names that are hard to write down.
@Suite(.temporaryDirectory) struct PathTests {
  @Test(arguments: ["/etc/passwd", "../elsewhere", "..", "/", "/nonexistent/x", "data/../../x"])
  func `a path outside the repository is refused by every command`(path: String) throws {
    let scene = try Scene.committed()
    let before = try scene.state()
    for words: [ByteString] in [
      ["add"], ["cat"], ["checkout"], ["diff"], ["log"], ["ls"], ["mv", "data"], ["restore"],
      ["rm"], ["status"],
    ] {
      let result = try Shale.run(words + [ByteString(path)], in: scene.setup.path)
      result.expectFailure(2, mentions: ["outside the repository", "inside the repository"])
    }
    #expect(try scene.state() == before)
    try scene.expectSound()
  }

  @Test func `what git or Shale keep is not taken for data`() throws {
    let scene = try Scene.committed()
    for path: ByteString in [".git", ".git/config", ".shale", ".shale/config", ".", ".gitignore"] {
      try scene.expectRefusal("add", path, status: 1, mentions: "belongs to git or to Shale")
    }
    try scene.expectSound()
  }

  @Test func `what git tracks is refused, and the advice takes it out of git`() throws {
    let scene = try Scene.committed()
    try scene.setup.write("code\n", to: "code.txt")
    try scene.setup.write("more\n", to: "src/it's.c")
    try scene.setup.git("add", "code.txt", "src")
    try scene.setup.git("commit", "-q", "-m", "code")
    try scene.expectRefusal("add", "code.txt", status: 1, mentions: "'code.txt' is tracked by git")
    try scene.expectRefusal("add", "src", status: 1, mentions: "Git tracks 1 file in 'src'")
    try scene.expectRefusal("add", "src/it's.c", status: 1, mentions: "tracked by git")
    let failure = try scene.shale("add", "src/it's.c")
    try followAdvice(of: failure, in: scene)
    try scene.succeed("add", "src/it's.c")
    #expect(try scene.shale("cat", ":src/it's.c").text == "more\n")
  }

  /// Types the first command that a failure advises, as it stands.
  private func followAdvice(of failure: ProgramResult, in scene: Scene) throws {
    let parts = failure.errorText.split(separator: "`", maxSplits: 2)
    let command = try #require(parts.count == 3 ? parts[1] : nil, "\(failure.errorText)")
    let script = "shale() { '\(try builtProgram())' \"$@\"; }\n\(command)"
    try Program.succeed("bash", ["-c", ByteString(script)], in: scene.setup.path)
  }

  static let names: [ByteString] = [
    "new\nline", "tab\there", "-dash", "--force", "q\"uote", "it's", "emoji😀",
    ByteString(String(repeating: "x", count: 249)), "trail  ", " lead", "*", "[a]", "?",
    "back\\slash", "$HOME", "a;b", "#hash", "!bang", "~tilde", "é", "e\u{301}", "...",
    ByteString([0x01, 0x7F]), ".hidden", "HEAD", ByteString([0x62, 0xFF, 0xFE]), "a:b", "%41",
  ]

  /// A name as a word of the command line that is no option.
  private func word(_ name: ByteString) -> ByteString { ByteString(Array("./".utf8) + name.bytes) }

  @Test func `every name that Linux has can be tracked, ignored, looked at and brought back`()
    throws
  {
    let scene = try Scene()
    func write(_ name: ByteString) throws {
      try Program.succeed(
        "dd", [ByteString(Array("of=".utf8) + word(name).bytes), "status=none"],
        in: scene.setup.path, input: name.bytes)
    }
    for name in Self.names { try write(name) }
    try Program.succeed(
      builtProgram().description, ["add", "--"] + Self.names, in: scene.setup.path)
    let untracked = try scene.setup.tryGit(["status", "--short", "--ignored=no"]).text
    #expect(!untracked.split(separator: "\n").contains { $0.hasPrefix("??") && $0 != "?? data/" })
    try scene.succeed("commit", "-q", "-m", "names")
    try scene.setup.git("clean", "-q", "-fdX")
    try scene.succeed("checkout")
    for name in Self.names {
      let content = try Program.succeed("cat", ["--", word(name)], in: scene.setup.path).output
      #expect(content == name.bytes)
      let colon = ByteString(Array("HEAD:".utf8) + name.bytes)
      #expect(try scene.shale("cat", colon).output == name.bytes, "\(name)")
    }
    #expect(try scene.shale("status", "--exit-code").status == 0)
    try scene.expectSound()
    // A name that looks like a pattern means itself, and takes no other with it.
    try scene.succeed("rm", "*")
    #expect(try scene.shale("ls").text.split(separator: "\n").count == Self.names.count - 1)
  }

  @Test func `every name that Linux has can lie in tracked data`() throws {
    let scene = try Scene()
    try Program.succeed("mkdir", ["-p", "odd/deep"], in: scene.setup.path)
    for name in Self.names {
      for place in ["odd/", "odd/deep/"] {
        try Program.succeed(
          "dd", [ByteString(Array("of=\(place)".utf8) + name.bytes), "status=none"],
          in: scene.setup.path, input: name.bytes)
      }
    }
    try scene.succeed("add", "-q", "odd")
    try scene.succeed("commit", "-q", "-m", "odd")
    try Program.succeed("mv", ["odd", "../kept"], in: scene.setup.path)
    try scene.succeed("checkout")
    try Program.succeed("diff", ["-r", "odd", "../kept"], in: scene.setup.path)
    #expect(try scene.shale("status", "--exit-code").status == 0)
    try scene.expectSound()
  }

  @Test(arguments: [
    "new\nline", "--force", "q\"uote", "it's", "$HOME", "back\\slash", ByteString([0x62, 0xFF]),
  ])
  func `advice about an odd name can be typed as it stands`(name: ByteString) throws {
    let scene = try Scene()
    try Program.succeed("mkdir", ["--", name], in: scene.setup.path)
    try Program.succeed(
      "sh", ["-c", "echo one > \"$1/file\"", "sh", word(name)], in: scene.setup.path)
    try scene.succeed("add", "-q", word(name))
    try scene.succeed("commit", "-q", "-m", "first")
    try Program.succeed("rm", ["-r", "--", name], in: scene.setup.path)
    let failure = try scene.shale("add", word(name))
    failure.expectFailure(1, mentions: ["is not there"])
    try followAdvice(of: failure, in: scene)
    #expect(try scene.shale("status", "--exit-code").status == 0, "\(name)")
  }

  @Test func `a name that is too long for a pointer is refused in words`() throws {
    let scene = try Scene()
    let name = ByteString(String(repeating: "n", count: 250))
    try Program.succeed("touch", [name], in: scene.setup.path)
    try scene.expectRefusal("add", name, status: 1, mentions: "too long", "track the directory")
  }

  @Test func `tracked data lies deeper than a path can say`() throws {
    let scene = try Scene()
    let script = """
      mkdir deep; cd deep
      for i in $(seq 30); do n=$(printf 'n%.0s' $(seq 200)); mkdir $n; cd -P $n; done
      echo deep > file
      """
    try Program.succeed("bash", ["-ec", ByteString(script)], in: scene.setup.path)
    try scene.succeed("add", "-q", "deep")
    try Program.succeed("rm", ["-r", "deep"], in: scene.setup.path)
    try scene.succeed("checkout")
    let found = try Program.succeed(
      "find", ["deep", "-name", "file", "-execdir", "cat", "{}", ";"], in: scene.setup.path)
    #expect(found.text == "deep\n")
    #expect(try scene.shale("status").text.contains("Clean"))
    // Foundation cannot remove what is so deep.
    try Program.succeed("rm", ["-r", "deep"], in: scene.setup.path)
  }
}
