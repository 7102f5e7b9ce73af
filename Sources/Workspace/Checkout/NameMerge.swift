internal import ObjectStore
internal import Primitives

/// Passes over the names of a target, of the base and of a scan together, in order.
struct NameMerge {
  private let tree: [TreeEntry]
  private var position = 0
  private var known: EntryCursor
  private var found: EntryCursor

  init(_ tree: Tree?, _ known: IndexedDirectory?, _ deviations: EntryList?) {
    self.tree = tree?.entries ?? []
    self.known = known?.cursor ?? EntryCursor([], from: 0, to: 0)
    found = deviations?.cursor ?? EntryCursor([], from: 0, to: 0)
  }

  mutating func next()
    -> (name: ByteString, wanted: TreeEntry?, base: StatEntry?, deviations: [StatEntry])?
  {
    let names = [
      position < tree.count ? tree[position].name : nil, known.peek.map { known.name(of: $0) },
      found.peek.map { found.name(of: $0) },
    ]
    guard let name = names.compactMap({ $0 }).min() else { return nil }
    var wanted: TreeEntry?
    if names[0] == name {
      wanted = tree[position]
      position += 1
    }
    let base = names[1] == name ? known.next() : nil
    var deviations: [StatEntry] = []
    while let entry = found.peek, found.compareName(of: entry, to: name) == 0 {
      deviations.append(entry)
      _ = found.next()
    }
    return (name, wanted, base, deviations)
  }
}
