internal import Platform
package import Primitives

/// Which store it is: a random number, drawn when the store is made (`docs/format/store.md`).
package struct StoreID: Hashable, Sendable {
  /// 32 lower-case digits.
  package let hex: String

  /// Reads an id as it is written.
  package init?(_ text: ByteString) {
    guard text.count == 2 * Self.byteCount, Hex.bytes(of: text.bytes) != nil else { return nil }
    hex = String(decoding: text.bytes, as: UTF8.self)
  }

  private init(drawn bytes: [UInt8]) {
    hex = Hex.string(of: bytes)
  }

  /// A new id, which no other store has.
  static func draw() -> Self { Self(drawn: RandomBytes.make(byteCount)) }

  /// The first digits, for messages.
  package var abbreviated: String { String(hex.prefix(8)) }

  private static let byteCount = 16
}

extension StoreID {
  /// The longest `id` file, in bytes.
  static let byteLimit = 4_096

  /// The one valid text of an `id` file.
  var encoded: [UInt8] { Array("\(hex)\n".utf8) }

  /// Reads the text of an `id` file; `nil` for any but the one that ``encoded`` gives.
  init?(decoding bytes: [UInt8]) {
    self.init(ByteString(bytes.dropLast()))
    guard encoded == bytes else { return nil }
  }
}
