import Foundation
import ObjectStore
import Platform
import Primitives
import Remotes
import TestSupport
import Testing

@Suite(.temporaryDirectory) struct RemoteStoreTests {
  @Test func `a remote that is not there has vanished`() throws {
    let setup = try TransferSetup()
    let error = #expect(throws: RemoteError.self) { try RemoteStore.open(setup.remote) }
    #expect("\(try #require(error))".contains("cannot be reached"))
  }

  @Test func `a directory without a store is no remote, and is not made one`() throws {
    let setup = try TransferSetup()
    let place = setup.directory.appending("remote")
    try place.makeDirectories()
    try place.appending("precious").makeDirectories()
    #expect("\(try #require(failure { try RemoteStore.open(setup.remote) }))".contains("no store"))
    let error = failure { try setup.remoteStore() }
    #expect("\(try #require(error))".contains("is not empty"))
    #expect(try place.names() == ["precious"])
  }

  @Test func `a store is made in an empty directory, and not below one that is missing`() throws {
    let setup = try TransferSetup()
    try setup.directory.appending("remote").makeDirectories()
    _ = try setup.remoteStore()
    let deep = Remote(
      name: try RemoteName("deep"), location: .directory(setup.directory.appending("x/y/z")),
      url: "x/y/z", origin: .personal)
    #expect(failure { try RemoteStore.create(deep, format: StoreFormat()) } != nil)
  }

  @Test func `a store that lacks its format becomes one again, with all it has`() throws {
    let setup = try TransferSetup()
    let data = try setup.track(TransferSetup.sampleFiles())
    let id = try setup.remoteStore().id
    _ = try Push([setup.commit("a", data)], from: setup.local, to: setup.remoteStore()).run()
    try setup.directory.appending("remote/format").remove()
    #expect("\(try #require(failure { try RemoteStore.open(setup.remote) }))".contains("no store"))
    let again = try RemoteStore.create(setup.remote, format: StoreFormat())
    #expect(again.id == id)
    #expect(try again.store.contains(data.id))
  }

  @Test func `a remote that goes away in between is told, and nothing is believed`() throws {
    let setup = try TransferSetup()
    let remote = try setup.remoteStore()
    let data = try setup.track(TransferSetup.sampleFiles())
    try FileManager.default.removeItem(atPath: "\(setup.directory)/remote")
    #expect(
      failure { try Push([setup.commit("a", data)], from: setup.local, to: remote).run() } != nil)
  }

  @Test(arguments: [
    "packs", "packs/ab", "index", "roots", "roots/refs", "roots/commits/00", "trash",
  ])
  func `a remote that leads elsewhere by a symlink is refused, and nothing is written there`(
    place: String
  ) throws {
    let setup = try TransferSetup()
    _ = try setup.remoteStore()
    let link = setup.directory.appending("remote/\(place)")
    if try link.statusIfPresent() != nil { try FileManager.default.removeItem(atPath: "\(link)") }
    let elsewhere = setup.directory.appending("elsewhere")
    try elsewhere.makeDirectories()
    try link.parent.makeDirectories()
    try FileManager.default.createSymbolicLink(
      atPath: "\(link)", withDestinationPath: "\(elsewhere)")
    let error = try #require(failure { try RemoteStore.open(setup.remote) })
    #expect("\(error)".contains("symlink '\(link)'"))
    #expect(failure { try setup.remoteStore() } != nil)
    #expect(try elsewhere.names().isEmpty)
  }

  @Test func `a newer store is refused in words`() throws {
    let setup = try TransferSetup()
    _ = try setup.remoteStore()
    try AtomicFile.replace(
      setup.directory.appending("remote/format"), with: Array("shale store 9\n".utf8),
      durably: false)
    let error = failure { try RemoteStore.open(setup.remote) }
    #expect("\(try #require(error))".contains("version 9"))
  }

  @Test(.enabled(if: Machine.userID != 0, "root may write anywhere"))
  func `a read-only remote can be fetched from and not pushed to`() throws {
    let setup = try TransferSetup()
    let remote = try setup.remoteStore()
    let data = try setup.track(TransferSetup.sampleFiles())
    _ = try Push([setup.commit("a", data)], from: setup.local, to: remote).run()
    try Program.succeed("chmod", ["-R", "a-w", setup.directory.appending("remote").bytes])
    let readOnly = try RemoteStore.open(setup.remote)
    let clone = try setup.clone("clone")
    #expect(try Fetch([data], from: readOnly, to: clone).run().isComplete)
    let error = failure { try Push([setup.commit("b", data)], from: clone, to: readOnly).run() }
    #expect("\(try #require(error))".contains("cannot be written to"))
  }

  @Test func `a store that was there before keeps its id, and another is refused`() throws {
    let setup = try TransferSetup()
    let made = try setup.remoteStore()
    #expect(made.isNew)
    let id = try #require(made.id)
    let again = try setup.remoteStore()
    #expect(!again.isNew)
    #expect(again.id == id)
    var known = setup.remote
    known.storeID = id
    #expect(try RemoteStore.open(known).id == id)
    known.storeID = StoreID("5f1c0f6a2d7b8e9c0a1b2c3d4e5f6071")
    let error = failure { try RemoteStore.open(known) }
    let place = "Store '\(setup.directory)/remote' (\(id.abbreviated))"
    #expect("\(try #require(error))" == "\(place) is not the store of remote 'origin' (5f1c0f6a)")
  }

  private func failure(_ body: () throws -> some Any) -> RemoteError? {
    do {
      _ = try body()
      return nil
    } catch {
      return error as? RemoteError
    }
  }
}
