import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import Git

/// Git's index as hooks read it, compared with what git says of it.
@Suite(.temporaryDirectory) struct GitIndexListingTests {
  private func sample() throws -> GitSetup {
    let setup = try GitSetup.make()
    let long = String(repeating: "long", count: 1_100)
    for path in [
      "a.shale", "b/c.shale", "b/cc.shale", "b/d/e.shale", "code.py", "ü ü.shale", "x\ny.shale",
    ] { try setup.write("\(path)\n", to: path) }
    for number in 0..<40 { try setup.write("\(number)", to: "many/file-\(number).shale") }
    try setup.commitAll()
    let id = try setup.git("rev-parse", "HEAD:code.py")
    // Longer than the field for its length can say; no file system has such a path.
    let path = (0..<25).map { _ in long.prefix(200) }.joined(separator: "/")
    let line = "100644 \(id)\t\(path).shale\n"
    #expect(
      try setup.tryGit(["update-index", "--index-info"], input: Array(line.utf8)).status == 0)
    try setup.write("later\n", to: "later.shale")
    try setup.git("add", "--intent-to-add", "later.shale")
    return setup
  }

  private func listing(_ setup: GitSetup) throws -> GitIndexListing? {
    try GitIndexListing.read(FilePath(setup.file(".git/index").path)) { _, _ in true }
  }

  @Test(arguments: ["2", "3", "4"])
  func `every version is read as git lists it`(version: String) throws {
    let setup = try sample()
    try setup.git("update-index", "--index-version", ByteString(version))
    let entries = try #require(try listing(setup)).entries
    let listed = try setup.tryGit(["ls-files", "-s", "-z"]).output.split(separator: 0)
    #expect(entries.count == listed.count && entries.count == 49)
    for (entry, line) in zip(entries, listed) {
      let found = Array("100644 \(entry.id.hex) 0\t".utf8) + entry.path.bytes
      #expect(found == Array(line))
      #expect(entry.isMergedFile)
    }
    #expect(entries.first { $0.path == "code.py" }?.size == .bytes(8))
  }

  @Test func `only what is wanted is kept, and sides of a conflict are known`() throws {
    let setup = try sample()
    let id = try setup.git("rev-parse", "HEAD:code.py")
    let lines = (1...3).map { "100644 \(id) \($0)\tboth.shale\n" }.joined()
    let staged = try setup.tryGit(["update-index", "--index-info"], input: Array(lines.utf8))
    #expect(staged.status == 0)
    let found = try GitIndexListing.read(FilePath(setup.file(".git/index").path)) { path, _ in
      path.starts(with: "bo".utf8)
    }
    #expect(found?.entries.map(\.isMergedFile) == [false, false, false])
  }

  @Test func `no index is an empty one, and a split or sparse one is left to git`() throws {
    let setup = try GitSetup.make()
    #expect(try listing(setup)?.entries == [])
    let split = try sample()
    try split.git("update-index", "--split-index")
    #expect(try listing(split) == nil)
    let sparse = try GitSetup.make("sparse")
    for path in ["in/a", "out/b", "out/c"] { try sparse.write(path, to: path) }
    try sparse.commitAll()
    try sparse.git("sparse-checkout", "set", "--cone", "--sparse-index", "in")
    #expect(try listing(sparse) == nil)
  }

  @Test(arguments: ["2", "4"])
  func `whatever the bytes are, nothing is read beyond them`(version: String) throws {
    let setup = try sample()
    try setup.git("update-index", "--index-version", ByteString(version))
    let bytes = try setup.read(".git/index")
    for count in stride(from: 0, to: bytes.count, by: 7) {
      _ = GitIndexListing(Array(bytes.prefix(count))) { _, _ in true }
    }
    var random = SystemRandomNumberGenerator()
    for _ in 0..<2_000 {
      var damaged = bytes
      for _ in 0..<4 {
        damaged[Int.random(in: 4..<damaged.count, using: &random)] =
          UInt8.random(in: 0...255, using: &random)
      }
      _ = GitIndexListing(damaged) { _, _ in true }
    }
  }
}
