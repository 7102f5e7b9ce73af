internal import Primitives

/// A text as reports show it: not too long, and unable to command a terminal.
enum Excerpt {
  /// How much of a text is shown, in bytes.
  private static let limit = 200

  /// The text that bytes are, quoted where it is not plain; cut where it is long.
  static func text(of bytes: ArraySlice<UInt8>) -> String {
    guard bytes.count > limit else { return ByteString(bytes).description }
    var end = bytes.startIndex + limit
    // Not within a character.
    while end > bytes.startIndex, bytes[end] & 0xC0 == 0x80 { end -= 1 }
    return ByteString(bytes[..<end]).description + "…"
  }

  /// A name that anybody may have given, as ``text(of:)-(ArraySlice<UInt8>)`` shows bytes.
  static func quoted(_ name: String) -> String { text(of: Array(name.utf8)[...]) }

  /// What is quoted already where it has to be, cut where it is long.
  static func text(of words: String) -> String {
    guard words.utf8.count > limit else { return words }
    return text(of: Array(words.utf8)[...])
  }
}
