import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import Commands

/// A repository with the hooks of Shale, in which plain git is used.
struct HookScene {
  let setup: GitSetup

  /// Takes a repository.
  init(at url: URL) { setup = GitSetup(at: url) }

  /// Makes a repository with hooks, and commits data that says `one`; its branch is `main`.
  init(_ name: String = "repository") throws {
    setup = try GitSetup.make(name)
    try shale("init", "-q", "--hooks")
    try setup.write("# code\n", to: "code.py")
    try git("add", "code.py")
    try git("commit", "-q", "-m", "empty")
    try git("branch", "empty")
    try change("one")
  }

  /// The variables with which hooks find the program.
  static func variables() throws -> [String: String?] {
    let program = FilePath(try builtProgram())
    let path = TestEnvironment.variables["PATH"] ?? "/usr/bin:/bin"
    return ["PATH": "\(program.parent):\(path)"]
  }

  /// Runs git, whatever comes of it.
  func tryGit(
    _ words: ByteString..., environment: [String: String?] = [:]
  ) throws -> ProgramResult {
    let variables = try Self.variables().merging(environment) { $1 }
    return try setup.tryGit(words, environment: variables)
  }

  /// Runs git, which has to succeed, and gives what it and the hooks said.
  @discardableResult func git(
    _ words: ByteString..., sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> String {
    let result = try setup.tryGit(words, environment: try Self.variables())
    #expect(
      result.status == 0, "git \(words): \(result.text)\(result.errorText)",
      sourceLocation: sourceLocation)
    return result.text + result.errorText
  }

  /// Runs the program, whatever comes of it.
  func tryShale(_ words: ByteString...) throws -> ProgramResult {
    try Shale.run(words, in: setup.path, environment: try Self.variables())
  }

  /// Runs the program, which has to succeed, and gives what it said.
  @discardableResult func shale(
    _ words: ByteString..., sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> String {
    let result = try Shale.run(words, in: setup.path, environment: try Self.variables())
    #expect(
      result.status == 0, "shale \(words): \(result.text)\(result.errorText)",
      sourceLocation: sourceLocation)
    return result.text + result.errorText
  }

  /// Gives the data another content, and commits it by git.
  func change(_ text: String) throws {
    try write(text)
    try shale("add", "-q", "data")
    try git("commit", "-q", "-m", ByteString(text))
  }

  /// Gives the data another content.
  func write(_ text: String) throws {
    try setup.write(text, to: "data/a.txt")
    try setup.write(
      sampleBytes(count: 50_000, seed: UInt64(text.utf8.count) + UInt64(text.utf8.first ?? 0)),
      to: "data/deep/b.bin")
  }

  /// What the data says; nothing where it is not here.
  var data: String? {
    (try? setup.read("data/a.txt")).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Expects that the data is what the pointers of the worktree stand for.
  func expect(_ text: String?, sourceLocation: SourceLocation = #_sourceLocation) throws {
    #expect(data == text, sourceLocation: sourceLocation)
    // By itself: a command that looks at data would bring it first.
    let result = try Shale.run(
      ["status"], in: setup.path, environment: ["SHALE_HOOKS": "false"])
    #expect(
      result.text.contains("Clean"), "\(result.text)\(result.errorText)",
      sourceLocation: sourceLocation)
  }
}
