import Foundation
import ObjectStore
import Platform
import Primitives
import TestSupport
import Testing

@testable import Workspace

/// Ways in which content or the record of it could be lost without a word.
@Suite(.temporaryDirectory) struct NothingIsLostTests {
  /// A clone of a repository that tracks `data`, without any of the data.
  private static func cloneWithoutData() throws -> Repository {
    let first = try Repository.make()
    for name in ["a", "b", "sub/c"] { try first.write(name, to: "data/" + name) }
    try first.add("data")
    try first.setup.commitAll("data")
    let place = try TemporaryDirectory.required().appending(path: "clone")
    try first.setup.git("clone", "--quiet", ".", ByteString(place.path))
    return try Repository(GitSetup(at: place))
  }

  @Test func `a part is not recorded where the rest of the directory cannot be looked up`() throws {
    let clone = try Self.cloneWithoutData()
    let before = try clone.pointer("data")
    try clone.write("new", to: "data/new")
    #expect(throws: WorkspaceError.store(.missing(before.id))) { try clone.add("data/new") }
    #expect(try clone.pointer("data") == before)
  }

  @Test func `a part of a directory that is not here is not recorded without its tree`() throws {
    let clone = try Self.cloneWithoutData()
    let original = try Repository(
      GitSetup(at: TemporaryDirectory.required().appending(path: "repository")))
    // Only the root of the data has been fetched.
    let before = try clone.pointer("data")
    let writer = try clone.workspace.store.writer()
    _ = try writer.add(original.workspace.store.tree(before.id))
    try writer.finish(durably: false)
    try clone.write("new", to: "data/sub/new")
    #expect(throws: WorkspaceError.self) { try clone.add("data/sub/new") }
    #expect(throws: WorkspaceError.self) { try clone.add("data") }
    #expect(try clone.pointer("data") == before)
    #expect(try clone.state("data") == .diverged)
    var forced = AddOptions()
    forced.isForced = true
    _ = try clone.workspace.add([clone.path("data")], options: forced)
    #expect(try clone.pointer("data").files == 3)
    #expect(try clone.state("data") == .clean)
  }

  @Test func `data is stored again where the store was lost`() throws {
    let repository = try Repository.make()
    for name in ["a", "b", "sub/c", "sub/empty"] {
      try repository.write(name.hasSuffix("empty") ? "" : name, to: "data/" + name)
    }
    try FileManager.default.createSymbolicLink(
      atPath: repository.setup.file("data/link").path, withDestinationPath: "a")
    try repository.write("single", to: "file")
    try repository.waitForTick()
    try repository.add("data", "file")
    let before = (try repository.pointer("data"), try repository.pointer("file"))
    try repository.remove(".git/shale/store")
    let again = try Repository(repository.setup)
    #expect(throws: WorkspaceError.store(.missing(before.0.id))) { try again.add("data/a") }
    try again.add("data", "file")
    #expect(try again.pointer("data") == before.0)
    #expect(try again.pointer("file") == before.1)
    try again.remove("data")
    try again.remove("file")
    let report = try again.workspace.checkout()
    #expect(report.missing.isEmpty)
    #expect(try again.text("data/sub/c") == "sub/c")
    #expect(try again.text("data/link") == "a")
    #expect(try again.text("file") == "single")
  }

  @Test func `data is stored again where only its directories survived a power cut`() throws {
    let repository = try Repository.make()
    try repository.setup.write(sampleBytes(count: 90_000, seed: 3), to: "data/large")
    try repository.waitForTick()
    try repository.add("data")
    let pointer = try repository.pointer("data")
    let store = repository.workspace.store.root
    // The larger pack has the data, and of what nobody synced any part may be lost.
    let packs = try store.appending("packs").names().flatMap { name in
      try store.appending("packs").appending(name).names().map {
        store.appending("packs").appending(name).appending($0)
      }
    }
    let sizes = try packs.map { try $0.status().size }
    let pack = try #require(zip(packs, sizes).max { $0.1 < $1.1 }?.0)
    try pack.remove()
    try AtomicFile.replace(pack, with: [1, 2, 3], durably: false)
    #expect(try Verification(ObjectStore.open(at: store)).run().packs == 1)
    let again = try Repository(repository.setup)
    let root = ClosureRoot(id: pointer.id, isTree: true, path: try repository.path("data"))
    #expect(try again.workspace.store.closureProblems(of: [root]).count == 1)
    try again.add("data")
    #expect(try again.workspace.store.closureProblems(of: [root]).problems == [])
  }

  @Test(arguments: ["data", "file"])
  func `data that is behind and was only touched leaves the newer pointer alone`(
    name: String
  ) throws {
    let repository = try Repository.make()
    let file = name == "data" ? "data/a" : "file"
    try repository.write("one", to: file)
    try repository.add(name)
    try repository.setup.commitAll("one")
    try repository.write("two!", to: file)
    try repository.add(name)
    try repository.setup.git("checkout", "--quiet", "HEAD", "--", ByteString(name + ".shale"))
    let pointer = try repository.pointer(name)
    try repository.waitForTick()
    try FileManager.default.setAttributes(
      [.modificationDate: Date()], ofItemAtPath: repository.setup.file(file).path)
    let path = try repository.path(name)
    #expect(try repository.workspace.addTracked().behind == [path])
    #expect(try repository.add(name).behind == [path])
    #expect(try repository.pointer(name) == pointer)
    #expect(try repository.state(name) == .behind)
  }

  @Test func `a pointer that git brings while data is read is not replaced`() throws {
    let repository = try Repository.make()
    try repository.write("one", to: "data/a")
    try repository.add("data")
    try repository.write("two", to: "data/a")
    let workspace = repository.workspace
    let job = try workspace.job(
      AddRequest(path: repository.path("data"), parts: []), isForced: false)
    let writer = try workspace.store.writer()
    let recording = try workspace.record(job, with: writer)
    try writer.finish(durably: false)
    let brought = PointerFile.tree(SHA256.id(of: [1].span), size: .bytes(1), files: 1)
    try repository.setup.write(brought.encoded(), to: "data.shale")
    var report = AddReport()
    #expect(throws: WorkspaceError.pointerMoved(try repository.path("data.shale"))) {
      try workspace.publish([recording], options: AddOptions(), &report)
    }
    #expect(try repository.pointer("data") == brought)
  }

  @Test func `a pointer that could not be staged is staged when its data is added again`() throws {
    let repository = try Repository.make()
    let setup = repository.setup
    try repository.write("one", to: "file")
    try setup.write([], to: ".git/index.lock")
    #expect(throws: WorkspaceError.self) { try repository.add("file") }
    try repository.remove(".git/index.lock")
    #expect(try setup.git("diff", "--cached", "--name-only") == "")
    #expect(try repository.add("file").unchanged == [repository.path("file")])
    #expect(try setup.git("diff", "--cached", "--name-only") == ".gitignore\nfile.shale")
    try setup.git("rm", "--quiet", "--cached", "file.shale")
    try setup.git("add", "--intent-to-add", "file.shale")
    try repository.add("file")
    #expect(try setup.git("diff", "--cached", "--name-only") == ".gitignore\nfile.shale")
  }

  @Test func `what an interrupted checkout left is not recorded unless forced`() throws {
    let repository = try Repository.make()
    let path = try repository.path("data")
    for name in ["a", "b"] { try repository.write("one", to: "data/" + name) }
    try repository.add("data")
    let one = try repository.pointer("data")
    for name in ["a", "b"] { try repository.write("two!", to: "data/" + name) }
    try repository.add("data")
    // As a restore of the older version leaves it when it is killed.
    try repository.workspace.indexes.setUnfinishedCheckout(one.id, of: path)
    #expect(try repository.add("data").unchanged == [path])
    try repository.workspace.indexes.setUnfinishedCheckout(one.id, of: path)
    try repository.write("one", to: "data/a")
    #expect(throws: WorkspaceError.unfinishedCheckout(path)) { try repository.add("data") }
    #expect(throws: WorkspaceError.unfinishedCheckout(path)) {
      try repository.workspace.addTracked()
    }
    var forced = AddOptions()
    forced.isForced = true
    _ = try repository.workspace.add([path], options: forced)
    #expect(try repository.status("data").unfinishedCheckout == nil)
    #expect(try repository.state("data") == .clean)
  }

  @Test func `a checkout that was cut off when all was done is ended by the next one`() throws {
    let repository = try Repository.make()
    let path = try repository.path("data")
    try repository.write("one", to: "data/a")
    try repository.add("data")
    let one = try repository.pointer("data")
    // Killed after the last file was placed and the index written.
    try repository.workspace.indexes.setUnfinishedCheckout(one.id, of: path)
    #expect(try repository.workspace.checkout([path]).unchanged == [path])
    #expect(try repository.status("data").unfinishedCheckout == nil)
    try repository.write("two!", to: "data/a")
    try repository.add("data")
    #expect(try repository.state("data") == .clean)
  }

  @Test func `a version that could be restored in part only is not recorded`() throws {
    let repository = try Repository.make()
    let path = try repository.path("data")
    for name in ["a", "b"] { try repository.write("two!", to: "data/" + name) }
    try repository.add("data")
    let writer = try repository.workspace.store.writer()
    let known = try writer.add(Array("one".utf8), class: .data)
    let lost = SHA256.id(of: Array("lost".utf8).span)
    let inner = try Tree([
      TreeEntry(kind: .file, id: known, size: .bytes(3), files: 1, name: "x")
    ])
    let tree = try Tree([
      TreeEntry(kind: .file, id: known, size: .bytes(3), files: 1, name: "a"),
      TreeEntry(kind: .file, id: lost, size: .bytes(4), files: 1, name: "b"),
      TreeEntry(kind: .file, id: known, size: .bytes(3), files: 1, name: "c"),
      TreeEntry(
        kind: .directory, id: writer.add(inner), size: .bytes(3), files: 1, name: "d"),
    ])
    let old = PointerFile.tree(try writer.add(tree), size: tree.size, files: tree.files)
    try writer.finish(durably: false)
    let report = try repository.workspace.checkout([
      CheckoutTarget(path: path, pointer: old, becomesBase: false)
    ])
    #expect(report.missing.map(\.id) == [lost])
    #expect(throws: WorkspaceError.unfinishedCheckout(path)) { try repository.add("data") }
    try repository.write("mine", to: "data/mine")
    try repository.workspace.checkout()
    #expect(try repository.text("data/a") == "two!")
    #expect(try repository.changes("data") == ["added data/mine"])
  }

  @Test func `data in a submodule or another repository does not come into this one`() throws {
    let repository = try Repository.make()
    let setup = repository.setup
    for name in ["sub", "other"] {
      try setup.git("init", "--quiet", ByteString(name))
      try setup.git("-C", ByteString(name), "commit", "--quiet", "--allow-empty", "-m", "start")
      try repository.write("data", to: "\(name)/deep/data")
    }
    try setup.git("-c", "advice.addEmbeddedRepo=false", "add", "sub")
    try setup.git("commit", "--quiet", "-m", "a submodule")
    try repository.write("mine", to: "mine")
    try repository.add("mine")
    for name in ["sub", "other"] {
      let path = try repository.path("\(name)/deep/data")
      let error = WorkspaceError.inOtherRepository(path, try repository.path(name))
      #expect(throws: error) { try repository.add("\(name)/deep/data") }
      try repository.remove("\(name)/deep/data")
      #expect(throws: error) { try repository.workspace.move(repository.path("mine"), to: path) }
    }
    #expect(try setup.git("ls-files", "sub") == "sub")
  }

  @Test func `a file of the user's own in the place of the pointer stays`() throws {
    let repository = try Repository.make()
    try repository.write("one", to: "file")
    try FileManager.default.createSymbolicLink(
      atPath: repository.setup.file("file.shale").path, withDestinationPath: "notes")
    #expect(throws: WorkspaceError.exists(try repository.path("file.shale"))) {
      try repository.add("file")
    }
    #expect(
      try FileManager.default.destinationOfSymbolicLink(
        atPath: repository.setup.file("file.shale").path) == "notes")
  }

  @Test func `a file of the user's own is kept that is named as temporary files begin`() throws {
    let repository = try Repository.make()
    try repository.write("one", to: "data/a")
    try repository.add("data")
    try repository.write("mine", to: "data/.shale-tmp-notes")
    #expect(try repository.changes("data") == ["added data/.shale-tmp-notes"])
    try repository.write("two!", to: "data/a")
    var options = CheckoutOptions()
    (options.isForced, options.localChanges) = (true, .replace)
    try repository.workspace.checkout(options: options)
    #expect(try repository.text("data/.shale-tmp-notes") == "mine")
  }

  @Test func `a gitignore that is a symlink is not replaced, and nothing becomes tracked`() throws {
    let repository = try Repository.make()
    try repository.write("mine\n", to: "rules")
    try FileManager.default.createSymbolicLink(
      atPath: repository.setup.file(".gitignore").path, withDestinationPath: "rules")
    try repository.write("one", to: "file")
    #expect(throws: WorkspaceError.self) { try repository.add("file") }
    #expect(
      try FileManager.default.destinationOfSymbolicLink(
        atPath: repository.setup.file(".gitignore").path) == "rules")
    #expect(try repository.text("rules") == "mine\n")
    #expect(try repository.workspace.trackedPaths().isEmpty)
  }

  @Test func `a large file whose parts the store lost is not replaced`() throws {
    let repository = try Repository.make()
    let bytes = [UInt8](sampleBytes(count: 3_000_000, seed: 7))
    try repository.setup.write(bytes, to: "large")
    try repository.write("other", to: "other")
    try repository.add("large")
    try repository.add("other")
    let large = try repository.pointer("large")
    let other = try repository.pointer("other")
    #expect(try repository.workspace.store.containsWhole(large.id))
    // A chunk of it is damaged, which shows when it is read.
    let packs = try Program.succeed(
      "find",
      [ByteString(repository.setup.file(".git/shale/store/packs").path), "-size", "+1000k"])
    let pack = try FilePath(packs.line).contents()
    let damaged = pack.indices.map { $0 == 1_500_000 ? ~pack[$0] : pack[$0] }
    try FilePath(packs.line).remove()
    try Data(damaged).write(to: URL(fileURLWithPath: packs.line))
    let again = try Repository(repository.setup)
    #expect(throws: StoreError.self) {
      try again.workspace.store.contents(of: large.id, limit: .mebibytes(4))
    }
    #expect(try again.workspace.store.contains(large.id))
    #expect(try !again.workspace.store.containsWhole(large.id))
    let path = try again.path("large")
    #expect(throws: WorkspaceError.wouldOverwrite([path], count: 1)) {
      try again.workspace.checkout([CheckoutTarget(path: path, pointer: other)])
    }
    #expect(try again.setup.read("large") == bytes)
  }

  @Test func `a move leaves nothing of what was known of its new path`() throws {
    let repository = try Repository.make()
    for name in ["old", "new"] {
      try repository.write(name, to: name)
      try repository.add(name)
    }
    // Tracked no more by git's hand, not by ours.
    try repository.setup.git("rm", "--quiet", "--force", "new.shale")
    try repository.remove("new")
    try repository.workspace.indexes.remove(repository.path("old"))
    try repository.workspace.move(repository.path("old"), to: repository.path("new"))
    #expect(try repository.workspace.indexes.load(repository.path("new")).base == nil)
    #expect(try repository.state("new") == .clean)
  }
}
