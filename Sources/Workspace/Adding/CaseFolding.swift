internal import Primitives

/// Names that file systems which do not tell cases apart take for one.
enum CaseFolding {
  /// The groups of different names that fold to the same.
  static func collisions(in names: [ByteString]) -> [[ByteString]] {
    // Nearly all names are their own folding, and only others can collide with them.
    guard names.contains(where: { !isFolded($0) }) else { return [] }
    var groups: [ByteString: Set<ByteString>] = [:]
    for name in names { groups[folded(name), default: []].insert(name) }
    return groups.values.filter { $0.count > 1 }.map { $0.sorted() }
      .sorted { $0[0] < $1[0] }
  }

  private static func isFolded(_ name: ByteString) -> Bool {
    name.bytes.allSatisfy { $0 < 0x80 && !(0x41...0x5A).contains($0) }
  }

  private static func folded(_ name: ByteString) -> ByteString {
    if let text = name.text { return ByteString(text.lowercased()) }
    return ByteString(name.bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 })
  }
}
