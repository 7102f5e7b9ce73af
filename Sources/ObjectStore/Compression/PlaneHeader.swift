/// What stands before the planes: `docs/format/codecs.md` §4.
///
/// One byte with the width, one with a bit for each coded plane, and the length of each coded
/// plane's frame in four bytes, least significant first.
struct PlaneHeader {
  let width: Int

  /// Bit `p` is set when plane `p` is a zstd frame, and clear when its bytes follow as they are.
  let coded: UInt8

  private var lengths = [8 of UInt32](repeating: 0)

  init(width: Int, coded: UInt8) {
    self.width = width
    self.coded = coded
  }

  /// The size of the header, in bytes.
  var byteCount: Int { 2 + 4 * coded.nonzeroBitCount }

  func isCoded(_ plane: Int) -> Bool { coded >> UInt8(plane) & 1 == 1 }

  /// The length of a coded plane's frame, in bytes.
  func length(ofPlane plane: Int) -> Int { Int(lengths[plane]) }

  mutating func setLength(_ length: Int, ofPlane plane: Int) {
    lengths[plane] = UInt32(length)
  }

  /// Writes the header at the start of `target`, which has room for it.
  @unsafe
  func write(to target: UnsafeMutableBufferPointer<UInt8>) {
    unsafe target[0] = UInt8(width)
    unsafe target[1] = coded
    var position = 2
    for plane in 0..<width where isCoded(plane) {
      for shift in [0, 8, 16, 24] {
        unsafe target[position] = UInt8(truncatingIfNeeded: lengths[plane] >> UInt32(shift))
        position += 1
      }
    }
  }

  /// Reads a header, or returns `nil` for one that no writer makes.
  init?(reading bytes: Span<UInt8>) {
    guard bytes.count >= 2 else { return nil }
    let width = Int(bytes[0])
    let coded = bytes[1]
    guard PlaneSplitting.widths.contains(width), coded != 0, Int(coded) < 1 << width else {
      return nil
    }
    self.init(width: width, coded: coded)
    guard bytes.count >= byteCount else { return nil }
    var position = 2
    for plane in 0..<width where isCoded(plane) {
      for shift in 0..<UInt32(4) {
        lengths[plane] |= UInt32(bytes[position]) << (8 * shift)
        position += 1
      }
    }
  }
}
