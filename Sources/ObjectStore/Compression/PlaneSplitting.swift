/// Takes bytes apart by their position modulo a width, and puts them together again.
///
/// Plane `p` of `count` bytes holds the bytes at positions `p`, `p + width`, `p + 2 * width`, …
/// Plain pointers, and whole elements of 2, 4 or 8 bytes: such loops the compiler turns into
/// vector code, and with single bytes or bounds checks it does not.
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
    let start = unsafe UnsafeRawPointer(base)
    let whole = bytes.count / width
    switch width {
    case 2: unsafe extract(UInt16.self, UInt16(plane * 8), start, whole, output)
    case 4: unsafe extract(UInt32.self, UInt32(plane * 8), start, whole, output)
    default: unsafe extract(UInt64.self, UInt64(plane * 8), start, whole, output)
    }
    let last = whole * width + plane
    if last < bytes.count { unsafe output[whole] = base[last] }
  }

  @unsafe @inline(__always)
  private static func extract<Element: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ type: Element.Type, _ shift: Element, _ start: UnsafeRawPointer, _ count: Int,
    _ output: UnsafeMutablePointer<UInt8>
  ) {
    let width = Element.bitWidth / 8
    for index in 0..<count {
      let element = unsafe start.loadUnaligned(fromByteOffset: index &* width, as: Element.self)
      unsafe output[index] = UInt8(truncatingIfNeeded: element.littleEndian &>> shift)
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
    case 2: unsafe merge2(planes[0], planes[1], whole, UnsafeMutableRawPointer(base))
    case 4:
      unsafe merge4(
        planes[0], planes[1], planes[2], planes[3], whole, UnsafeMutableRawPointer(base))
    default: unsafe merge8(planes, whole, UnsafeMutableRawPointer(base))
    }
    for position in whole * width..<output.count {
      unsafe base[position] = planes[position % width][whole]
    }
  }

  @unsafe
  private static func merge2(
    _ plane0: UnsafePointer<UInt8>, _ plane1: UnsafePointer<UInt8>, _ count: Int,
    _ output: UnsafeMutableRawPointer
  ) {
    for index in 0..<count {
      let element = unsafe UInt16(plane0[index]) | UInt16(plane1[index]) &<< 8
      unsafe output.storeBytes(of: element.littleEndian, toByteOffset: index &* 2, as: UInt16.self)
    }
  }

  @unsafe
  private static func merge4(
    _ plane0: UnsafePointer<UInt8>, _ plane1: UnsafePointer<UInt8>,
    _ plane2: UnsafePointer<UInt8>, _ plane3: UnsafePointer<UInt8>, _ count: Int,
    _ output: UnsafeMutableRawPointer
  ) {
    for index in 0..<count {
      let low = unsafe UInt32(plane0[index]) | UInt32(plane1[index]) &<< 8
      let high = unsafe UInt32(plane2[index]) | UInt32(plane3[index]) &<< 8
      let element = low | high &<< 16
      unsafe output.storeBytes(of: element.littleEndian, toByteOffset: index &* 4, as: UInt32.self)
    }
  }

  @unsafe
  private static func merge8(
    _ planes: [UnsafePointer<UInt8>], _ count: Int, _ output: UnsafeMutableRawPointer
  ) {
    // By way of both halves of some elements: eight planes at once are too many for vector code.
    let block = 256
    unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 2 * block) { halves in
      guard let low = halves.baseAddress else { return }
      let high = unsafe low + block
      for start in stride(from: 0, to: count, by: block) {
        let length = min(block, count - start)
        unsafe merge4(
          planes[0] + start, planes[1] + start, planes[2] + start, planes[3] + start, length,
          UnsafeMutableRawPointer(low))
        unsafe merge4(
          planes[4] + start, planes[5] + start, planes[6] + start, planes[7] + start, length,
          UnsafeMutableRawPointer(high))
        let target = unsafe output + start * 8
        for index in 0..<length {
          let first = unsafe UInt64(UInt32(littleEndian: low[index]))
          let second = unsafe UInt64(UInt32(littleEndian: high[index]))
          let element = (first | second &<< 32).littleEndian
          unsafe target.storeBytes(of: element, toByteOffset: index &* 8, as: UInt64.self)
        }
      }
    }
  }
}
