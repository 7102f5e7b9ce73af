import Foundation
import Git
import Platform
import Primitives
import TestSupport
import Testing

/// Git's ignore rules, compared with `git check-ignore` on generated cases.
@Suite(.temporaryDirectory) struct GitIgnoreRulesTests {
  @Test(arguments: UInt64(1)...12)
  func `paths are ignored that git ignores`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let setup = try GitSetup.make()
    let names = ["a", "b", "ab", "a.b", "b.txt", ".a", "a b", "A"]
    let patterns = [
      "a", "/a", "a/", "*.b", "!a", "!a/", "a/b", "**/b", "a/**", "a/**/b", "/*", "!/a", "[ab]",
      "[!a]*", "?", "a*", "\\!a", "# no", "a\\ b", "b.txt  ", ".*", "*", "!*/", "!*.txt", "a/*",
      "!a/b", "/**/a", "**", "[[:alpha:]]b", "*/b", "A", "b/", "!b/a", "a.?",
    ]
    func rules() -> String {
      (0..<Int.random(in: 1...4, using: &generator)).map { _ in
        (patterns.randomElement(using: &generator) ?? "") + "\n"
      }.joined()
    }
    try setup.write(rules(), to: ".gitignore")
    if Bool.random(using: &generator) { try setup.write(rules(), to: "a/.gitignore") }
    if Bool.random(using: &generator) { try setup.write(rules(), to: "a/b/.gitignore") }
    if Bool.random(using: &generator) { try setup.write(rules(), to: ".git/info/exclude") }
    if Bool.random(using: &generator) {
      try Program.succeed("mkdir", ["-p", "home/.config/git"])
      let home = try TemporaryDirectory.required().appending(path: "home/.config/git/ignore")
      try Data(rules().utf8).write(to: home)
    }
    var paths: [(String, isDirectory: Bool)] = []
    for first in names {
      paths.append((first, false))
      for second in names {
        paths.append((first + "/" + second, false))
        for third in ["a", "b", "b.txt"] { paths.append(("\(first)/\(second)/\(third)", false)) }
      }
    }
    // A name with a slash at its end is a directory for git, even if nothing is there.
    paths += paths.map { ($0.0, true) }
    let input = paths.map { $0.0 + ($0.isDirectory ? "/" : "") + "\0" }.joined()
    let result = try setup.tryGit(
      ["check-ignore", "--no-index", "-z", "--stdin"], input: Array(input.utf8))
    let ignored = Set(result.output.split(separator: 0).map { String(decoding: $0, as: UTF8.self) })
    let repository = try setup.open()
    for (name, isDirectory) in paths {
      let expected = ignored.contains(name + (isDirectory ? "/" : ""))
      let own = try repository.isIgnored(path(name), isDirectory: isDirectory)
      #expect(own == expected, "seed \(seed): \(name) directory: \(isDirectory)")
    }
  }

  @Test func `rules are taken from directory to directory`() throws {
    let setup = try GitSetup.make()
    try setup.write("*.log\nout/\n", to: ".gitignore")
    try setup.write("!keep.log\n", to: "d/.gitignore")
    try setup.write("!x\n", to: "out/.gitignore")
    let root = try setup.open().ignoreRules()
    #expect(root.ignores("a.log", isDirectory: false))
    #expect(!root.ignores("out", isDirectory: false))
    let inside = try root.entering("d")
    #expect(!inside.ignores("keep.log", isDirectory: false))
    #expect(inside.ignores("a.log", isDirectory: false))
    let out = try root.entering("out")
    #expect(out.isIgnored)
    #expect(out.ignores("x", isDirectory: false))
    #expect(!root.ignores(".git", isDirectory: true))
  }

  @Test func `core.excludesFile takes the place of the usual one`() throws {
    let setup = try GitSetup.make()
    try Program.succeed("mkdir", ["-p", "home"])
    let home = try TemporaryDirectory.required().appending(path: "home")
    try Data("secret\n".utf8).write(to: home.appending(path: "rules"))
    try setup.git("config", "core.excludesFile", "~/rules")
    #expect(try setup.open().isIgnored(path("d/secret"), isDirectory: false))
    #expect(try setup.tryGit(["check-ignore", "d/secret"]).status == 0)
  }

  @Test func `a link in the place of rules is not followed`() throws {
    let setup = try GitSetup.make()
    try setup.write("*\n", to: "rules")
    try FileManager.default.createSymbolicLink(
      atPath: setup.file(".gitignore").path, withDestinationPath: "rules")
    #expect(try setup.tryGit(["check-ignore", "a"]).status == 1)
    #expect(try !setup.open().isIgnored(path("a"), isDirectory: false))
  }
}
