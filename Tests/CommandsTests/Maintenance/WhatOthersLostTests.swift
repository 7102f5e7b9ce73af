import Foundation
import ObjectStore
import Platform
import Primitives
import TestSupport
import Testing

@testable import Project

/// Situations in which garbage collection of other tools has taken live data, gone through with the
/// real program, or at every call that a disk can refuse.
@Suite(.temporaryDirectory) struct WhatOthersLostTests {
  private let scene: KeepingScene
  private var setup: GitSetup { scene.setup }

  init() throws {
    scene = try KeepingScene()
  }

  /// Runs the program, which has to succeed.
  @discardableResult private func shale(
    _ words: ByteString..., in directory: ByteString? = nil
  ) throws -> String {
    try Program.succeed(builtProgram().description, words, in: directory ?? setup.path).text
  }

  /// Collects twice with the real program, as if everything had been written long ago.
  private func collect(in directory: ByteString? = nil) throws {
    for _ in 0..<2 {
      try KeepingScene.age(scene.project().layout.store)
      try shale("gc", "--grace", "0", "--force", in: directory)
    }
  }

  /// Takes the data away and brings it back from the store.
  private func expectBack(_ text: String, at path: String, in setup: GitSetup? = nil) throws {
    let setup = setup ?? self.setup
    try FileManager.default.removeItem(at: setup.file(path))
    try shale("checkout", "-q", in: setup.path)
    #expect(try setup.read(path) == Array(text.utf8))
  }

  @Test func `files that are staged and not committed are kept, committed and pushed`() throws {
    try setup.write("staged\n", to: "model.bin")
    try shale("add", "-q", "model.bin")
    try FileManager.default.removeItem(at: setup.file("model.bin"))
    try FileManager.default.removeItem(at: setup.file("model.bin.shale"))
    try FileManager.default.removeItem(at: setup.file(".git/shale/index"))
    try collect()
    try setup.git("commit", "-q", "-m", "staged")
    try setup.git("checkout", "-q", "--", ".")
    try shale("remote", "add", "origin", "../remote")
    try shale("push")
    try shale("checkout", "-q")
    #expect(try setup.read("model.bin") == Array("staged\n".utf8))
  }

  @Test func `a stash gives back what it had, with its data`() throws {
    try setup.write("first\n", to: "model.bin")
    try shale("add", "-q", "model.bin")
    try shale("commit", "-q", "-m", "first")
    try setup.write("in the stash\n", to: "model.bin")
    try shale("add", "-q", "model.bin")
    try setup.git("stash", "-q")
    try shale("checkout", "-q")
    #expect(try setup.read("model.bin") == Array("first\n".utf8))
    try collect()
    try setup.git("stash", "pop", "-q")
    try shale("checkout", "-q")
    #expect(try setup.read("model.bin") == Array("in the stash\n".utf8))
  }

  @Test func `a path that is written in another way is the same path`() throws {
    // Composed and decomposed, with spaces and signs, below a directory that a symlink leads to.
    let paths = ["données/a b%41.bin", "donne\u{301}es/x.bin", "deep/er/../y.bin", "#z/'q'.bin"]
    for path in paths {
      try setup.write("\(path)\n", to: path)
      try shale("add", "-q", ByteString(path))
    }
    try shale("commit", "-q", "-m", "odd names")
    try FileManager.default.removeItem(at: setup.file(".git/shale/operations"))
    try FileManager.default.removeItem(at: setup.file(".git/shale/index"))
    let link = try TemporaryDirectory.required().appending(path: "link")
    try FileManager.default.createSymbolicLink(at: link, withDestinationURL: setup.url)
    try collect(in: ByteString(link.appending(path: "deep").path))
    for path in paths { try expectBack("\(path)\n", at: path) }
  }

  @Test func `a collection that ends at any call leaves everything that is needed`() throws {
    for (number, text) in ["one\n", "two\n", "three\n"].enumerated() {
      try setup.write(text, to: "data/a.txt")
      try setup.write(sampleBytes(count: 40_000, seed: UInt64(number)), to: "data/b\(number).bin")
      try shale("add", "-q", "data")
      if number == 1 { try setup.write([], to: "data/b1.bin") }
    }
    try shale("commit", "-q", "-m", "data")
    _ = try scene.content("nobody needs me\n")
    try FileManager.default.removeItem(at: setup.file(".git/hooks"))
    var ended = 0
    let calls = try FaultyDisk.forEachCall(.stop) { disk in
      try TemporaryDirectory.with { url in
        let copy = GitSetup(at: url.appending(path: "copy"))
        try FileManager.default.copyItem(at: setup.url, to: copy.url)
        try KeepingScene.age(FilePath(copy.file(".git/shale/store").path))
        let place = Surroundings(
          environment: testEnvironment(), directory: FilePath(copy.file("").path))
        let status = disk.run(below: FilePath(url.path)) {
          place.run("gc --grace 0 --force").status
        }
        if status != 0 { ended += 1 }
        for line in ["gc", "fsck"] {
          let result = KeepingScene.run(line, in: place)
          #expect(result.status == 0, "\(line): \(result.errors)\(result.output)")
        }
        try FileManager.default.removeItem(at: copy.file("data"))
        #expect(place.run("checkout -q").status == 0)
        #expect(try copy.read("data/a.txt") == Array("three\n".utf8))
        #expect(try copy.read("data/b2.bin") == sampleBytes(count: 40_000, seed: 2))
      }
    }
    #expect(calls > 20 && ended > 20, "\(calls) calls, \(ended) ended")
  }

  @Test func `a clone that shares the store takes nothing from its sibling`() throws {
    let store = FilePath(try TemporaryDirectory.required().path).appending("shared")
    _ = try ObjectStore.create(at: store)
    let ada = try KeepingScene("ada", store: store)
    let bob = try KeepingScene("bob", store: store)
    for (clone, text) in [(ada, "ada's\n"), (bob, "bob's\n")] {
      try clone.setup.write(text, to: "model.bin")
      try shale("add", "-q", "model.bin", in: clone.setup.path)
      try shale("commit", "-q", "-m", "mine", in: clone.setup.path)
    }
    for clone in [ada, bob, ada] {
      try KeepingScene.age(store)
      try shale("gc", "--grace", "0", "--force", in: clone.setup.path)
    }
    try expectBack("ada's\n", at: "model.bin", in: ada.setup)
    try expectBack("bob's\n", at: "model.bin", in: bob.setup)
  }

  @Test func `what git can bring back, Shale can bring back`() throws {
    try setup.git("checkout", "-q", "-b", "topic")
    try setup.write("on a branch\n", to: "model.bin")
    try shale("add", "-q", "model.bin")
    try shale("commit", "-q", "-m", "topic")
    try shale("checkout", "-q", "main")
    try setup.git("branch", "-q", "-D", "topic")
    try collect()
    try setup.git("branch", "topic", "HEAD@{1}")
    try shale("checkout", "-q", "topic")
    #expect(try setup.read("model.bin") == Array("on a branch\n".utf8))
  }
}
