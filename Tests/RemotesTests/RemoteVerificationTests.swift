import Foundation
import ObjectStore
import Platform
import Primitives
import Remotes
import TestSupport
import Testing

@Suite(.temporaryDirectory) struct RemoteVerificationTests {
  @Test func `a sound remote is sound, also one that has only a part of a commit`() throws {
    let setup = try TransferSetup()
    let remote = try setup.remoteStore()
    let data = try setup.track(TransferSetup.sampleFiles())
    let part = TransferPath(
      path: data.path, isTree: true, id: data.id, size: data.size, files: data.files,
      selection: .init([PathPattern(try RepositoryPath("data/a"))], of: data.path, isTree: true))
    _ = try Push([setup.commit("a", part)], from: setup.local, to: remote).run()
    let report = try RemoteVerification(remote).run()
    #expect(report.isSound, "\(report.store.damage) \(report.broken)")
    #expect(report.commits == 1)
  }

  @Test func `a flipped bit is told by commit and path, and the next push heals it`() throws {
    let setup = try TransferSetup()
    let victim = sampleBytes(count: 60, seed: 7)
    let good = try setup.track(["good": sampleBytes(count: 50, seed: 1)], as: "good")
    let bad = try setup.track(["x/bad": victim], as: "bad")
    let commits = [setup.commit("a", good), setup.commit("b", good, bad)]
    _ = try Push(commits, from: setup.local, to: setup.remoteStore()).run()
    try setup.flip(victim, in: setup.directory.appending("remote"))
    let report = try RemoteVerification(setup.remoteStore()).run()
    #expect(report.broken.map(\.commit) == [commits[1].id])
    #expect(report.broken.map { "\($0.path)" } == ["bad"])
    #expect(report.broken.first?.problems.map { "\($0.path)" } == ["bad/x/bad"])
    #expect(report.broken.first?.wasComplete == true)
    let healing = try Push(commits, from: setup.local, to: setup.remoteStore()).run()
    #expect(healing.records == 1)
    #expect(healing.isComplete)
    let again = try RemoteVerification(setup.remoteStore()).run()
    #expect(again.isSound, "\(again.store.damage) \(again.broken)")
    #expect(again.store.healed == 1)
  }

  @Test func `a pack that somebody removed is told by commit and path`() throws {
    let setup = try TransferSetup()
    let data = try setup.track(TransferSetup.sampleFiles())
    let commit = setup.commit("a", data)
    _ = try Push([commit], from: setup.local, to: setup.remoteStore()).run()
    let packs = try TransferSetup.packs(of: setup.directory.appending("remote"))
    try #require(try packs.max { try $0.status().size < $1.status().size }).remove()
    let report = try RemoteVerification(setup.remoteStore()).run()
    #expect(report.broken.map { "\($0.path)" } == ["data"])
    #expect(try Push([commit], from: setup.local, to: setup.remoteStore()).run().isComplete)
    #expect(try RemoteVerification(setup.remoteStore()).run().isSound)
  }

  @Test func `a damaged root is told by its file`() throws {
    let setup = try TransferSetup()
    let data = try setup.track(TransferSetup.sampleFiles())
    let commit = setup.commit("a", data)
    let remote = try setup.remoteStore()
    _ = try Push([commit], from: setup.local, to: remote).run()
    let file = remote.roots.path(ofCommit: commit.id)
    var bytes = try file.contents()
    bytes[40] ^= 1
    try AtomicFile.replace(file, with: bytes, durably: false)
    #expect(try RemoteVerification(remote).run().damagedRoots == [file])
  }
}

extension TransferSetup {
  /// Flips a bit of the first place where a store's packs hold `bytes`.
  func flip(_ bytes: [UInt8], in root: FilePath) throws {
    for pack in try Self.packs(of: root) {
      var content = try pack.contents()
      guard let range = content.firstRange(of: bytes) else { continue }
      content[range.lowerBound + 7] ^= 1
      try pack.remove()
      return try AtomicFile.replace(pack, with: content, durably: false)
    }
    Issue.record("no pack holds the bytes")
  }
}
