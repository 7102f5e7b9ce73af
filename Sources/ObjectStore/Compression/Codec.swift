/// How the bytes of a record are stored.
///
/// The numbers are part of the format and never change; `docs/format/codecs.md` specifies each.
package enum Codec: UInt8, Sendable, CaseIterable {
  /// The bytes as they are.
  case stored = 0

  /// One zlib stream (RFC 1950).
  case zlib = 1

  /// One zstd frame (RFC 8878).
  case zstd = 2

  /// Bytes split by position, for arrays of numbers, and each plane coded by itself.
  case planes = 3

  /// Takes the number that a record carries.
  ///
  /// - Throws: ``CodecError/unknown(number:)`` for a codec that a newer version may know.
  package init(number: UInt8) throws(CodecError) {
    guard let codec = Self(rawValue: number) else { throw .unknown(number: number) }
    self = codec
  }
}

extension Codec: CustomStringConvertible {
  /// The name in messages and reports.
  package var description: String {
    switch self {
    case .stored: "stored"
    case .zlib: "zlib"
    case .zstd: "zstd"
    case .planes: "planes"
    }
  }
}

/// What the user wants of compression: `store.compression`.
package enum CompressionSetting: String, Sendable, CaseIterable {
  /// Decides for each record by what its bytes look like.
  case auto

  /// Stores every record as it is.
  case none

  /// zlib, where it helps.
  case zlib

  /// zstd, where it helps.
  case zstd
}
