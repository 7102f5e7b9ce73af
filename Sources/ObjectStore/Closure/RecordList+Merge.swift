internal import Primitives

extension RecordList {
  /// Calls `body` for each record that any list names, in the order in which they lie.
  ///
  /// Needs memory for a few records of each list.
  ///
  /// - Parameters:
  ///   - lists: Lists of records of one store.
  ///   - body: Called with a record, and the numbers of the lists that name it, in no order.
  /// - Throws: ``StoreError/file(_:)`` when a temporary file cannot be read.
  static func merge(
    _ lists: [RecordList], _ body: (_ record: RecordEntry, _ holders: [Int]) -> Void
  ) throws(StoreError) {
    var merge = try RecordMerge(lists)
    var holders: [Int] = []
    while let record = merge.current {
      holders.removeAll(keepingCapacity: true)
      while let other = merge.current, other.place == record.place {
        holders.append(other.list)
        try merge.advance()
      }
      body(record.entry, holders)
    }
  }
}

/// Several lists as one: a heap of those that have more, the one whose record comes first on top.
private struct RecordMerge {
  /// A record, and the list that it is of.
  struct Item {
    let entry: RecordEntry
    let place: Place
    let list: Int
  }

  /// Where a record lies, in the order of ``RecordList``.
  struct Place: Hashable, Comparable {
    let isMetadata: Bool
    let pack: UInt32
    let offset: UInt32

    init(_ entry: RecordEntry) {
      isMetadata = entry.kind.recordClass != .data
      (pack, offset) = (entry.pack.value, entry.offset)
    }

    static func < (left: Self, right: Self) -> Bool {
      if left.isMetadata != right.isMetadata { return right.isMetadata }
      return (left.pack, left.offset) < (right.pack, right.offset)
    }
  }

  /// How many records of all lists together are held at least.
  private static let buffered = 1 << 16

  private let lists: [RecordList]
  private let batch: Int
  private var buffers: [ArraySlice<RecordEntry>]
  private var positions: [Int]
  private var heap: [Item] = []

  /// The record that comes next, of one of the lists that name it.
  var current: Item? { heap.first }

  init(_ lists: [RecordList]) throws(StoreError) {
    self.lists = lists
    batch = max(16, Self.buffered / max(lists.count, 1))
    buffers = lists.map { _ in [] }
    positions = lists.map { _ in 0 }
    for list in lists.indices {
      guard let item = try next(of: list) else { continue }
      heap.append(item)
      rise()
    }
  }

  /// Goes on in the list of ``current``.
  mutating func advance() throws(StoreError) {
    if let item = try next(of: heap[0].list) {
      heap[0] = item
    } else {
      heap[0] = heap[heap.count - 1]
      heap.removeLast()
    }
    sink()
  }

  private mutating func next(of list: Int) throws(StoreError) -> Item? {
    while buffers[list].isEmpty {
      guard positions[list] < lists[list].count else { return nil }
      buffers[list] = try lists[list].batch(from: positions[list], limit: batch)[...]
      positions[list] += batch
    }
    return buffers[list].popFirst().map { Item(entry: $0, place: Place($0), list: list) }
  }

  /// Puts the last one in its place.
  private mutating func rise() {
    var index = heap.count - 1
    while index > 0, heap[index].place < heap[(index - 1) / 2].place {
      heap.swapAt(index, (index - 1) / 2)
      index = (index - 1) / 2
    }
  }

  /// Puts the first one in its place.
  private mutating func sink() {
    var index = 0
    while true {
      var least = index
      for child in 2 * index + 1..<2 * index + 3 where child < heap.count {
        if heap[child].place < heap[least].place { least = child }
      }
      if least == index { return }
      heap.swapAt(index, least)
      index = least
    }
  }
}
