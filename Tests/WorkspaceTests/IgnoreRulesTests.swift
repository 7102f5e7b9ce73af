import Foundation
import Primitives
import TestSupport
import Testing
import Workspace

/// Compares the rules of `.shaleignore` with what git makes of the same lines.
@Suite(.temporaryDirectory) struct IgnoreRulesTests {
  static let paths = [
    "a", "b", "a/b", "a/b/c", "x/a", "x/y/a", "log.txt", "x/log.txt", "x/y/log.tmp", "foo bar",
    "tail ", "#hash", "!bang", "a*b", "build/out", "x/build/out", "deep/er/est/file", "A", "é",
    "a]",
    "a-b", "[x]", "back\\slash", "x/y/z/a", "data/1.csv", "data/2.csv", "data/sub/3.csv", "q/",
    "x/q/", "build/", "deep/", "deep/er/", "aXb", "a.b.c", "tab\t", "1", "z9",
  ]

  @Test(arguments: [
    "a", "/a", "a/", "*.txt", "x/*", "x/**", "**/a", "**/y/**", "x/**/a", "a/**/c", "/x/*/a", "*",
    "!a", "*\n!a", "*\n!/x/\n!x/a", "# comment\n\\#hash", "\\!bang", "foo bar", "tail \\ ",
    "tail\\ ", "tail  ", "a\\*b", "a?b", "a[*]b", "[ab]", "[!ab]", "[^ab]", "[a-c]", "[]x]", "[a",
    "[[:digit:]]", "[[:alpha:]][[:digit:]]", "[[:upper:]]", "[[:nonsense:]]", "back\\\\slash",
    "back\\slash",
    "data/*.csv", "data/**/*.csv", "build/", "/build/", "**", "**/", "/**", "a**", "**b", "x**a",
    "deep/**/file", "q/", "é", "[é]", "\u{FEFF}a", "a\r", "", "/", "//", "a//b", "\\", "a\\",
    "tab\t", "***/a",
    "x/***/a", "*/a", "*/*/a", "*a*", "*a*b*", "[a-", "[a-]", "[\\]]*", "[z-a]", "log.*\n!log.txt",
    "x\n!x/log.txt", "?", "??", "x/?/a", "x[/]a", "[[]x]",
  ])
  func `lines mean what they mean to git`(lines: String) throws {
    let setup = try GitSetup.make()
    try setup.write(lines + "\n", to: ".gitignore")
    let rules = IgnoreRules.none.adding(Array((lines + "\n").utf8), in: .root)
    for text in Self.paths {
      let isDirectory = text.hasSuffix("/")
      let name = isDirectory ? String(text.dropLast()) : text
      let result = try setup.tryGit(
        ["check-ignore", "-q", "--no-index", "--", ByteString(text)])
      let expected = result.status == 0
      #expect(
        Self.isIgnored(name, isDirectory, rules) == expected,
        "'\(lines.debugDescription)' on '\(text)'")
    }
  }

  @Test func `a deeper file of rules comes after those above it`() throws {
    let rules = IgnoreRules.none.adding(Array("*.log\n".utf8), in: .root)
      .adding(Array("!keep.log\n/only\n".utf8), in: try RepositoryPath("a/b"))
    func ignores(_ path: ByteString) throws -> Bool {
      rules.ignores(try RepositoryPath(path), isDirectory: false)
    }
    #expect(try ignores("keep.log"))
    #expect(try !ignores("a/b/keep.log"))
    #expect(try !ignores("a/b/c/keep.log"))
    #expect(try ignores("a/b/c/other.log"))
    #expect(try ignores("a/b/only"))
    #expect(try !ignores("a/b/c/only"))
    #expect(try !ignores("a/bc/only"))
  }

  /// Whether the path or a directory above it is ignored, as git asks from the root down.
  private static func isIgnored(
    _ path: String, _ isDirectory: Bool, _ rules: IgnoreRules
  ) -> Bool {
    guard let full = try? RepositoryPath(ByteString(path)) else { return false }
    var parent = full.parent
    while let directory = parent, !directory.isRoot {
      if rules.ignores(directory, isDirectory: true) { return true }
      parent = directory.parent
    }
    return rules.ignores(full, isDirectory: isDirectory)
  }
}
