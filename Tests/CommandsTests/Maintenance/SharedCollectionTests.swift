import Foundation
import Lineage
import ObjectStore
import Platform
import Primitives
import Remotes
import TestSupport
import Testing
import Workspace

@testable import Project

/// Two clones share a store, and each may collect garbage in it.
@Suite(.temporaryDirectory) struct SharedCollectionTests {
  private let store: FilePath
  private let ada: KeepingScene
  private let bob: KeepingScene

  init() throws {
    store = FilePath(try TemporaryDirectory.required().path).appending("store")
    _ = try ObjectStore.create(at: store)
    ada = try KeepingScene("ada", store: store)
    bob = try KeepingScene("bob", store: store)
  }

  private func add(_ text: String, to path: String, in scene: KeepingScene) throws {
    try scene.setup.write(text, to: path)
    #expect(scene.shale.run("add -q \(path)").status == 0)
  }

  @Test func `what one clone needs the other does not take`() throws {
    try add("ada's\n", to: "a.txt", in: ada)
    try add("bob's\n", to: "b.txt", in: bob)
    for scene in [ada, bob, ada] { try scene.collect() }
    for (scene, file) in [(ada, "a.txt"), (bob, "b.txt")] {
      try FileManager.default.removeItem(at: scene.setup.file(file))
      #expect(scene.shale.run("checkout -q").status == 0)
      #expect(FileManager.default.fileExists(atPath: scene.setup.file(file).path))
    }
  }

  @Test func `what a clone no longer needs goes when it says so itself, and not before`() throws {
    let content = try bob.content("bob's\n")
    try bob.setup.write(content.pointer, to: "b.shale")
    #expect(try !ada.isKept(content))
    // Whoever collects tells the others what it relies on.
    try bob.collect()
    for _ in 0..<2 { try ada.collect() }
    #expect(try ada.isThere(content))
    try FileManager.default.removeItem(at: bob.setup.file("b.shale"))
    for _ in 0..<2 { try ada.collect() }
    #expect(try ada.isThere(content), "bob has not said anything")
    for _ in 0..<2 { try bob.collect() }
    #expect(try !ada.isThere(content))
  }

  @Test func `a registration that cannot be read stops every clone`() throws {
    try add("bob's\n", to: "b.txt", in: bob)
    let files = try Program.succeed(
      "find", [store.appending("roots/clones").bytes, "-type", "f", "-path", "*/??/*"]
    ).text.split(separator: "\n")
    let file = FilePath(String(try #require(files.first)))
    try AtomicFile.replace(file, with: Array("nonsense".utf8), durably: false)
    let result = KeepingScene.run("gc", in: ada.shale)
    #expect(result.status == 4 && result.errors.contains("\(file)"))
  }

  @Test func `what a run made in a shared store is kept from other clones`() throws {
    try bob.setup.write("echo made > made.txt\n", to: "make.sh")
    #expect(bob.shale.run("run -q -n one -o made.txt -- sh make.sh").status == 0)
    for _ in 0..<2 { try ada.collect() }
    let catalog = try bob.project().runs()
    let run = try catalog.run(named: "one").id
    let store = try bob.project().store()
    #expect(try store.contains(catalog.record(run).code.tree.oid))
    #expect(try store.contains(#require(catalog.record(run).outputs.first).oid))
  }
}
