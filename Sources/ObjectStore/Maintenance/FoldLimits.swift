/// When small packs and indexes are folded, and how much of that one command does.
struct FoldLimits: Hashable, Sendable {
  /// A pack below this size is small, in bytes.
  var smallPack = 8 << 20

  /// A pack with so many records is not small, whatever its size.
  var smallPackRecords = 8_192

  /// Up to so many small packs of one kind are left alone.
  var packCount = 16

  /// An index below this size is small, in bytes.
  var smallIndex = 32 << 20

  /// Up to so many small indexes are left alone.
  var indexCount = 4

  /// One command copies at most this much for each kind of pack, and as much of indexes, in bytes.
  var work = 64 << 20
}
