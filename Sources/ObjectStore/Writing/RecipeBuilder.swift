internal import Primitives

/// Groups the parts of one content into nodes while they arrive, in order.
///
/// Nodes are stored as soon as they are full, so a content of any size needs memory for one node
/// of each level only.
struct RecipeBuilder {
  /// The parts of the node that is open at each level, lowest first.
  private var levels: [[Recipe.Part]] = [[]]

  /// Adds the next part of the content.
  ///
  /// - Parameters:
  ///   - part: A chunk that is stored already.
  ///   - encoder: Stores the nodes that become full.
  /// - Throws: ``StoreError`` when the disk refuses.
  mutating func append(
    _ part: Recipe.Part, with encoder: inout RecordEncoder
  ) throws(StoreError) {
    try append(part, level: 0, with: &encoder)
  }

  /// Ends the content.
  ///
  /// - Parameters:
  ///   - states: The hash states of the whole content.
  ///   - encoder: Stores the nodes that are left, all but the root.
  /// - Returns: The root node, yet to be stored under the content's oid, or `nil` when one part is
  ///   the whole content.
  /// - Throws: ``StoreError`` when the disk refuses.
  /// - Precondition: There was at least one part.
  mutating func finish(
    states: [SHA256State], with encoder: inout RecordEncoder
  ) throws(StoreError) -> Recipe? {
    // A level exists above another only if the lower one was full before its last part: so the
    // topmost level always ends with two parts or more, and its node is the root.
    var level = 0
    while level < levels.count - 1 {
      try close(level, with: &encoder)
      level += 1
    }
    if level == 0, levels[0].count == 1 { return nil }
    return Recipe(level: level, parts: levels[level], states: states)
  }

  private mutating func append(
    _ part: Recipe.Part, level: Int, with encoder: inout RecordEncoder
  ) throws(StoreError) {
    if level == levels.count { levels.append([]) }
    // A node is closed only when another part follows: the last one may be the root.
    if let last = levels[level].last,
      RecipeCutter.ends(after: last.id, entryCount: levels[level].count)
    {
      try close(level, with: &encoder)
    }
    levels[level].append(part)
  }

  private mutating func close(
    _ level: Int, with encoder: inout RecordEncoder
  ) throws(StoreError) {
    let node = Recipe(level: level, parts: levels[level])
    levels[level].removeAll(keepingCapacity: true)
    try append(try encoder.put(node), level: level + 1, with: &encoder)
  }
}
