extension Span<UInt8> {
  /// The 8 bytes from `offset` on as a little-endian number.
  @inlinable
  package func word(at offset: Int) -> UInt64 {
    let part = extracting(offset..<offset + 8)
    let low =
      UInt64(part[0]) | UInt64(part[1]) << 8 | UInt64(part[2]) << 16 | UInt64(part[3]) << 24
    let high =
      UInt64(part[4]) | UInt64(part[5]) << 8 | UInt64(part[6]) << 16 | UInt64(part[7]) << 24
    return low | high << 32
  }

  /// The 4 bytes from `offset` on as a little-endian number.
  @inlinable
  package func half(at offset: Int) -> Int {
    let part = extracting(offset..<offset + 4)
    return Int(part[0]) | Int(part[1]) << 8 | Int(part[2]) << 16 | Int(part[3]) << 24
  }
}
