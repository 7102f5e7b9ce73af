import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import Commands

/// A repository with data and a remote directory, in the test's temporary directory.
struct TransferWorld {
  let setup: GitSetup
  let shale: Surroundings

  /// Where all of it lies: the repository, its clones, and the remote.
  let directory: FilePath

  /// The store of the remote `origin`.
  let remote: FilePath

  /// The tracked files by their paths: small, large enough for a recipe, and in two directories.
  let files: [String: [UInt8]] = [
    "data/a.txt": Array("one\n".utf8),
    "data/deep/b.bin": sampleBytes(count: 300_000, seed: 1),
    "data/deep/c.csv": sampleCSV(rows: 900, seed: 2),
    "other/d.bin": sampleBytes(count: 20_000, seed: 3),
    "model.bin": sampleBytes(count: 200_000, seed: 4),
  ]

  /// Makes the repository, adds the data and commits it; nothing is pushed.
  ///
  /// - Parameters:
  ///   - remoteName: The name of the directory of the remote, beside the repository.
  ///   - location: How the configuration calls it; its path if nothing is given.
  ///   - name: The name of the directory of the repository.
  init(
    remoteName: String = "remote", location: ByteString? = nil, name: String = "repository"
  ) throws {
    directory = FilePath(try TemporaryDirectory.required().path)
    remote = directory.appending(remoteName)
    setup = try GitSetup.make(name)
    shale = Surroundings(
      environment: testEnvironment(), directory: FilePath(setup.file("").path))
    for (path, bytes) in files { try setup.write(bytes, to: path) }
    try expectDone(["init", "-q"])
    try expectDone(["remote", "add", "-q", "origin", location ?? remote.bytes])
    try expectDone(["add", "-q", "data", "other", "model.bin"])
    try setup.git("add", ".shale")
    try commit("first")
  }

  /// Runs a command line that has to succeed, and gives what it printed.
  @discardableResult func expectDone(
    _ words: [ByteString], in shale: Surroundings? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> String {
    let transcript = (shale ?? self.shale).run(words)
    #expect(
      transcript.status == 0, "\(words): \(transcript.errors)", sourceLocation: sourceLocation)
    return transcript.output
  }

  /// Runs a command line, words separated by spaces, that has to succeed.
  @discardableResult func expectDone(
    _ line: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> String {
    try expectDone(
      line.split(separator: " ").map { ByteString($0.utf8) }, sourceLocation: sourceLocation)
  }

  /// Commits what changed.
  func commit(_ message: ByteString) throws {
    try expectDone(["commit", "-q", "-m", message])
  }

  /// Clones the repository with git alone: the clone has no data.
  func clone(_ name: String = "clone") throws -> Surroundings {
    try Program.succeed("git", ["clone", "-q", setup.path, ByteString(name)])
    let clone = directory.appending(name)
    // The first command in a clone speaks of hooks, which is another test's subject.
    try clone.appending(".git/shale").makeDirectories()
    return Surroundings(environment: testEnvironment(), directory: clone)
  }

  /// The tracked files that a clone has, each with its bytes.
  func files(in clone: Surroundings) throws -> [String: [UInt8]] {
    var found: [String: [UInt8]] = [:]
    for path in files.keys {
      found[path] = try clone.directory.appending(path).contentsIfPresent(limit: .mebibytes(64))
    }
    return found
  }

  /// The packs of a store.
  static func packs(of store: FilePath) throws -> [FilePath] {
    let root = store.appending("packs")
    // A killed writer has left what it wrote under a temporary name.
    return try root.namesIfPresent().filter { !$0.bytes.starts(with: ".".utf8) }.flatMap { folder in
      try root.appending(folder).names().map { root.appending(folder).appending($0) }
    }.filter { $0.bytes.bytes.suffix(5).elementsEqual(".pack".utf8) }.sorted { "\($0)" < "\($1)" }
  }

  /// Changes one bit of a file.
  static func flip(_ file: FilePath, at offset: Int) throws {
    var bytes = try file.contents()
    bytes[offset] ^= 1
    try AtomicFile.replace(file, with: bytes, durably: false)
  }
}
