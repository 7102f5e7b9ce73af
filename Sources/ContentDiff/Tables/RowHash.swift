/// Hashes of cells and rows: SipHash with a key that each process draws anew, so that nobody can make
/// two that collide on purpose.
enum RowHash {
  /// The hash of a cell.
  static func value(of bytes: ArraySlice<UInt8>, in column: Int) -> Int {
    var hasher = Hasher()
    hasher.combine(column)
    unsafe bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
    return hasher.finalize()
  }

  /// The hash of the cells of a key, in the order of its columns.
  static func key(of row: TableRow, _ columns: [Int]) -> Int {
    var hasher = Hasher()
    for column in columns {
      guard let bytes = row[column] else {
        hasher.combine(-1)
        continue
      }
      hasher.combine(bytes.count)
      unsafe bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
    }
    return hasher.finalize()
  }
}
