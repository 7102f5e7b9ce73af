import Foundation
import ObjectStore
import Platform
import Primitives
import Remotes
import TestSupport
import Testing

/// Whichever call a disk refuses during a transfer: one error, sound stores, and a second run works.
@Suite struct TransferFaultTests {
  private static let files = [
    "a/one": sampleBytes(count: 100, seed: 1), "b/large": sampleBytes(count: 6_000, seed: 2),
    "table": sampleCSV(rows: 40, seed: 3),
  ]

  @Test(arguments: [FaultyDisk.Fault.error, .stop])
  func `whichever call of a push is refused, the remote promises nothing false`(
    fault: FaultyDisk.Fault
  ) throws {
    let calls = try FaultyDisk.forEachCall(fault) { disk in
      try TemporaryDirectory.with { url in
        let setup = try TransferSetup(url)
        let root = try setup.remoteStore().store.root
        let earlier = try setup.track(["e": sampleBytes(count: 900, seed: 4)], as: "earlier")
        _ = try Push([setup.commit("e", earlier)], from: setup.local, to: setup.remoteStore())
          .run()
        let data = try setup.track(Self.files)
        let push = {
          try Push([setup.commit("a", earlier, data)], from: setup.local, to: setup.remoteStore())
            .run()
        }
        let outcome = Result { try disk.run(below: root) { try push() } }
        try Self.check(outcome, disk, fault, below: root)
        let remote = try setup.remoteStore()
        let report = try RemoteVerification(remote).run()
        #expect(report.isSound, "\(String(describing: disk.refused)) \(report)")
        #expect(try remote.hasAll(ofCommit: setup.commit("e").id))
        #expect(try push().isComplete)
        let clone = try setup.clone("clone")
        _ = try Fetch([data, earlier], from: setup.remoteStore(), to: clone).run()
        #expect(try TransferSetup.files(of: data.id, in: clone) == Self.files)
        #expect(try RemoteVerification(setup.remoteStore()).run().isSound)
      }
    }
    #expect(calls > 40)
  }

  @Test(arguments: FaultyDisk.Fault.allCases)
  func `whichever call of a fetch is refused, the next one goes on`(
    fault: FaultyDisk.Fault
  ) throws {
    let calls = try FaultyDisk.forEachCall(fault) { disk in
      try TemporaryDirectory.with { url in
        let setup = try TransferSetup(url)
        let data = try setup.track(Self.files)
        _ = try Push([setup.commit("a", data)], from: setup.local, to: setup.remoteStore()).run()
        let clone = try setup.clone("clone")
        let fetch = { try Fetch([data], from: setup.remoteStore(), to: clone).run() }
        let outcome = Result { try disk.run(below: clone.root) { try fetch() } }
        try Self.check(outcome, disk, fault, below: clone.root)
        let report = try Verification(ObjectStore.open(at: clone.root)).run()
        #expect(report.isSound, "\(report.damage)")
        #expect(try fetch().isComplete)
        #expect(try TransferSetup.files(of: data.id, in: clone) == Self.files)
      }
    }
    #expect(calls > 15)
  }

  /// Whether a transfer told what was refused, and left nothing behind that it could have cleared.
  private static func check(
    _ outcome: Result<TransferReport, any Error>, _ disk: FaultyDisk, _ fault: FaultyDisk.Fault,
    below root: FilePath
  ) throws {
    guard let refused = disk.refused else { return }
    // A lease that cannot be removed, and small packs that cannot be folded, harm nobody.
    if case .failure(let error) = outcome {
      switch try #require(error as? RemoteError) {
      case .full(_, let reason): #expect(reason.isNoSpace)
      case .vanished(_, let reason?), .file(let reason):
        #expect(reason.isNoSpace || reason.code == EIO)
      case let other: Issue.record(other)
      }
    } else {
      #expect(fault == .full || refused.operation == .remove || refused.operation == .create)
    }
    guard fault != .stop, refused.operation != .remove else { return }
    let names = FileManager.default.enumerator(atPath: "\(root)")?.compactMap { $0 as? String }
    let left = (names ?? []).filter {
      $0.contains(".shale-tmp-") || $0.hasPrefix("roots/leases/")
    }
    #expect(left == [], "\(refused)")
  }
}
