/// What two pictures are.
package struct PictureDifference: Encodable, Equatable, Sendable {
  /// `PNG`, `JPEG`, `GIF`, `WebP`, `BMP`, `TIFF` or `SVG`; `nil` where a side is no picture.
  package let oldKind: String?
  package let newKind: String?

  /// In pixels; `nil` where the file does not say.
  package let oldWidth: Int?
  package let oldHeight: Int?
  package let newWidth: Int?
  package let newHeight: Int?

  init(_ old: PictureHeader?, _ new: PictureHeader?) {
    (oldKind, newKind) = (old?.kind.rawValue, new?.kind.rawValue)
    (oldWidth, oldHeight) = (old?.width, old?.height)
    (newWidth, newHeight) = (new?.width, new?.height)
  }
}

/// A picture as a page embeds it.
package struct EmbeddedPicture: Sendable {
  /// The type by which browsers know it: `image/png`.
  package let mediaType: String
  package let bytes: [UInt8]

  /// Reads a picture, or returns `nil` for what is none or is larger than a page should have.
  ///
  /// - Parameters:
  ///   - source: The file.
  ///   - limit: The size beyond which it is left out, in bytes.
  package init?(_ source: any ByteSource, limit: Int) throws(ContentProblem) {
    guard source.size <= limit, let header = try PictureHeader(source) else { return nil }
    mediaType = header.kind.mediaType
    bytes = try source.bytes(in: 0..<source.size)
  }
}
