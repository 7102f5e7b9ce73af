/// Takes bytes apart by their position modulo a width, and puts them together again.
///
/// Plane `p` of `count` bytes holds the bytes at positions `p`, `p + width`, `p + 2 * width`, …
/// Plain pointers: with bounds checks the compiler does not turn these loops into vector code.
enum PlaneSplitting {
  /// The widths that the format knows, in bytes.
  static let widths = [2, 4, 8]

  /// The number of bytes in plane `plane` of `count` bytes.
  static func size(ofPlane plane: Int, width: Int, count: Int) -> Int {
    (count - plane + width - 1) / width
  }

  /// Copies one plane of `bytes` to `output`.
  ///
  /// - Parameters:
  ///   - plane: The number of the plane, below `width`.
  ///   - width: 2, 4 or 8.
  ///   - bytes: The whole bytes.
  ///   - output: Room for ``size(ofPlane:width:count:)`` bytes.
  @unsafe
  static func extract(
    plane: Int, width: Int, of bytes: UnsafeBufferPointer<UInt8>,
    to output: UnsafeMutablePointer<UInt8>
  ) {
    guard let base = bytes.baseAddress else { return }
    let count = size(ofPlane: plane, width: width, count: bytes.count)
    let start = unsafe base + plane
    // The widths are constants in each loop, for only then is it turned into vector code.
    switch width {
    case 2: for index in 0..<count { unsafe output[index] = start[index &* 2] }
    case 4: for index in 0..<count { unsafe output[index] = start[index &* 4] }
    default: for index in 0..<count { unsafe output[index] = start[index &* 8] }
    }
  }

  /// Puts planes together.
  ///
  /// - Parameters:
  ///   - planes: The start of each plane; there are as many as the width, 2, 4 or 8.
  ///   - output: The whole bytes.
  @unsafe
  static func merge(
    _ planes: [UnsafePointer<UInt8>], into output: UnsafeMutableBufferPointer<UInt8>
  ) {
    guard let base = output.baseAddress else { return }
    let width = unsafe planes.count
    let whole = output.count / width
    switch width {
    case 2:
      unsafe merge2(planes[0], planes[1], whole, base)
    case 4:
      unsafe merge4(planes[0], planes[1], planes[2], planes[3], whole, base)
    default:
      for plane in 0..<width {
        let source = unsafe planes[plane]
        let start = unsafe base + plane
        for index in 0..<whole { unsafe start[index &* 8] = source[index] }
      }
    }
    for position in whole * width..<output.count {
      unsafe base[position] = planes[position % width][whole]
    }
  }

  @unsafe
  private static func merge2(
    _ first: UnsafePointer<UInt8>, _ second: UnsafePointer<UInt8>, _ count: Int,
    _ output: UnsafeMutablePointer<UInt8>
  ) {
    for index in 0..<count {
      unsafe output[index &* 2] = first[index]
      unsafe output[index &* 2 &+ 1] = second[index]
    }
  }

  @unsafe
  private static func merge4(
    _ first: UnsafePointer<UInt8>, _ second: UnsafePointer<UInt8>, _ third: UnsafePointer<UInt8>,
    _ fourth: UnsafePointer<UInt8>, _ count: Int, _ output: UnsafeMutablePointer<UInt8>
  ) {
    for index in 0..<count {
      unsafe output[index &* 4] = first[index]
      unsafe output[index &* 4 &+ 1] = second[index]
      unsafe output[index &* 4 &+ 2] = third[index]
      unsafe output[index &* 4 &+ 3] = fourth[index]
    }
  }
}
