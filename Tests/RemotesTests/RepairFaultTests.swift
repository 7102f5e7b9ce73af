import Foundation
import Platform
import Primitives
import Remotes
import TestSupport
import Testing

@testable import ObjectStore

/// Whichever call a disk refuses during a repair: nothing is worse, and the next repair goes on.
@Suite struct RepairFaultTests {
  private static let files = [
    "a/one": sampleBytes(count: 100, seed: 1), "large": sampleBytes(count: 2_000, seed: 2),
  ]

  /// All steps of a repair, with one other store to ask.
  ///
  /// - Returns: What is wrong afterwards.
  private static func repair(
    _ store: ObjectStore, from other: ObjectStore
  ) throws -> [StoreDamage] {
    let repair = try StoreRepair(store, Verification(store).run())
    _ = try repair.salvage()
    _ = try repair.bring(repair.wanted(), from: other)
    _ = try repair.replaceDamaged()
    return try repair.check()
  }

  /// Cuts one pack and changes a bit in another.
  private static func damage(_ store: FilePath) throws {
    let packs = try TransferSetup.packs(of: store).sorted {
      try $0.status().size > $1.status().size
    }
    var bytes = try packs[0].contents()
    bytes[bytes.count / 2] ^= 1
    try AtomicFile.replace(packs[0], with: bytes, durably: false)
    try AtomicFile.replace(
      packs[1], with: Array(packs[1].contents().dropLast(40)), durably: false)
  }

  /// The packs below a directory, without what a crash has left.
  private static func packs(of store: FilePath) throws -> Set<ByteString> {
    let folders = try store.appending("packs").names().filter { $0.count == 2 }
    return try Set(folders.flatMap { try store.appending("packs").appending($0).names() })
  }

  @Test(arguments: [FaultyDisk.Fault.error, .stop])
  func `whichever call of a repair is refused, the next one goes on, and nothing is unlinked`(
    fault: FaultyDisk.Fault
  ) throws {
    let calls = try FaultyDisk.forEachCall(fault) { disk in
      try TemporaryDirectory.with { url in
        let setup = try TransferSetup(url)
        let data = try setup.track(Self.files)
        _ = try Push([setup.commit("a", data)], from: setup.local, to: setup.remoteStore()).run()
        let root = setup.local.root
        try Self.damage(root)
        let before = try Self.packs(of: root)
        let other = try setup.remoteStore().store
        _ = Result {
          try disk.run(below: root) { try Self.repair(ObjectStore.open(at: root), from: other) }
        }
        let left = try Self.repair(ObjectStore.open(at: root), from: other)
        #expect(left == [], "\(String(describing: disk.refused))")
        let report = try Verification(ObjectStore.open(at: root)).run()
        #expect(report.isSound, "\(report.damage)")
        #expect(report.lost == [])
        let store = try ObjectStore.open(at: root)
        #expect(try TransferSetup.files(of: data.id, in: store) == Self.files)
        let after = try Self.packs(of: root).union(root.appending("trash/packs").names())
        #expect(before.isSubset(of: after))
      }
    }
    #expect(calls > 30)
  }

  @Test func `an index keeps what was in a pack that is gone, also when it is folded`() throws {
    try TemporaryDirectory.with { url in
      let setup = try TransferSetup(url)
      let data = try setup.track(Self.files)
      let root = setup.local.root
      for pack in try TransferSetup.packs(of: root) { try pack.remove() }
      for number in 0..<30 {
        _ = try setup.track(["f": sampleBytes(count: 50, seed: UInt64(number))], as: "other")
      }
      let store = try ObjectStore.open(at: root)
      let lock = try StoreLock(store.records.layout, purpose: "test")
      try store.records.fold()
      _ = consume lock
      let report = try Verification(ObjectStore.open(at: root)).run()
      #expect(report.isSound)
      #expect(report.lost.contains(data.id))
    }
  }
}
