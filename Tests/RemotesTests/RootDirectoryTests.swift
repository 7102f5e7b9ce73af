import Foundation
import ObjectStore
import Platform
import Primitives
import TestSupport
import Testing

@testable import Remotes

@Suite(.temporaryDirectory) struct RootDirectoryTests {
  static let commit = "5f1c0f6a2d7b8e9c0a1b2c3d4e5f60718293a4b5"

  @Test func `the examples of the format page are what is written`() throws {
    let page = try String(contentsOf: ProjectRoot.file("docs/format/remote.md"), encoding: .utf8)
    let examples = [
      try root(complete: true, partialPath: "model%.bin").encoded(),
      ReferenceRoot(name: "refs/heads/main", commit: Self.commit, date: 1_767_323_045).encoded(),
      try CloneRoot(id: .empty, isTree: false, path: RepositoryPath("model%.bin")).encoded(),
      try pin().encoded(),
    ]
    for example in examples {
      let text = String(decoding: example, as: UTF8.self)
      #expect(page.contains("```\n\(text)```"), "the page lacks:\n\(text)")
    }
  }

  private func pin() throws -> PinRoot {
    let tree = try root(complete: true).entries.first { $0.isTree }
    return try PinRoot(
      name: "paper", date: 1_767_323_045,
      entries: [
        .init(id: .empty, isTree: false, path: RepositoryPath("model%.bin")),
        .init(id: #require(tree).id, isTree: true, path: RepositoryPath("data/train")),
      ])
  }

  @Test func `a pin is read as it was written, and one that is damaged stops a collector`() throws {
    let directory = try directory()
    let pin = try pin()
    try directory.record(pin)
    #expect(try directory.pins() == [pin])
    var kept: [ObjectID] = []
    try directory.forEachKept { root, keeper, _ in
      #expect(keeper == .pin("paper"))
      kept.append(root.id)
    }
    #expect(Set(kept) == Set(pin.entries.map(\.id)))
    let file = try file("roots/pins/paper")
    try Data([UInt8](Data(contentsOf: file)).dropLast()).write(to: file)
    #expect(throws: RemoteError.self) { try directory.forEachKept { _, _, _ in } }
  }

  @Test func `a collector takes no root for absent that it cannot read`() throws {
    let directory = try directory()
    try directory.record(root(complete: true))
    let file = try file("roots/commits/5f/\(Self.commit)")
    let bytes = try Data(contentsOf: file)
    try Data([UInt8](bytes).dropLast()).write(to: file)
    #expect(try directory.commit(Self.commit) == nil, "as others read it")
    #expect(throws: RemoteError.self) { try directory.forEachKept { _, _, _ in } }
    try bytes.write(to: file)
    try directory.forEachKept { _, _, _ in }
    let strange = try self.file("roots/later/one")
    try FileManager.default.createDirectory(
      at: strange.deletingLastPathComponent(), withIntermediateDirectories: true)
    #expect(throws: RemoteError.self) { try directory.forEachKept { _, _, _ in } }
  }

  @Test func `a commit's root is read as it was written`() throws {
    let directory = try directory()
    let root = try root(complete: false, partialPath: "a\nb \u{7F}é")
    #expect(try directory.record(root))
    #expect(try directory.commit(Self.commit) == root)
    #expect(try directory.commits() == [Self.commit])
    #expect(try !directory.record(root), "what is known is not written again")
  }

  @Test func `a root is never replaced by one that says less`() throws {
    let directory = try directory()
    let complete = try root(complete: true)
    try directory.record(complete)
    #expect(try !directory.record(root(complete: false)))
    #expect(try directory.commit(Self.commit) == complete)
  }

  @Test func `an older generation proves nothing for a newer one`() throws {
    let directory = try directory()
    try directory.record(root(complete: true))
    let newer = try root(complete: false, generation: 1)
    #expect(try directory.record(newer))
    #expect(try directory.commit(Self.commit)?.entries.first?.isComplete == false)
  }

  @Test func `a damaged root says nothing, whichever bit is wrong`() throws {
    let directory = try directory()
    let root = try root(complete: true)
    try directory.record(root)
    let file = try file("roots/commits/5f/\(Self.commit)")
    let bytes = Array(try Data(contentsOf: file))
    for index in stride(from: 20, to: bytes.count, by: 7) {
      var damaged = bytes
      damaged[index] ^= 0x04
      try Data(damaged).write(to: file)
      #expect(try directory.commit(Self.commit) == nil, "byte \(index)")
    }
    for count in [0, 1, 30, bytes.count - 1] {
      try Data(bytes.prefix(count)).write(to: file)
      #expect(try directory.commit(Self.commit) == nil, "\(count) bytes")
    }
  }

  @Test func `a root of a newer version is named`() throws {
    let directory = try directory()
    try directory.record(root(complete: true))
    let file = try file("roots/commits/5f/\(Self.commit)")
    let text = try String(contentsOf: file, encoding: .utf8)
    try text.replacing("shale commit 1", with: "shale commit 2")
      .write(to: file, atomically: false, encoding: .utf8)
    #expect(throws: RemoteError.self) { try directory.commit(Self.commit) }
  }

  @Test(arguments: ["../../etc/passwd", "/etc/passwd", "a//b", "."])
  func `a path that leads out is no path of a root`(path: String) throws {
    let honest = try root(complete: true, partialPath: "evil")
    var text = RootText("commit")
    text.line("commit \(Self.commit)")
    text.line("generation 0")
    text.line("date 0")
    text.line("paths 1")
    text.line("complete file \(honest.entries[0].id) 0 1", ByteString(path))
    #expect(throws: RootLines.Flaw.self) { try CommitRoot(decoding: text.finished()) }
  }

  @Test func `every commit that a ref pointed to is kept`() throws {
    let directory = try directory()
    let other = String(repeating: "a", count: 40)
    let references = [
      ReferenceRoot(name: "refs/heads/a/b", commit: Self.commit, date: 1),
      ReferenceRoot(name: "refs/heads/a/b", commit: other, date: 2),
      ReferenceRoot(
        name: ByteString("refs/tags/" + String(repeating: "x", count: 300)), commit: other,
        date: 3),
      ReferenceRoot(name: ByteString([0x2E, 0xFF, 0x0A]), commit: other, date: 4),
    ]
    for reference in references + references { try directory.record(reference) }
    #expect(try Set(directory.references()) == Set(references))
  }

  @Test func `a clone's roots are listed, and a damaged one is not guessed`() throws {
    let directory = try directory()
    let clone = String(repeating: "0f", count: 16)
    try directory.register(clone: clone, repository: FilePath("/project/.git"))
    let root = CloneRoot(id: .empty, isTree: true, path: try RepositoryPath("data/train"))
    try directory.record(root, of: clone)
    try directory.record(root, of: clone)
    #expect(try directory.clones() == [clone])
    #expect(try directory.roots(ofClone: clone) == [root])
    let id = ObjectID.empty.hex
    try Data("shale object 1\n".utf8).write(
      to: file("roots/clones/\(clone)/\(id.prefix(2))/\(id)"))
    #expect(throws: RemoteError.self) { try directory.roots(ofClone: clone) }
  }

  private func file(_ path: String) throws -> URL {
    try TemporaryDirectory.required().appending(path: path)
  }

  private func directory() throws -> RootDirectory {
    RootDirectory(store: FilePath(try TemporaryDirectory.required().path))
  }

  private func root(
    complete: Bool, generation: Int = 0, partialPath: ByteString = "model.bin"
  ) throws -> CommitRoot {
    let hex = "1f0e2d3c4b5a69788796a5b4c3d2e1f0"
    return CommitRoot(
      commit: Self.commit, generation: generation, date: 1_767_323_045,
      entries: [
        .init(
          path: try RepositoryPath(partialPath), isTree: false, id: .empty, size: .zero, files: 1,
          isComplete: false),
        .init(
          path: try RepositoryPath("data/train"), isTree: true,
          id: try #require(ObjectID(hex: hex + hex)), size: .bytes(18_253_611_008),
          files: 100_000, isComplete: complete),
      ])
  }
}
