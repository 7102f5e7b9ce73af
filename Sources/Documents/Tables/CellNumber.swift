/// Numbers as the cells of logs have them.
enum CellNumber {
  /// The number that a cell holds, or `nil`; `nan` and `inf` count, as Python and others spell them.
  static func value(of cell: DocumentValue) -> DocumentValue? {
    switch cell {
    case .integer, .number: cell
    case .text(let text): value(of: text)
    default: nil
    }
  }

  private static func value(of text: String) -> DocumentValue? {
    switch text.lowercased() {
    case "nan", "+nan", "-nan": return .number(.nan)
    case "inf", "+inf", "infinity", "+infinity": return .number(.infinity)
    case "-inf", "-infinity": return .number(-.infinity)
    default: break
    }
    guard DecimalNumber(text) != nil else { return nil }
    // Whole numbers beyond an `Int` are rounded: a plot has nothing better.
    if let integer = Int(text) { return .integer(integer) }
    return Double(text).map { .number($0) }
  }
}
