import Foundation
import ObjectStore
import Platform
import Primitives
import Remotes
import TestSupport
import Testing

@Suite(.temporaryDirectory) struct PushTests {
  @Test func `what was pushed can be fetched by a clone that has nothing`() throws {
    let setup = try TransferSetup()
    let data = try setup.track(TransferSetup.sampleFiles())
    let report = try Push([setup.commit("a", data)], from: setup.local, to: setup.remoteStore())
      .run()
    #expect(report.isComplete)
    #expect(report.completePaths == 1)
    let clone = try setup.clone("clone")
    let fetched = try Fetch([data], from: setup.remoteStore(), to: clone).run()
    #expect(fetched.records == report.records)
    #expect(fetched.bytes == report.bytes)
    #expect(try TransferSetup.files(of: data.id, in: clone) == TransferSetup.sampleFiles())
  }

  @Test func `a dry run tells exactly what is then moved, and moves nothing`() throws {
    let setup = try TransferSetup()
    let remote = try setup.remoteStore()
    for (digit, seed) in [("a", UInt64(1)), ("b", 9)] {
      let data = try setup.track(TransferSetup.sampleFiles(seed: seed))
      let push = Push([setup.commit(Character(digit), data)], from: setup.local, to: remote)
      let before = try TransferSetup.packs(of: remote.store.root)
      let plan = try push.dryRun()
      #expect(try TransferSetup.packs(of: remote.store.root) == before)
      #expect(plan.records > 0)
      let report = try push.run()
      #expect(report.records == plan.records)
      #expect(report.bytes == plan.bytes)
      #expect(try push.dryRun().records == 0)
    }
  }

  @Test func `a small edit moves what changed`() throws {
    let setup = try TransferSetup()
    let remote = try setup.remoteStore()
    var files = TransferSetup.sampleFiles()
    let first = try setup.track(files)
    let all = try Push([setup.commit("a", first)], from: setup.local, to: remote).run()
    files["b/c/large"]?[200_000] ^= 0xFF
    let second = try setup.track(files)
    let edit = try Push(
      [setup.commit("b", second)], from: setup.local, to: remote,
      knownCommits: [setup.commit("a").id]
    ).run()
    #expect(edit.isComplete)
    #expect(edit.bytes.bytes * 5 < all.bytes.bytes)
    let clone = try setup.clone("clone")
    _ = try Fetch([second], from: remote, to: clone).run()
    #expect(try TransferSetup.files(of: second.id, in: clone) == files)
  }

  @Test func `the commit's root is written last and says what is complete`() throws {
    let setup = try TransferSetup()
    let remote = try setup.remoteStore()
    let data = try setup.track(TransferSetup.sampleFiles())
    let commit = setup.commit("a", data)
    _ = try Push([commit], from: setup.local, to: remote).run()
    let root = try #require(try remote.roots.commit(commit.id))
    #expect(root.isComplete)
    #expect(root.entries.map(\.id) == [data.id])
    #expect(root.date == commit.date)
    #expect(try remote.roots.references().map(\.commit) == [commit.id])
  }

  @Test func `roots are written when everything that they name is on disk, and are then synced`()
    throws
  {
    let setup = try TransferSetup()
    let remote = try setup.remoteStore()
    let root = remote.store.root
    let data = try setup.track(TransferSetup.sampleFiles())
    let log = CallLog()
    try Faults.with(log, below: root) {
      _ = try Push([setup.commit("a", data)], from: setup.local, to: remote).run()
    }
    let commits = try #require(log.places(.rename) { $0.contains("/roots/commits/") }.first)
    let packs = try TransferSetup.packs(of: root)
    #expect(packs.count > 1)
    for pack in packs {
      for path in [pack, pack.parent, root.appending("packs")] {
        #expect(log.places(.sync) { $0 == "\(path)" }.contains { $0 < commits }, "\(path)")
      }
    }
    #expect(log.places(.sync) { $0.contains("/roots/commits/aa/.shale-tmp-") }.count == 1)
    // Its name, and those of the directories that were made for it.
    for path in ["roots/commits/aa", "roots/commits", "roots"] {
      #expect(log.places(.sync) { $0 == "\(root)/\(path)" }.contains { $0 > commits }, "\(path)")
    }
  }

  @Test func `a missing object does not stop the rest, and is named`() throws {
    let setup = try TransferSetup()
    let remote = try setup.remoteStore()
    let files = TransferSetup.sampleFiles()
    let data = try setup.track(files)
    // A clone that has everything but one file, as after a partial fetch.
    let partial = try setup.clone("partial")
    _ = try Push([setup.commit("a", data)], from: setup.local, to: remote).run()
    let but = TransferPath(
      path: data.path, isTree: true, id: data.id, size: data.size, files: data.files,
      selection: .init(
        [PathPattern(try RepositoryPath("data/a")), PathPattern(try RepositoryPath("data/b"))],
        of: data.path, isTree: true))
    let fetched = try Fetch([but], from: remote, to: partial).run()
    #expect(fetched.isComplete)
    #expect(fetched.completePaths == 0, "a part is not the whole")
    let other = try RemoteStore.create(
      Remote(
        name: RemoteName("other"), location: .directory(setup.directory.appending("other")),
        url: "other", origin: .personal), format: TransferSetup.format)
    let report = try Push([setup.commit("b", data)], from: partial, to: other).run()
    #expect(!report.isComplete)
    #expect(report.completePaths == 0)
    #expect(Set(report.problems.map { "\($0.path)" }) == ["data/table"])
    #expect(report.problems.allSatisfy { $0.kind == .missing })
    #expect(try other.roots.commit(setup.commit("b").id)?.isComplete == false)
    // What a later push adds makes it whole, and nothing is sent twice.
    let rest = try Push([setup.commit("b", data)], from: setup.local, to: other).run()
    #expect(rest.isComplete)
    #expect(rest.records + report.records == fetched.records + rest.records)
    #expect(try other.roots.commit(setup.commit("b").id)?.isComplete == true)
  }

  @Test func `what the remote lost is sent again, although a tree of it is there`() throws {
    let setup = try TransferSetup()
    let remote = try setup.remoteStore()
    let data = try setup.track(TransferSetup.sampleFiles())
    _ = try Push([setup.commit("a", data)], from: setup.local, to: remote).run()
    // Data packs are larger here than those of trees and recipes.
    let packs = try TransferSetup.packs(of: remote.store.root)
    let largest = try #require(
      try packs.max { try $0.status().size < $1.status().size })
    try largest.remove()
    try FileManager.default.removeItem(atPath: "\(setup.directory)/remote/roots/commits")
    let reopened = try setup.remoteStore()
    let again = try Push([setup.commit("a", data)], from: setup.local, to: reopened).run()
    #expect(again.isComplete)
    #expect(again.records > 0)
    let clone = try setup.clone("clone")
    let back = try Fetch([data], from: reopened, to: clone).run()
    #expect(back.problems == [])
    #expect(try TransferSetup.files(of: data.id, in: clone) == TransferSetup.sampleFiles())
  }

  @Test func `a complete root of an older generation is not believed`() throws {
    let setup = try TransferSetup()
    let data = try setup.track(TransferSetup.sampleFiles())
    let commit = setup.commit("a", data)
    _ = try Push([commit], from: setup.local, to: setup.remoteStore()).run()
    for pack in try TransferSetup.packs(of: setup.directory.appending("remote")) {
      try pack.remove()
    }
    #expect(try Push([commit], from: setup.local, to: setup.remoteStore()).dryRun().records == 0)
    let format = setup.directory.appending("remote/format")
    let text = String(decoding: try format.contents(), as: UTF8.self)
    try AtomicFile.replace(
      format, with: Array(text.replacing("generation 0", with: "generation 1").utf8),
      durably: false)
    #expect(try Push([commit], from: setup.local, to: setup.remoteStore()).dryRun().records > 0)
  }

  @Test func `a damaged record is not sent, and the path that needs it is named`() throws {
    let setup = try TransferSetup()
    let data = try setup.track(["good": sampleBytes(count: 50, seed: 1)], as: "good")
    let victim = sampleBytes(count: 60, seed: 2)
    let bad = try setup.track(["bad": victim], as: "bad")
    for pack in try TransferSetup.packs(of: setup.local.root) {
      var bytes = try pack.contents()
      guard let range = bytes.firstRange(of: victim) else { continue }
      bytes[range.lowerBound + 7] ^= 1
      try pack.remove()
      try AtomicFile.replace(pack, with: bytes, durably: false)
    }
    let local = try ObjectStore.open(at: setup.local.root)
    let report = try Push([setup.commit("a", data, bad)], from: local, to: setup.remoteStore())
      .run()
    #expect(report.completePaths == 1)
    #expect(report.problems.map { "\($0.path)" } == ["bad/bad"])
    #expect(try setup.remoteStore().roots.commit(setup.commit("a").id)?.isComplete == false)
  }
}
