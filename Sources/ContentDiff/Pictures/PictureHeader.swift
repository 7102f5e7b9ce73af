/// What the first bytes of a picture say of it; the picture itself is never decoded.
struct PictureHeader: Equatable, Sendable {
  /// How a picture is written.
  enum Kind: String, Sendable {
    case png = "PNG"
    case jpeg = "JPEG"
    case gif = "GIF"
    case webP = "WebP"
    case bmp = "BMP"
    case tiff = "TIFF"
    case svg = "SVG"

    /// The type by which browsers know it.
    var mediaType: String {
      switch self {
      case .png: "image/png"
      case .jpeg: "image/jpeg"
      case .gif: "image/gif"
      case .webP: "image/webp"
      case .bmp: "image/bmp"
      case .tiff: "image/tiff"
      case .svg: "image/svg+xml"
      }
    }
  }

  let kind: Kind

  /// In pixels; `nil` where the header does not say.
  let width: Int?
  let height: Int?

  /// How much of a file is looked at, in bytes.
  private static let headSize = 256 << 10

  /// Reads the header of a picture, or returns `nil` for what is none.
  ///
  /// - SeeAlso: PNG (W3C) §11.2.2, ITU-T T.81 §B.2.2, GIF89a §18, RFC 9649 (WebP), TIFF 6.0 §2, and
  ///   Microsoft's BITMAPINFOHEADER.
  init?(_ source: any ByteSource) throws(ContentProblem) {
    let bytes = try source.bytes(in: 0..<min(source.size, Self.headSize))
    self.init(bytes)
  }

  /// Reads the header of a picture from its first bytes.
  init?(_ bytes: [UInt8]) {
    let head = PictureBytes(bytes)
    var size: (Int, Int)?
    if head.has([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      kind = .png
      size = head.has(Array("IHDR".utf8), at: 12) ? head.pair(at: 16, 4, isBig: true) : nil
    } else if head.has([0xFF, 0xD8, 0xFF]) {
      kind = .jpeg
      size = head.sizeOfJPEG
    } else if head.has(Array("GIF87a".utf8)) || head.has(Array("GIF89a".utf8)) {
      kind = .gif
      size = head.pair(at: 6, 2, isBig: false)
    } else if head.has(Array("RIFF".utf8)), head.has(Array("WEBP".utf8), at: 8) {
      kind = .webP
      size = head.sizeOfWebP
    } else if head.has(Array("BM".utf8)), head.number(14, 4, isBig: false).map({ $0 < 256 }) == true
    {
      kind = .bmp
      size = head.sizeOfBMP
    } else if head.has([0x49, 0x49, 0x2A, 0]) || head.has([0x4D, 0x4D, 0, 0x2A]) {
      kind = .tiff
      size = head.sizeOfTIFF
    } else if head.isSVG {
      kind = .svg
    } else {
      return nil
    }
    (width, height) = (size?.0, size?.1)
  }
}

/// The first bytes of a picture.
private struct PictureBytes {
  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  func has(_ expected: [UInt8], at offset: Int = 0) -> Bool {
    bytes.dropFirst(offset).starts(with: expected)
  }

  /// A number of 4 bytes at most, or `nil` where the bytes end first.
  func number(_ offset: Int, _ width: Int, isBig: Bool) -> Int? {
    guard offset >= 0, offset <= bytes.count - width else { return nil }
    let part = bytes[offset..<offset + width]
    return (isBig ? Array(part) : part.reversed()).reduce(0) { $0 << 8 | Int($1) }
  }

  /// Two numbers one after the other: a width and a height.
  func pair(at offset: Int, _ width: Int, isBig: Bool) -> (Int, Int)? {
    guard let first = number(offset, width, isBig: isBig),
      let second = number(offset + width, width, isBig: isBig)
    else { return nil }
    return (first, second)
  }

  /// Steps from segment to segment up to the one that begins a frame.
  var sizeOfJPEG: (Int, Int)? {
    var offset = 2
    while let marker = number(offset, 2, isBig: true), marker >> 8 == 0xFF {
      let code = marker & 0xFF
      if code == 0xFF {
        offset += 1
        continue
      }
      let isFrame = (0xC0...0xCF).contains(code) && ![0xC4, 0xC8, 0xCC].contains(code)
      if isFrame {
        return pair(at: offset + 5, 2, isBig: true).map { ($0.1, $0.0) }
      }
      if code == 0xD9 || code == 0xDA { return nil }
      if code == 0x01 || (0xD0...0xD8).contains(code) {
        offset += 2
        continue
      }
      guard let length = number(offset + 2, 2, isBig: true), length >= 2 else { return nil }
      offset += 2 + length
    }
    return nil
  }

  var sizeOfWebP: (Int, Int)? {
    if has(Array("VP8 ".utf8), at: 12), has([0x9D, 0x01, 0x2A], at: 23) {
      return pair(at: 26, 2, isBig: false).map { ($0.0 & 0x3FFF, $0.1 & 0x3FFF) }
    }
    if has(Array("VP8L".utf8), at: 12), has([0x2F], at: 20),
      let bits = number(21, 4, isBig: false)
    {
      return ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    }
    if has(Array("VP8X".utf8), at: 12) {
      return pair(at: 24, 3, isBig: false).map { ($0.0 + 1, $0.1 + 1) }
    }
    return nil
  }

  var sizeOfBMP: (Int, Int)? {
    if number(14, 4, isBig: false) == 12 { return pair(at: 18, 2, isBig: false) }
    guard let (width, height) = pair(at: 18, 4, isBig: false) else { return nil }
    // A height below zero says that the rows come from top to bottom.
    return (width, Int(Int32(truncatingIfNeeded: height).magnitude))
  }

  /// The entries for width and height of the first directory.
  var sizeOfTIFF: (Int, Int)? {
    let isBig = has([0x4D])
    guard let place = number(4, 4, isBig: isBig), let count = number(place, 2, isBig: isBig) else {
      return nil
    }
    var sides: [Int: Int] = [:]
    for index in 0..<count {
      let entry = place + 2 + 12 * index
      guard let tag = number(entry, 2, isBig: isBig), let type = number(entry + 2, 2, isBig: isBig)
      else { break }
      guard tag == 256 || tag == 257 else { continue }
      sides[tag] = number(entry + 8, type == 3 ? 2 : 4, isBig: isBig)
    }
    guard let width = sides[256], let height = sides[257] else { return nil }
    return (width, height)
  }

  /// Whether it is XML whose first element is `svg`.
  var isSVG: Bool {
    var rest = bytes.prefix(4_096)
    if has([0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
    rest = rest.drop { $0 <= 0x20 }
    guard rest.first == UInt8(ascii: "<") else { return false }
    if rest.starts(with: "<svg".utf8) { return true }
    let starts = ["<?xml", "<!--", "<!DOCTYPE svg"]
    return starts.contains { rest.starts(with: $0.utf8) }
      && String(decoding: rest, as: UTF8.self).contains("<svg")
  }
}
