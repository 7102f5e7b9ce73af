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

  /// Whether ``value(of:)`` finds a number: it allocates nothing, for every cell of a log is asked.
  static func isNumber(_ cell: DocumentValue) -> Bool {
    switch cell {
    case .integer, .number: true
    case .text(let text): NumberScanner.isNumber(text) || notFinite(text) != nil
    default: false
    }
  }

  private static func value(of text: String) -> DocumentValue? {
    guard NumberScanner.isNumber(text) else { return notFinite(text).map { .number($0) } }
    // Whole numbers beyond an `Int` are rounded: a plot has nothing better.
    if let integer = Int(text) { return .integer(integer) }
    return Double(text).map { .number($0) }
  }

  private static func notFinite(_ text: String) -> Double? {
    guard text.utf8.count <= "+infinity".utf8.count else { return nil }
    switch text.lowercased() {
    case "nan", "+nan", "-nan": return .nan
    case "inf", "+inf", "infinity", "+infinity": return .infinity
    case "-inf", "-infinity": return -.infinity
    default: return nil
    }
  }
}
