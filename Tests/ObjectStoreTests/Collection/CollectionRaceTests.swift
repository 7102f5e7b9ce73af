import Foundation
import Platform
import Primitives
import Synchronization
import TestSupport
import Testing

@testable import ObjectStore

/// Writers that add and drop roots, readers, folding and collecting, all at once and without a grace.
@Suite(.temporaryDirectory) struct CollectionRaceTests {
  /// The roots that everybody sees, as a shared directory would hold them.
  private final class Roots: Sendable {
    struct State {
      /// What has a root, and the first number of its files.
      var written: [ObjectID: Int] = [:]

      /// Those whose writers were told that all is well.
      var content: Set<ObjectID> = []
    }

    let state = Mutex(State())
    let counts = Mutex<[String: Int]>([:])
    let rounds = Atomic(0)
    let isOver = Atomic(false)

    var all: [ObjectID] { state.withLock { Array($0.written.keys) } }
  }

  private static let files = 6
  private static let threads = 6

  /// Few kinds of directories, so that writers find most of it in the store already.
  private static let kinds = 12

  private let scene: CollectionScene
  private let roots = Roots()

  init() throws { scene = try CollectionScene() }

  private func count(_ what: String, _ number: Int = 1) {
    roots.counts.withLock { $0[what, default: 0] += number }
  }

  private func open() throws -> ObjectStore {
    var options = RecordStore.Options()
    options.cachedPages = 16
    options.packLimits.records = 30
    options.fold.packCount = 6
    options.fold.indexCount = 3
    options.writers = 1
    return ObjectStore(
      records: try RecordStore.open(at: scene.root, options: options), proofs: nil)
  }

  /// One attempt of a writer: its lease, its records, its root, and the look at its end.
  ///
  /// - Returns: Whether it was content.
  private func write(_ first: Int) throws -> Bool {
    let writer = try open().writer()
    let id = try scene.put(first..<first + Self.files, with: writer)
    try writer.synchronize()
    roots.state.withLock { $0.written[id] = first }
    do {
      try writer.finish(durably: true)
    } catch {
      guard case .packVanished = error else { throw error }
      count("started over")
      return false
    }
    roots.state.withLock { state in
      // Another writer of the same may have dropped the root meanwhile.
      if state.written[id] != nil { state.content.insert(id) }
    }
    count("written")
    return true
  }

  /// Writes until that is well, and drops a root every second time.
  private func write(_ random: inout SystemRandomNumberGenerator) throws {
    let first = Int.random(in: 0..<Self.kinds, using: &random) * Self.files / 2
    var attempts = 0
    while try !write(first), attempts < 20 { attempts += 1 }
    let drop = Bool.random(using: &random)
    let chosen = roots.state.withLock { $0.content.randomElement(using: &random) }
    guard drop, let chosen else { return }
    roots.state.withLock { state in
      state.content.remove(chosen)
      state.written[chosen] = nil
    }
  }

  private func read(_ random: inout SystemRandomNumberGenerator) throws {
    let chosen = roots.state.withLock { state in
      state.content.randomElement(using: &random).map { ($0, state.written[$0] ?? 0) }
    }
    guard let (id, first) = chosen else { return }
    do {
      let store = try open()
      let tree = try store.tree(id)
      for number in first..<first + Self.files {
        let entry = try #require(tree[ByteString("file\(number)")])
        let bytes = try store.contents(of: entry.id, limit: .mebibytes(1))
        #expect(bytes == CollectionScene.content(number))
      }
      count("read")
    } catch {
      // What was dropped meanwhile may go.
      if roots.state.withLock({ $0.content.contains(id) }) { throw error }
    }
  }

  private func collect() throws {
    do {
      try collectOnce()
      count("collections")
    } catch StoreError.locked {
      count("locked")
    }
  }

  private func collectOnce() throws {
    var collector = try open().collector(options: CollectionScene.options)
    let marked = try collector.mark(CollectionScene.roots(roots.all))
    let plan = try collector.plan(marked)
    let collected = try collector.carryOut(plan)
    let back = try collector.restore(reachedBy: CollectionScene.roots(roots.all))
    let freed = try collector.emptyTrash(plan)
    count("trashed", collected.trashed.count)
    count("repacked", collected.repacked.count)
    count("restored", collected.restored.count + back.count)
    count("unlinked", plan.due.count)
    count("bytes freed", freed.bytes)
  }

  @Test(.timeLimit(.minutes(15)))
  func `whatever writers, readers and collectors do at once, what has a root is there`() throws {
    let failure = Mutex<(any Error)?>(nil)
    Threads.run(Self.threads) { thread in
      var random = SystemRandomNumberGenerator()
      do {
        while !roots.isOver.load(ordering: .relaxed) {
          switch thread {
          case 0: try collect()
          case 1: try read(&random)
          default:
            try write(&random)
            if roots.rounds.wrappingAdd(1, ordering: .relaxed).newValue >= 240 {
              roots.isOver.store(true, ordering: .relaxed)
            }
          }
        }
      } catch {
        failure.withLock { $0 = $0 ?? error }
        roots.isOver.store(true, ordering: .relaxed)
      }
    }
    if let error = failure.withLock({ $0 }) { throw error }
    let counts = roots.counts.withLock { $0 }
    print("races: \(counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" })")
    #expect(counts["collections", default: 0] > 5 && counts["unlinked", default: 0] > 0)
    let kept = roots.state.withLock { $0.written }
    for _ in 0..<2 {
      for (id, first) in kept { try scene.expect(id, first..<first + Self.files) }
      // Of what no root leads to a recipe may still be there, and its parts not any more.
      #expect(try Verification(scene.open()).run().damage == [])
      try scene.collect(Array(kept.keys))
    }
    for (id, first) in kept { try scene.expect(id, first..<first + Self.files) }
  }
}
