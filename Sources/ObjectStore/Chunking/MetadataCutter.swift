package import Primitives

/// Cuts the entries of a tree object into parts whose edges follow their content.
///
/// A part ends only where an entry ends, so that parts can be compared entry by entry. A changed
/// entry changes the part that holds it and, at worst, the next ones up to an edge that both
/// versions have. `docs/format/chunking.md` §5 is the specification.
package struct MetadataCutter: Sendable {
  /// The size under which a part does not end, except at the end of the tree, in bytes.
  package static let minimum = 1_024

  /// The size that parts have on average when entries are small and random, in bytes.
  package static let average = 4_096

  /// The size that a part of more than one entry never exceeds, in bytes.
  package static let maximum = 16_384

  private let gear: [UInt64]

  /// Uses the same table as the chunker of the same seed.
  package init(seed: Chunker.Seed = .standard) {
    gear = GearTable(seed: seed).words
  }

  /// Whether `entry` must begin a new part.
  ///
  /// - Parameters:
  ///   - entry: The encoded entry, in full.
  ///   - partSize: The size of the part so far, without `entry`, in bytes.
  /// - Returns: `true` when the part would become larger than ``maximum``.
  package func begins(before entry: Span<UInt8>, partSize: Int) -> Bool {
    partSize > 0 && partSize + entry.count > Self.maximum
  }

  /// Whether the part ends after `entry`.
  ///
  /// - Parameters:
  ///   - entry: The encoded entry, in full.
  ///   - partSize: The size of the part with `entry`, in bytes.
  /// - Returns: `true` when the next entry begins a new part.
  package func ends(after entry: Span<UInt8>, partSize: Int) -> Bool {
    guard partSize >= Self.minimum else { return false }
    guard partSize < Self.maximum else { return true }
    let gear = gear.span
    var fingerprint: UInt64 = 0
    for index in max(0, entry.count - Chunker.window)..<entry.count {
      fingerprint = fingerprint << 1 &+ gear[Int(entry[index])]
    }
    // An entry of n bytes ends a part with probability n / 3,072: the sizes of parts do not
    // depend on those of entries.
    let chance = UInt64(entry.count) << 32 / UInt64(Self.average - Self.minimum)
    return fingerprint >> 32 < chance
  }
}

/// Cuts the entries of a recipe into nodes whose edges follow the names of its parts.
///
/// `docs/format/chunking.md` §6 is the specification.
package enum RecipeCutter {
  /// The number of entries under which a node does not end, except at the end of its level.
  package static let minimumEntries = 64

  /// The number of entries at which a node always ends.
  package static let maximumEntries = 1_024

  /// Whether a node ends after an entry.
  ///
  /// - Parameters:
  ///   - id: The name of the part that the entry stands for.
  ///   - entryCount: How many entries the node has with this one.
  /// - Returns: `true` when the next entry begins a new node.
  package static func ends(after id: ObjectID, entryCount: Int) -> Bool {
    guard entryCount >= minimumEntries else { return false }
    // One name in 256 ends in a zero byte, so nodes have 64 + 256 entries on average.
    return entryCount >= maximumEntries || id.words.3 & 0xff == 0
  }
}
