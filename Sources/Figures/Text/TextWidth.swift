/// How wide text is drawn, about: there is no font to ask where a figure is made.
///
/// The widths are those of Arial and the fonts made to its measure, which ``Page`` and the SVG ask
/// for first. Other fonts differ by a few percent, for which ``allowance`` leaves room.
struct TextWidth: Sendable {
  /// The size of the font in pixels.
  let fontSize: Double

  /// Whether the text is drawn bold.
  var isBold = false

  private static let allowance = 1.06

  /// The width of `text` in pixels.
  func measure(_ text: String) -> Double {
    var thousandths = 0
    for scalar in text.unicodeScalars { thousandths += Self.thousandths(of: scalar) }
    let width = Double(thousandths) / 1000 * fontSize * Self.allowance
    return isBold ? width * 1.07 : width
  }

  /// The beginning of `text`, with an ellipsis if it is wider than `limit` pixels.
  func fitEnd(_ text: String, _ limit: Double) -> String {
    guard measure(text) > limit else { return text }
    var room = limit - measure("…")
    let end = text.firstIndex { character in
      room -= measure(String(character))
      return room < 0
    }
    return text[..<(end ?? text.endIndex)] + "…"
  }

  /// Both ends of `text`, with an ellipsis between them if it is wider than `limit` pixels.
  ///
  /// The end of a path says most, so it keeps two thirds of the room.
  func fitMiddle(_ text: String, _ limit: Double) -> String {
    guard measure(text) > limit else { return text }
    var room = (limit - measure("…")) * 0.64
    var tail = text.endIndex
    while tail > text.startIndex {
      let previous = text.index(before: tail)
      room -= measure(String(text[previous]))
      guard room >= 0 else { break }
      tail = previous
    }
    room = limit - measure("…" + text[tail...])
    let head = text.prefix { character in
      room -= measure(String(character))
      return room >= 0
    }
    return head + "…" + text[tail...]
  }

  /// The width of a character, in thousandths of the size of the font.
  private static func thousandths(of scalar: Unicode.Scalar) -> Int {
    let value = Int(scalar.value)
    if value >= 0x20, value < 0x7F { return ascii[value - 0x20] }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    switch value {
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD:
      return 1000
    case 0x2400...0x2426, 0x2600...0x27BF, 0x1F000...0x1FAFF: return 1250
    default: return value < 0x250 ? 560 : 720
    }
  }

  /// The widths of the characters from space to tilde.
  private static let ascii = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
    611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
    667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
  ]
}
