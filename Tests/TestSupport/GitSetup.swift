package import Foundation
package import Primitives

/// A git repository that a test builds with the real git.
package struct GitSetup: Sendable {
  /// The top of its work tree, or the repository itself if it is bare.
  package let url: URL

  /// The same path as bytes, without a slash at the end.
  package var path: ByteString { ByteString(url.path) }

  /// Takes a directory that is, or will be, a repository.
  package init(at url: URL) {
    self.url = url
  }

  /// Makes an empty repository with the branch `main` and an author in its own configuration.
  ///
  /// The directory `name` is made in the test's temporary directory.
  package static func make(_ name: String = "repository") throws -> Self {
    let setup = Self(at: try TemporaryDirectory.required().appending(path: name))
    try FileManager.default.createDirectory(
      at: setup.url, withIntermediateDirectories: true)
    try setup.git("init", "--quiet", "--initial-branch=main")
    try setup.git("config", "user.name", "Ada Example")
    try setup.git("config", "user.email", "ada@example.com")
    return setup
  }

  /// Runs git in the repository, where it has to succeed, and gives what it printed.
  ///
  /// The last line break is cut off.
  @discardableResult package func git(_ arguments: ByteString...) throws -> String {
    try Program.succeed("git", arguments, in: path).line
  }

  /// Runs git in the repository, whatever comes of it.
  package func tryGit(
    _ arguments: [ByteString], environment: [String: String?] = [:], input: [UInt8] = []
  ) throws -> ProgramResult {
    try Program.run("git", arguments, in: path, environment: environment, input: input)
  }

  /// Stages everything and commits it, also if nothing changed, and gives the commit's id.
  @discardableResult package func commitAll(_ message: ByteString = "a change") throws -> String {
    try git("add", "--all")
    try git("commit", "--quiet", "--allow-empty", "-m", message)
    return try git("rev-parse", "HEAD")
  }

  /// The place of a file of the work tree.
  package func file(_ path: String) -> URL {
    url.appending(path: path)
  }

  /// Writes a file of the work tree, and the directories above it.
  package func write(_ bytes: some Sequence<UInt8>, to path: String) throws {
    let file = file(path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
  }

  /// Writes a text file of the work tree, and the directories above it.
  package func write(_ text: String, to path: String) throws {
    try write(text.utf8, to: path)
  }

  /// Reads a file of the work tree.
  package func read(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: file(path)))
  }
}
