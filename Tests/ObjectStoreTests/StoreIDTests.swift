import Foundation
import Platform
import Primitives
import Synchronization
import TestSupport
import Testing

@testable import ObjectStore

@Suite(.temporaryDirectory) struct StoreIDTests {
  @Test func `the id of the page is read, and written as it is`() throws {
    let page = try String(contentsOf: ProjectRoot.file("docs/format/store.md"), encoding: .utf8)
    let example = try #require(
      page.components(separatedBy: "```text\n").dropFirst()
        .map { Array($0.components(separatedBy: "```")[0].utf8) }.first { $0.count == 33 })
    let id = try #require(StoreID(decoding: example))
    #expect(id.encoded == example)
    #expect(id.hex == "5f1c0f6a2d7b8e9c0a1b2c3d4e5f6071")
  }

  @Test func `every store that is made has an id of its own, for good`() throws {
    let one = try StoreFixture(name: "one")
    let id = try #require(try one.open().id())
    #expect(try one.open().id() == id)
    #expect(try one.open().giveID() == id)
    #expect(try StoreFixture(name: "two").open().id() != id)
  }

  @Test func `a store of before gets one id, however many ask`() throws {
    let fixture = try StoreFixture()
    let store = try fixture.open()
    try fixture.root.appending("id").remove()
    #expect(try store.id() == nil)
    let given = Mutex<[StoreID]>([])
    Threads.run(8) { _ in
      let id = try? RecordStore.open(at: fixture.root).giveID()
      if let id { given.withLock { $0.append(id) } }
    }
    let ids = given.withLock { $0 }
    #expect(ids.count == 8)
    #expect(Set(ids).count == 1)
    #expect(try store.id() == ids.first)
  }

  @Test(arguments: [
    "", "\n", "5f1c0f6a2d7b8e9c0a1b2c3d4e5f6071", "5F1C0F6A2D7B8E9C0A1B2C3D4E5F6071\n",
  ])
  func `anything else in the file is refused, and not replaced`(text: String) throws {
    let fixture = try StoreFixture()
    let store = try fixture.open()
    let file = fixture.root.appending("id")
    try AtomicFile.replace(file, with: Array(text.utf8), durably: false)
    #expect(throws: StoreError.invalidID(file)) { try store.id() }
    #expect(throws: StoreError.invalidID(file)) { try store.giveID() }
    #expect(try file.contents() == Array(text.utf8))
  }
}
