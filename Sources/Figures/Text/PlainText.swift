/// Other people's text as a figure shows it: on one line, and without what could mislead a reader.
///
/// Control codes become their pictures (`␊`), marks that reorder or hide text become `U+FFFD`. What
/// is left may stand in XML, where most control codes may not even be written as numbers.
struct PlainText: Sendable, Hashable {
  let text: String

  init(_ text: String) {
    guard text.unicodeScalars.contains(where: Self.isHarmful) else {
      self.text = text
      return
    }
    var shown = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { shown.append(Self.shown(scalar)) }
    self.text = String(shown)
  }

  private static func shown(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar.value {
    case _ where !isHarmful(scalar): scalar
    case 0..<0x20: Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}"
    case 0x7F: "\u{2421}"
    default: "\u{FFFD}"
    }
  }

  /// Control codes, line separators, marks that reorder text, and what XML 1.0 has no place for.
  private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0, 0x061C, 0x200B, 0x200E...0x200F, 0x2028...0x202E, 0x2060...0x206F,
      0xFDD0...0xFDEF, 0xFEFF, 0xFFF9...0xFFFB:
      true
    default: scalar.value & 0xFFFE == 0xFFFE
    }
  }
}
