package import Primitives

/// How often a walk over all paths meets the same directories again.
///
/// A tree of a few kilobytes can name one directory twice, that one another one twice, and so on:
/// sixty levels of it are more paths than any disk holds. Walks by oid take each directory once;
/// those by path count here, and end (`docs/format/tree.md` §2).
package struct TreeExpansion: Sendable {
  /// So many names may repeat in any tree.
  private static let allowance = 100_000

  /// Beyond that, so many for each name in a directory that is met for the first time.
  private static let factor = 1_000

  /// How many directories may lie within each other: walks that call themselves must end before
  /// their stack does.
  package static let depthLimit = 200

  private var met: Set<ObjectID> = []
  private var distinct = 0
  private var repeated = 0

  package init() {}

  /// Counts a directory with its names.
  ///
  /// - Parameters:
  ///   - id: Its oid.
  ///   - tree: Its names.
  ///   - path: Where it lies, counted from anywhere.
  /// - Throws: ``StoreError/invalidTree(_:_:)`` when it repeats beyond any use, or lies too deep.
  package mutating func count(
    _ id: ObjectID, _ tree: Tree, at path: ByteString
  ) throws(StoreError) {
    let depth = path.bytes.count { $0 == UInt8(ascii: "/") }
    if depth >= Self.depthLimit { throw .invalidTree(id, .tooDeep) }
    let names = tree.entries.count + 1
    if met.insert(id).inserted {
      distinct += names
      return
    }
    repeated += names
    if repeated > Self.allowance, repeated / Self.factor > distinct {
      throw .invalidTree(id, .repeated)
    }
  }
}
