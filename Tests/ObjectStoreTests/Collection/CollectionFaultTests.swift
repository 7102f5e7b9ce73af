import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import ObjectStore

/// Whichever call of a collection the disk refuses: nothing live is lost, and the next one goes on.
@Suite struct CollectionFaultTests {
  @Test(arguments: FaultyDisk.Fault.allCases)
  func `whichever call of a collection is refused, nothing live is lost`(
    fault: FaultyDisk.Fault
  ) throws {
    let calls = try FaultyDisk.forEachCall(fault) { disk in
      try TemporaryDirectory.with { url in
        let scene = try CollectionScene(url)
        try scene.add(0..<12)
        let back = try scene.add(30..<33)
        let late = try scene.add(40..<43)
        let kept = try scene.add(0..<4)
        // So that something is due, and something comes back.
        try scene.add(20..<23)
        try scene.collect([kept, late])
        try scene.add(50..<53)
        let outcome = Result {
          try disk.run(below: scene.root) {
            let roots = try CollectionScene.roots([kept, back])
            var collector = try scene.open().collector(options: CollectionScene.options)
            let plan = try collector.plan(collector.mark(roots))
            _ = try collector.carryOut(plan)
            _ = try collector.restore(reachedBy: CollectionScene.roots([kept, back, late]))
            _ = try collector.emptyTrash(plan)
          }
        }
        if case .failure(let error) = outcome {
          guard case .file = error as? StoreError else { throw error }
        }
        for (id, files) in [(kept, 0..<4), (back, 30..<33), (late, 40..<43)] {
          try scene.expect(id, files)
        }
        try scene.expectSound()
        try scene.collect([kept, back, late])
        try scene.collect([kept, back, late])
        for (id, files) in [(kept, 0..<4), (back, 30..<33), (late, 40..<43)] {
          try scene.expect(id, files)
        }
        try scene.expectSound()
        #expect(try scene.isGone(50))
      }
    }
    #expect(calls > 50)
  }

  @Test(arguments: FaultyDisk.Fault.allCases)
  func `whichever call of an erasure is refused, the rest is there and it can be done again`(
    fault: FaultyDisk.Fault
  ) throws {
    let calls = try FaultyDisk.forEachCall(fault) { disk in
      try TemporaryDirectory.with { url in
        let scene = try CollectionScene(url)
        let kept = try scene.add(0..<4)
        try scene.add(20..<23)
        try scene.collect([kept])
        let ids = Set([0, 20].map { SHA256.id(of: CollectionScene.content($0).span) })
        let erase = {
          var collector = try scene.open().collector(.forgetting)
          _ = try collector.erase(ids)
        }
        do {
          try disk.run(below: scene.root, erase)
        } catch let error as StoreError {
          guard case .file = error else { throw error }
        }
        try scene.expect(kept, 1..<4)
        try erase()
        try scene.expect(kept, 1..<4)
        for id in ids { #expect(try scene.open().records.find(id) == nil) }
        #expect(
          try scene.open().records.find(SHA256.id(of: CollectionScene.content(21).span)) != nil)
      }
    }
    #expect(calls > 30)
  }
}
