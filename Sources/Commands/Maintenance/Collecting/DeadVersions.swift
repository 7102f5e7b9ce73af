internal import ObjectStore
internal import Primitives
internal import Terminal

/// Sorts the records that nobody needs into versions of files and directories, each record once.
struct DeadVersions {
  /// What goes, as people know it.
  struct Version: Encodable, Sendable {
    /// Where it lay; for a directory of which no name is known, what is in it.
    let path: String

    /// When it was recorded, or last seen, as far as anybody knows.
    let time: Timestamp?

    /// What became of it, such as `add, replaced by checkout`.
    let history: String?

    /// How many files go that nothing else has.
    let files: Int

    /// Their size as stored.
    let bytes: ByteCount
  }

  private(set) var versions: [Version] = []

  /// Records of which no name is known.
  private(set) var unnamed = 0
  private(set) var unnamedBytes = ByteCount.zero

  /// Records of which another copy stays.
  private(set) var copies = 0
  private(set) var copiesBytes = ByteCount.zero

  /// What is known of a record that goes: little, for there may be millions.
  private struct Dead {
    let bytes: UInt32
    let isTree: Bool
  }

  private var dead: [ObjectID: Dead] = [:]
  private let store: ObjectStore

  /// How many records are named at most: what is beyond is counted.
  private static let limit = 2_000_000

  /// How many directories without a name are told of one by one.
  private static let contentLimit = 1_000

  init(
    _ plan: CollectionPlan, of collector: borrowing Collector, in store: ObjectStore
  ) throws(StoreError) {
    self.store = store
    var dead: [ObjectID: Dead] = [:]
    var (rest, restBytes, copies, copiesBytes) = (0, 0, 0, 0)
    try collector.forEachDeadRecord(in: plan) { found throws(StoreError) in
      let record = found.record
      if found.isCopy || dead[record.oid] != nil {
        copies += 1
        copiesBytes += Int(record.storedLength)
      } else if dead.count < Self.limit {
        dead[record.oid] = Dead(
          bytes: record.storedLength, isTree: record.kind.recordClass == .tree)
      } else {
        rest += 1
        restBytes += Int(record.storedLength)
      }
    }
    self.dead = dead
    (unnamed, unnamedBytes) = (rest, .bytes(restBytes))
    (self.copies, self.copiesBytes) = (copies, .bytes(copiesBytes))
  }

  /// Gives names to as much as possible.
  mutating func sort(by names: ObjectNames?) {
    for name in names?.names ?? [] where dead[name.id] != nil {
      add(name.id, path: name.path, time: name.time, history: name.history)
    }
    nameByContent()
    unnamed += dead.count
    unnamedBytes += .bytes(dead.values.reduce(0) { $0 + Int($1.bytes) })
    dead = [:]
  }

  private mutating func add(_ id: ObjectID, path: String, time: Timestamp?, history: String?) {
    var count = (files: 0, bytes: 0)
    take(id, isTree: dead[id]?.isTree ?? false, &count)
    versions.append(
      Version(
        path: path, time: time, history: history, files: count.files,
        bytes: .bytes(count.bytes)))
  }

  // MARK: - Taking

  /// Takes an object with everything below it that goes.
  private mutating func take(
    _ id: ObjectID, isTree: Bool, _ count: inout (files: Int, bytes: Int)
  ) {
    // Of what stays, or was told of before, all below does and was.
    guard take(record: id, &count) else { return }
    var parts: [ObjectID] = []
    // What cannot be read any more has no name: it is counted with the rest.
    try? store.forEachPart(of: id) { parts.append($0) }
    for part in parts { _ = take(record: part, &count) }
    guard isTree else {
      count.files += 1
      return
    }
    guard let tree = try? store.tree(id) else { return }
    for entry in tree.entries { take(entry.id, isTree: entry.kind == .directory, &count) }
  }

  private mutating func take(
    record id: ObjectID, _ count: inout (files: Int, bytes: Int)
  ) -> Bool {
    guard let record = dead.removeValue(forKey: id) else { return false }
    count.bytes += Int(record.bytes)
    return true
  }

  // MARK: - What no name is known of

  /// Tells of directories by what is in them.
  private mutating func nameByContent() {
    var trees: [ObjectID: Tree] = [:]
    var below: Set<ObjectID> = []
    for (id, record) in dead where record.isTree {
      // A part of a directory is none.
      guard trees.count < Self.contentLimit * 10, let tree = try? store.tree(id) else { continue }
      trees[id] = tree
      for entry in tree.entries where entry.kind == .directory { below.insert(entry.id) }
    }
    let tops = trees.filter { !below.contains($0.key) && !$0.value.entries.isEmpty }
      .map { (id: $0.key, title: Self.title(of: $0.value)) }
      .sorted { ($0.title, $0.id) < ($1.title, $1.id) }
    for top in tops.prefix(Self.contentLimit) {
      add(top.id, path: top.title, time: nil, history: nil)
    }
  }

  private static func title(of tree: Tree) -> String {
    let names = tree.entries.prefix(2).map { "'\($0.name)'" }.joined(separator: ", ")
    let rest = tree.entries.count - 2
    return "a directory with \(names)" + (rest > 0 ? " and \(grouped(rest)) more" : "")
  }
}
