internal import Platform
internal import Primitives
internal import Synchronization

/// Puts every content of several parts together, and compares the hash of the whole with its oid.
///
/// Contents are taken side by side; one that carries hash states is taken by all cores, segment by
/// segment (`docs/format/recipe.md` §3).
struct RecipeCheck: Sendable {
  private let verification: Verification

  init(_ verification: Verification) {
    self.verification = verification
  }

  private var records: RecordStore { verification.records }

  /// How much is hashed in any store, in bytes, and how much more for each byte that it holds.
  ///
  /// A recipe of a few kilobytes can stand for more than anybody can hash.
  private static let allowance = 1 << 40
  private static let factor = 1_000

  /// Looks at every recipe that the packs have shown.
  ///
  /// - Throws: ``StoreError`` when the store as a whole cannot be read.
  func run() throws(StoreError) {
    let recipes = verification.findings.recipes.withLock { $0 }.sorted { $0.key < $1.key }
    let large = Mutex<[Layout]>([])
    let stored = verification.findings.report.withLock { $0.bytes.bytes }
    let limit = Self.allowance + min(stored, Int.max >> 12) * Self.factor
    let room = Mutex(limit)
    try Threads.forEach(recipes.count) { index throws(StoreError) in
      let (id, isTree) = recipes[index]
      try judge(id) { () throws(StoreError) in
        var loader = RecordLoader(records: records)
        let layout = try Layout(of: id, with: &loader)
        if isTree { return try checkTree(layout, with: &loader) }
        let isTooLarge = room.withLock { room in
          if room < layout.length { return true }
          room -= layout.length
          return false
        }
        if isTooLarge { throw .tooLarge(id, size: .bytes(layout.length), limit: .bytes(limit)) }
        guard layout.root?.states.isEmpty != false else {
          return large.withLock { $0.append(layout) }
        }
        let hash = try hash(layout, 0..<layout.length, from: SHA256(), with: &loader)
        let found = hash.finalize()
        guard found == id else { throw .corrupt(id, found: found) }
      }
    }
    for layout in large.withLock({ $0 }) {
      try judge(layout.id) { () throws(StoreError) in try checkSegments(of: layout) }
    }
  }

  /// Runs the check of one content, and notes how it ends.
  private func judge(
    _ id: ObjectID, _ check: () throws(StoreError) -> Void
  ) throws(StoreError) {
    do throws(StoreError) {
      try check()
    } catch {
      switch error {
      case .missing:
        // Presence of a recipe never stands for its parts: this is no damage by itself.
        verification.findings.report.withLock { $0.incomplete += 1 }
        return
      case .invalidTree(_, let flaw):
        verification.findings.add(.tree(id, flaw))
      default:
        guard Verification.isLocal(error) else { throw error }
        verification.findings.add(.recipe(id, error))
      }
    }
    verification.findings.report.withLock { $0.recipes += 1 }
  }

  private func checkTree(
    _ layout: Layout, with loader: inout RecordLoader
  ) throws(StoreError) {
    let limit = ByteCount.gibibytes(1)
    guard layout.length <= limit.bytes else {
      throw .tooLarge(layout.id, size: .bytes(layout.length), limit: limit)
    }
    var content: [UInt8] = []
    content.reserveCapacity(layout.length)
    try layout.forEachChunk(overlapping: 0..<layout.length, with: &loader) {
      _, part, loader throws(StoreError) in
      try requirePresent(part)
      content += try loader.bytes(of: part.id)
    }
    let found = SHA256.id(of: content.span)
    guard found == layout.id else { throw .corrupt(layout.id, found: found) }
    do {
      _ = try Tree(decoding: content)
    } catch {
      throw .invalidTree(layout.id, error)
    }
  }

  /// Ends a check at the first part that is missing, without listing the store anew for each.
  private func requirePresent(_ part: Recipe.Part) throws(StoreError) {
    guard try records.known(part.id) != nil else { throw .missing(part.id) }
  }

  private func checkSegments(of layout: Layout) throws(StoreError) {
    let states = layout.root?.states ?? []
    let ranges = layout.ranges(of: Recipe.segmentSize)
    try Threads.forEach(ranges.count) { index throws(StoreError) in
      var loader = RecordLoader(records: records)
      let start =
        index == 0
        ? SHA256() : SHA256(resuming: states[index - 1], byteCount: ranges[index].lowerBound)
      let hash = try hash(layout, ranges[index], from: start, with: &loader)
      if index == ranges.count - 1 {
        let found = hash.finalize()
        guard found == layout.id else { throw .corrupt(layout.id, found: found) }
      } else if hash.state != states[index] {
        throw .invalidRecipe(layout.id, .badState)
      }
    }
  }

  /// Hashes a range of a content.
  private func hash(
    _ layout: Layout, _ range: Range<Int>, from start: SHA256, with loader: inout RecordLoader
  ) throws(StoreError) -> SHA256 {
    var hash = start
    try layout.forEachChunk(overlapping: range, with: &loader) {
      offset, part, loader throws(StoreError) in
      try requirePresent(part)
      // The whole is hashed here, and each chunk was before.
      let entry = try loader.load(part.id, verifying: false)
      guard entry.length == part.length else { throw .invalidRecipe(layout.id, .badLength) }
      let overlap = range.clamped(to: offset..<offset + part.length)
      try loader.withContent(of: entry) { bytes throws(StoreError) in
        hash.update(bytes.extracting(overlap.lowerBound - offset..<overlap.upperBound - offset))
      }
    }
    return hash
  }
}
