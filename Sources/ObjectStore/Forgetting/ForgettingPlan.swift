package import Primitives

/// What forgetting some contents takes away from one store.
package struct ForgettingPlan: Sendable {
  /// Bytes of a forgotten content that stay, because another content has the same.
  package struct Shared: Hashable, Sendable {
    /// The record: a chunk, or a whole file.
    package let id: ObjectID

    /// How many bytes of content it holds.
    package let length: ByteCount

    /// The first contents and directories that need it: none where it is named by itself.
    package let holders: [ObjectID]
  }

  /// The contents of which the store has anything.
  package internal(set) var present: Set<ObjectID> = []

  /// Records that hold bytes of the contents and that nothing else needs.
  var contents: Set<ObjectID> = []

  /// The lists of chunks that nothing else needs.
  var nodes: Set<ObjectID> = []

  /// What stays, and why: by oid.
  package internal(set) var shared: [Shared] = []

  /// What the records take in packs, copies and packs in trash included.
  package internal(set) var storedBytes = ByteCount.zero

  /// Contents whose list of chunks is damaged, so that nobody can say which chunks are theirs.
  package internal(set) var unreadable: Set<ObjectID> = []

  /// How many records are taken away.
  package var records: Int { contents.count + nodes.count }

  /// How many holders of one record are told.
  static let holderLimit = 16

  /// The contents that can still be read afterwards, because other contents need all of them.
  package func stays(_ id: ObjectID) -> Bool {
    present.contains(id) && !contents.contains(id) && !nodes.contains(id)
  }
}

/// Finds out what forgetting takes away from a store, and what has to stay.
///
/// Every directory of every pack is read, and every list of chunks and directory once; no data.
struct ForgettingSearch: ~Copyable {
  private let records: RecordStore
  private let targets: Set<ObjectID>
  private let named: Set<ObjectID>
  private let progress: ProgressCounter?
  private var probe = RecordProbe()
  private var plan = ForgettingPlan()

  /// The lists of chunks of the targets, in every copy that there is.
  private var recipes: [RecordEntry] = []

  /// Lists of other contents that were looked at.
  private var visited: Set<ObjectID> = []

  /// What of the targets others need, with the first of them, and the length of its content.
  private var needed: [ObjectID: (length: Int, holders: [ObjectID])] = [:]

  /// The lengths of the records that the targets consist of.
  private var lengths: [ObjectID: Int] = [:]

  /// Prepares a search.
  ///
  /// - Parameters:
  ///   - targets: Contents of files.
  ///   - named: Contents that somebody names by themselves; those that are no target stay.
  init(
    _ records: RecordStore, for targets: Set<ObjectID>, named: Set<ObjectID>,
    progress: ProgressCounter?
  ) {
    self.records = records
    self.targets = targets
    self.named = named
    self.progress = progress
  }

  /// Looks through the store.
  ///
  /// - Throws: ``StoreError`` when it cannot be read: nobody then knows what has to stay.
  mutating func run() throws(StoreError) -> ForgettingPlan {
    try records.refresh()
    let packs = try records.presentPacks().sorted()
    let trashed = try records.trashedPacks()
    for pack in packs + trashed {
      for entry in try entries(of: pack) where targets.contains(entry.oid) { note(entry) }
    }
    for entry in recipes { try takeParts(of: entry) }
    if plan.contents.isEmpty, plan.nodes.isEmpty { return plan }
    // What lies in trash only keeps nothing alive.
    for pack in packs {
      for entry in try entries(of: pack) where !targets.contains(entry.oid) { try look(at: entry) }
      progress?.advance(files: 1)
    }
    for id in named where !targets.contains(id) { need(id, by: nil) }
    settle()
    for pack in packs + trashed {
      for entry in try entries(of: pack)
      where plan.contents.contains(entry.oid) || plan.nodes.contains(entry.oid) {
        plan.storedBytes += .bytes(Int(entry.storedLength))
      }
    }
    return plan
  }

  /// The records of a pack; none of one that is gone or cannot be read.
  private func entries(of pack: ObjectID) throws(StoreError) -> [RecordEntry] {
    do {
      return try records.recordsAnywhere(in: pack)
    } catch {
      switch error {
      case .damagedPack, .packVanished: return []
      default: throw error
      }
    }
  }

  // MARK: - The targets

  private mutating func note(_ entry: RecordEntry) {
    plan.present.insert(entry.oid)
    if entry.kind.form == .recipe {
      recipes.append(entry)
    } else {
      plan.contents.insert(entry.oid)
      lengths[entry.oid] = entry.length
    }
  }

  private mutating func takeParts(of entry: RecordEntry) throws(StoreError) {
    plan.nodes.insert(entry.oid)
    guard let root = try node(entry, isRoot: true) else {
      plan.unreadable.insert(entry.oid)
      return
    }
    var waiting = [root]
    while let node = waiting.popLast() {
      for part in node.parts {
        if node.level == 0 {
          plan.contents.insert(part.id)
          lengths[part.id] = part.length
        } else if plan.nodes.insert(part.id).inserted {
          var place = try records.known(part.id)
          if place == nil { place = try records.findInTrash(part.id) }
          guard let place else { continue }
          if let child = try self.node(place, isRoot: false) {
            waiting.append(child)
          } else {
            plan.unreadable.insert(entry.oid)
          }
        }
      }
    }
  }

  /// A node, or `nil` where it is damaged or gone.
  private mutating func node(
    _ entry: RecordEntry, isRoot: Bool
  ) throws(StoreError) -> Recipe? {
    do throws(StoreError) {
      let place = try probe.load(entry, from: records)
      return try Recipe(probe.bytes, standingUnder: place.oid, isRoot: isRoot)
    } catch {
      guard error.isDamage else { throw error }
      return nil
    }
  }

  // MARK: - Everything else

  /// Notes what a record that is no target needs of the targets.
  private mutating func look(at entry: RecordEntry) throws(StoreError) {
    if entry.kind.form == .recipe {
      guard visited.insert(entry.oid).inserted else { return }
      if let root = try node(entry, isRoot: true) { try visit(root, of: entry.oid) }
      if entry.kind.recordClass == .tree {
        let bytes = try? content(of: entry.oid)
        lookInto(tree: bytes, entry.oid)
      }
    } else if entry.kind.recordClass == .tree {
      do throws(StoreError) {
        _ = try probe.load(entry, from: records)
      } catch {
        guard error.isDamage else { throw error }
        return
      }
      let bytes = probe.bytes
      lookInto(tree: bytes, entry.oid)
    }
  }

  private mutating func visit(_ root: Recipe, of holder: ObjectID) throws(StoreError) {
    var waiting = [root]
    while let node = waiting.popLast() {
      for part in node.parts {
        need(part.id, by: holder)
        guard node.level > 0, visited.insert(part.id).inserted,
          let entry = try records.known(part.id)
        else { continue }
        if let child = try self.node(entry, isRoot: false) { waiting.append(child) }
      }
    }
  }

  private mutating func lookInto(tree bytes: [UInt8]?, _ holder: ObjectID) {
    // A part of a long directory is none by itself.
    guard let bytes, bytes.starts(with: Tree.magic), let tree = try? Tree(decoding: bytes) else {
      return
    }
    for entry in tree.entries where !targets.contains(entry.id) { need(entry.id, by: holder) }
  }

  private func content(of id: ObjectID) throws(StoreError) -> [UInt8] {
    var loader = RecordLoader(records: records)
    let layout = try Layout(of: id, with: &loader)
    var bytes: [UInt8] = []
    try layout.forEachChunk(overlapping: 0..<layout.length, with: &loader) {
      _, part, loader throws(StoreError) in bytes += try loader.bytes(of: part.id)
    }
    return bytes
  }

  private mutating func need(_ id: ObjectID, by holder: ObjectID?) {
    guard plan.contents.contains(id) || plan.nodes.contains(id) else { return }
    var use = needed[id] ?? (lengths[id] ?? 0, [])
    if let holder, use.holders.count < ForgettingPlan.holderLimit, !use.holders.contains(holder) {
      use.holders.append(holder)
    }
    needed[id] = use
  }

  /// Leaves what others need.
  private mutating func settle() {
    for (id, use) in needed {
      plan.nodes.remove(id)
      // Lists of chunks hold no byte of the content.
      guard plan.contents.remove(id) != nil else { continue }
      plan.shared.append(
        ForgettingPlan.Shared(id: id, length: .bytes(use.length), holders: use.holders))
    }
    plan.shared.sort { $0.id < $1.id }
  }
}
