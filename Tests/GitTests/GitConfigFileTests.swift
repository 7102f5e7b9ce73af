import Foundation
import Git
import Platform
import Primitives
import TestSupport
import Testing

/// One file in the syntax of git's configuration, compared with `git config --file`.
@Suite(.temporaryDirectory) struct GitConfigFileTests {
  @Test(arguments: [
    "", "[a]\nb=c", "[a]b=c\n", "[A \"B c\"]\n\tD = e ; f\n", "[a.B]\nc=1\n",
    "\u{feff}[a]\nb\n", "[a]\nb = \"x y\"  z   # w\n", "[a]\nb = x\\\n y\n", "# c\n;d\n\n[a]\n",
    "[a]\r\nb = c\r\n", "[a]\nb = \\t\\n\\b\\\\\\\"\n", "[a \"\\\"\\\\q\"]\nb=1\n",
    "[a]\nb =\n c = 2\n", "[a-b]\nc-d = 3\nc-d = 4\n", "[a]\nb = \"#;\"\n", "[a] b = 1 [c]\n",
    "[a]\n  b = \"un \\\" quoted\"tail\n", "[a]\nb=c=d\n",
  ])
  func `what git reads is read`(_ text: String) throws {
    let own = try GitConfigFile(Array(text.utf8), path: FilePath("f"))
    #expect(try listed(own) == list(text))
  }

  @Test(arguments: [
    ("[a\n", 1), ("[a]\nb #c\n", 2), ("[a]\n1b=c\n", 2), ("[a]\nb = \"open\n", 2),
    ("[a]\nb = \\q\n", 2), ("[a \"b]\n", 1), ("[a]\nb c\n", 2), ("[]\n", 1), ("[a]\n\n=x\n", 3),
    ("[a b]\n", 1),
  ])
  func `what git refuses is refused with its line`(_ text: String, _ line: Int) throws {
    #expect(try git(text, ["--list"]).status != 0)
    do {
      _ = try GitConfigFile(Array(text.utf8), path: FilePath("f"))
      Issue.record("it was read")
    } catch {
      guard case .configSyntax(FilePath("f"), line, _) = error else {
        Issue.record("\(error)")
        return
      }
    }
  }

  @Test func `hostile content is answered, whatever it is`() throws {
    var generator = SeededGenerator(seed: 11)
    let pieces = [
      "[", "]", "a", "b", ".", "\"", "\\", "\n", " ", "=", "#", ";", "[a]\n", "k = v\n", "\r\n",
      "[a \"b\"]\n", "-", "1",
    ]
    for _ in 0..<300 {
      var text = ""
      for _ in 0..<Int.random(in: 0...12, using: &generator) {
        text += pieces.randomElement(using: &generator) ?? ""
      }
      let reference = try git(text, ["--list", "-z"])
      do {
        let own = try GitConfigFile(Array(text.utf8), path: FilePath("f"))
        #expect(try reference.status == 0 && listed(own) == list(text), "\(text.debugDescription)")
      } catch GitError.configSyntax(_, line: _, .keyOutsideSection) {
        // Git reads these, though nothing can ask for them.
      } catch {
        #expect(reference.status != 0, "\(text.debugDescription): \(error)")
      }
    }
    for _ in 0..<2_000 {
      let bytes = sampleBytes(count: 60, seed: generator.next())
      _ = try? GitConfigFile(bytes, path: FilePath("f"))
    }
  }

  @Test func `includes are not followed`() throws {
    let directory = try TemporaryDirectory.required()
    try Data("[a]\nb = included\n".utf8).write(to: directory.appending(path: "other"))
    let file = FilePath(directory.path).appending("config")
    try Data("[include]\npath = other\n".utf8).write(
      to: directory.appending(path: "config"))
    #expect(try GitConfigFile(at: file).value("a.b") == nil)
    #expect(try GitConfigFile(at: file).value("include.path") == "other")
  }

  @Test func `entries know their lines`() throws {
    let file = try GitConfigFile(
      Array("# c\n[a]\n\n\tx = 1\n\ty = 2\\\n 3\n[b \"C\"]\nz\n".utf8), path: FilePath("f"))
    #expect(file.entries.map(\.line) == [4, 5, 8])
    #expect(file.entries.map(\.key) == ["a.x", "a.y", "b.C.z"])
    #expect(file.entries.map(\.value) == ["1", "2 3", nil])
  }

  @Test func `one line changes, comments stay`() throws {
    let text = """
      # Shared settings.
      [shale]
      \tstore = x   ; where
      [shale-remote "origin"] ; the first
      \t# its place
      \turl = /a

      [other]
      \tk = v

      """
    var file = try GitConfigFile(Array(text.utf8), path: FilePath("f"))
    try file.set("shale-remote.origin.url", to: "/b c")
    #expect(String(decoding: file.bytes, as: UTF8.self) == text.replacing("/a", with: "/b c"))
    try file.set("shale-remote.origin.jobs", to: "4")
    try file.set("shale-remote.new.url", to: " # ")
    try file.unset("other.k")
    #expect(
      String(decoding: file.bytes, as: UTF8.self) == """
        # Shared settings.
        [shale]
        \tstore = x   ; where
        [shale-remote "origin"] ; the first
        \t# its place
        \turl = /b c
        \tjobs = 4

        [shale-remote "new"]
        \turl = " # "

        """)
    try file.removeSection("shale-remote", "new")
    #expect(try file.value("shale-remote.new.url") == nil)
    #expect(String(decoding: file.bytes, as: UTF8.self).hasSuffix("jobs = 4\n\n"))
  }

  @Test func `what is written is read by git`() throws {
    var generator = SeededGenerator(seed: 5)
    let letters = Array(" #;\"\\\n\t\u{8}=[]xü\r")
    var file = try GitConfigFile([], path: FilePath("f"))
    var expected: [String: String] = [:]
    for _ in 0..<200 {
      let name = "k\(Int.random(in: 0..<20, using: &generator))"
      let subsection = ["", ".a", ".A b", ".c\"\\d"].randomElement(using: &generator) ?? ""
      let key = "s\(subsection).\(name)"
      if Bool.random(using: &generator), expected[key] != nil {
        try file.unset(key)
        expected[key] = nil
      } else {
        let value = String(
          (0..<Int.random(in: 0...8, using: &generator)).map { _ in
            letters.randomElement(using: &generator) ?? "x"
          })
        try file.set(key, to: ByteString(value))
        expected[key] = value
      }
    }
    let own = Dictionary(
      file.entries.map { ($0.key, String(decoding: $0.value?.bytes ?? [], as: UTF8.self)) }
    ) { $1 }
    #expect(own == expected)
    let reference = try git(String(decoding: file.bytes, as: UTF8.self), ["--list", "-z"])
    #expect(try listed(file) == list(reference))
  }

  // MARK: - Helpers

  /// Runs git on a file with this text.
  private func git(_ text: String, _ arguments: [ByteString]) throws -> ProgramResult {
    let file = try TemporaryDirectory.required().appending(path: "config")
    try Data(text.utf8).write(to: file)
    return try Program.run("git", ["config", "--file", ByteString(file.path)] + arguments)
  }

  private func list(_ text: String) throws -> [String] {
    try list(git(text, ["--list", "-z"]))
  }

  private func list(_ result: ProgramResult) throws -> [String] {
    result.output.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
  }

  private func listed(_ file: GitConfigFile) throws -> [String] {
    file.entries.map { entry in
      entry.key + (entry.value.map { "\n" + String(decoding: $0.bytes, as: UTF8.self) } ?? "")
    }
  }
}
