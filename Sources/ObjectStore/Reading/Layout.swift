internal import Platform
internal import Primitives

/// Which chunks make up a content, found node by node.
///
/// Only one node of each level is in memory at a time, so that a content of any size can be gone
/// through in bounded memory, from any offset.
struct Layout: Sendable {
  /// The content as a whole.
  let id: ObjectID

  /// The length of the content, in bytes.
  let length: Int

  /// The root node, or `nil` when the content is one record.
  let root: Recipe?

  /// What a proof that the root node yields the content is kept under.
  let proof: Proof?

  /// The record that is the whole content, or `nil` when there is a root node.
  ///
  /// The loader that the layout was made with holds it until its next load.
  let record: RecordEntry?

  /// Looks an object up.
  ///
  /// - Throws: ``StoreError/missing(_:)`` or the flaw of its root node.
  init(of id: ObjectID, with loader: inout RecordLoader) throws(StoreError) {
    self.id = id
    let entry = try loader.load(id)
    if entry.kind.form == .recipe {
      let bytes = try loader.withContent(of: entry) { Array(copying: $0) }
      let root = try Recipe(bytes, standingUnder: id, isRoot: true)
      (length, self.root, record) = (root.length, root, nil)
      proof = Proof(root: bytes.span, id)
    } else {
      (length, root, record, proof) = (entry.length, nil, entry, nil)
    }
  }

  /// Consecutive ranges that cover the content, each of `size` bytes but the last.
  func ranges(of size: Int) -> [Range<Int>] {
    stride(from: 0, to: length, by: size).map { $0..<min($0 + size, length) }
  }

  /// Calls `body` with each chunk that overlaps a range of the content, in order.
  ///
  /// - Parameters:
  ///   - range: Offsets in the content, in bytes.
  ///   - loader: Loads inner nodes, and is handed on to `body`.
  ///   - body: Called with the offset of the chunk in the content, and the chunk.
  /// - Throws: What `body` throws, or the flaw of a node.
  func forEachChunk(
    overlapping range: Range<Int>, with loader: inout RecordLoader,
    _ body: (_ offset: Int, Recipe.Part, inout RecordLoader) throws(StoreError) -> Void
  ) throws(StoreError) {
    if let root {
      try visit(root, at: 0, overlapping: range, with: &loader, body)
    } else {
      try body(0, Recipe.Part(id: id, length: length), &loader)
    }
  }

  /// Calls `body` with each chunk of the content, with those of a node that repeats only once.
  func forEachDifferentChunk(
    with loader: inout RecordLoader, _ body: (Recipe.Part) throws(StoreError) -> Void
  ) throws(StoreError) {
    guard let root else { return try body(Recipe.Part(id: id, length: length)) }
    try visitDifferent(below: root, with: &loader, body)
  }

  /// Calls `body` as ``forEachDifferentChunk(with:_:)`` does, from several threads at once; what two
  /// branches of the root have in common is then met twice.
  func forEachDifferentChunk(
    with loaders: LoaderPool, _ body: @Sendable (Recipe.Part) throws(StoreError) -> Void
  ) throws(StoreError) {
    guard let root, root.level > 0 else {
      return try loaders.withLoader { loader throws(StoreError) in
        try forEachDifferentChunk(with: &loader, body)
      }
    }
    let branches = Array(Set(root.parts.map { RecipeNodeUse(part: $0, level: root.level) }))
    try Threads.forEach(branches.count) { number throws(StoreError) in
      try loaders.withLoader { loader throws(StoreError) in
        let node = try child(branches[number].part, of: root, with: &loader)
        try visitDifferent(below: node, with: &loader, body)
      }
    }
  }

  private func visitDifferent(
    below node: Recipe, with loader: inout RecordLoader,
    _ body: (Recipe.Part) throws(StoreError) -> Void
  ) throws(StoreError) {
    var waiting = [node]
    var nodes: Set<RecipeNodeUse> = []
    while let node = waiting.popLast() {
      for part in node.parts {
        if node.level == 0 {
          try body(part)
        } else if nodes.insert(RecipeNodeUse(part: part, level: node.level)).inserted {
          waiting.append(try child(part, of: node, with: &loader))
        }
      }
    }
  }

  /// The node of the level below that a part stands for.
  private func child(
    _ part: Recipe.Part, of node: Recipe, with loader: inout RecordLoader
  ) throws(StoreError) -> Recipe {
    let child = try Recipe(loader.bytes(of: part.id), standingUnder: part.id, isRoot: false)
    guard child.level == node.level - 1 else { throw .invalidRecipe(id, .badLevel) }
    guard child.length == part.length else { throw .invalidRecipe(id, .badLength) }
    return child
  }

  private func visit(
    _ node: Recipe, at start: Int, overlapping range: Range<Int>,
    with loader: inout RecordLoader,
    _ body: (_ offset: Int, Recipe.Part, inout RecordLoader) throws(StoreError) -> Void
  ) throws(StoreError) {
    var offset = start
    for part in node.parts {
      defer { offset += part.length }
      if offset >= range.upperBound { return }
      if offset + part.length <= range.lowerBound { continue }
      if node.level == 0 {
        try body(offset, part, &loader)
      } else {
        let child = try child(part, of: node, with: &loader)
        try visit(child, at: offset, overlapping: range, with: &loader, body)
      }
    }
  }
}

extension Recipe {
  /// Reads a node that stands in a store.
  ///
  /// - Throws: ``StoreError/invalidRecipe(_:_:)``.
  init(_ bytes: [UInt8], standingUnder id: ObjectID, isRoot: Bool) throws(StoreError) {
    do {
      try self.init(decoding: bytes, isRoot: isRoot)
    } catch {
      throw .invalidRecipe(id, error)
    }
  }
}

extension [UInt8] {
  /// A copy of bytes that lie elsewhere.
  init(copying bytes: Span<UInt8>) {
    self = unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) }
  }
}
