internal import Platform
internal import Primitives
internal import Synchronization

/// Puts every content of several parts together, and compares the hash of the whole with its oid.
///
/// Contents are taken side by side; one that carries hash states is taken by all cores, segment by
/// segment (`docs/format/recipe.md` §3).
struct RecipeCheck: Sendable {
  private let verification: Verification
  private let content: ContentCheck

  init(_ verification: Verification) {
    self.verification = verification
    // The bytes of packs are what is counted.
    content = ContentCheck(records: verification.records, progress: nil)
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
      try judge(id, isTree: isTree) { () throws(StoreError) in
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
        try content.check(layout, with: &loader)
      }
    }
    for layout in large.withLock({ $0 }) {
      try judge(layout.id, isTree: false) { () throws(StoreError) in
        try content.checkSegments(of: layout)
      }
    }
  }

  /// Runs the check of one content, and notes how it ends.
  private func judge(
    _ id: ObjectID, isTree: Bool, _ check: () throws(StoreError) -> Void
  ) throws(StoreError) {
    do throws(StoreError) {
      try check()
    } catch {
      switch error {
      case .missing:
        // Presence of a recipe never stands for its parts: this is no damage by itself.
        verification.findings.report.withLock { report in
          report.incomplete += 1
          report.incompleteRecipes[id] = isTree
        }
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
    let bytes = try content.treeContent(layout, with: &loader)
    do {
      _ = try Tree(decoding: bytes)
    } catch {
      throw .invalidTree(layout.id, error)
    }
  }
}
