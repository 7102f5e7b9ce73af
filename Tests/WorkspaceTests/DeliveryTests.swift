import Foundation
import ObjectStore
import Platform
import Primitives
import TestSupport
import Testing
import Workspace

/// Data written out of a store to any place.
@Suite(.temporaryDirectory) struct DeliveryTests {
  private let store: ObjectStore

  /// Where data goes.
  private let directory: FilePath

  init() throws {
    let place = FilePath(try TemporaryDirectory.required().path)
    store = try ObjectStore.create(at: place.appending("store"))
    directory = place.appending("here")
    try directory.makeDirectories()
  }

  /// A directory with a bit of everything.
  private func tree() throws -> TreeEntry {
    let writer = try store.writer()
    func file(_ name: ByteString, _ bytes: [UInt8], _ kind: TreeEntry.Kind = .file) throws
      -> TreeEntry
    {
      TreeEntry(
        kind: kind, id: try writer.add(bytes, class: .data), size: .bytes(bytes.count), name: name)
    }
    func directory(_ name: ByteString, _ entries: [TreeEntry]) throws -> TreeEntry {
      let tree = try Tree(entries)
      return TreeEntry(
        kind: .directory, id: try writer.add(tree), size: tree.size, files: tree.files, name: name)
    }
    let data = try directory(
      "data",
      [
        file("run.sh", Array("#!/bin/sh\n".utf8), .executable),
        file("empty", []),
        directory(
          "sub",
          [
            file("large", sampleBytes(count: 300_000, seed: 1)),
            file("inside", Array("../run.sh".utf8), .symlink),
            file("outside", Array("../../other".utf8), .symlink),
            directory("nothing", []),
          ]),
      ])
    try writer.finish(durably: false)
    return data
  }

  private func deliver(_ entry: TreeEntry, replacing isForced: Bool = false) throws
    -> [RepositoryPath]
  {
    try Delivery(from: store).deliver(entry, as: "data", in: directory, replacing: isForced)
  }

  private func content() throws -> DiskContent {
    try DiskContent(at: directory.appending("data"))
  }

  @Test func `a directory arrives as it is, and its oid can be had back from the disk`() throws {
    let data = try tree()
    #expect(try deliver(data) == [RepositoryPath("sub/outside")])
    #expect(try content() == .entry(data))
    #expect(try directory.names() == ["data"])
    let script = directory.appending("data/run.sh")
    #expect(try script.status().isExecutable)
    #expect(try directory.appending("data/sub/nothing").names() == [])
  }

  @Test func `what is there stays, unless it is to be replaced`() throws {
    let data = try tree()
    let place = directory.appending("data")
    try AtomicFile.replace(place, with: Array("mine".utf8), durably: false)
    let refusal = #expect(throws: StoreError.self) { try deliver(data) }
    guard case .file(let error) = try #require(refusal) else {
      Issue.record("another error: \(String(describing: refusal))")
      return
    }
    #expect(error.isExisting)
    #expect(try place.contents() == Array("mine".utf8))
    #expect(try directory.names() == ["data"])
    _ = try deliver(data, replacing: true)
    #expect(try content() == .entry(data))
    // And a file in the place of a directory.
    let file = try #require(try store.tree(data.id)["run.sh"])
    _ = try deliver(file, replacing: true)
    #expect(try place.contents() == Array("#!/bin/sh\n".utf8))
    #expect(try directory.names() == ["data"])
  }

  @Test func `what cannot be whole does not appear`() throws {
    let data = try tree()
    for pack in try packs() { try pack.remove() }
    let fresh = try ObjectStore.open(at: store.root)
    #expect(throws: StoreError.self) {
      try Delivery(from: fresh).deliver(data, as: "data", in: directory, replacing: false)
    }
    #expect(try directory.names() == [])
  }

  private func packs() throws -> [FilePath] {
    let root = store.root.appending("packs")
    return try root.names().flatMap { folder in
      try root.appending(folder).names().map { root.appending(folder).appending($0) }
    }
  }

  @Test func `every difference makes another content`() throws {
    let data = try tree()
    _ = try deliver(data)
    let place = directory.appending("data")
    func expectChange(_ change: String, back: String) throws {
      try Program.succeed("sh", ["-ec", ByteString(change)], in: place.bytes)
      #expect(try content() != .entry(data), "\(change)")
      try Program.succeed("sh", ["-ec", ByteString(back)], in: place.bytes)
      #expect(try content() == .entry(data), "\(back)")
    }
    try expectChange("chmod -x run.sh", back: "chmod +x run.sh")
    try expectChange("echo x > empty", back: ": > empty")
    try expectChange("mv empty other", back: "mv other empty")
    try expectChange("rmdir sub/nothing", back: "mkdir sub/nothing")
    try expectChange("mkdir sub/more", back: "rmdir sub/more")
    try expectChange("ln -sfn elsewhere sub/inside", back: "ln -sfn ../run.sh sub/inside")
    try expectChange("mkfifo pipe", back: "rm pipe")
    #expect(try DiskContent(at: directory.appending("none")) == .nothing)
    try Program.succeed("mkfifo", ["pipe"], in: place.bytes)
    #expect(try content() == .other)
  }
}
