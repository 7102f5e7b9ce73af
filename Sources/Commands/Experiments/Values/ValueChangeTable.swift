internal import Documents
internal import Primitives
internal import Terminal

/// Changes of values as rows: key, old, new, by how much, and that in per cent.
struct ValueChangeTable {
  /// A text, and whether it is to stand below others by its point.
  private typealias Cell = (text: String, isNumber: Bool)

  /// One row, before it is laid out.
  private struct Row {
    let path: RepositoryPath
    let key: String
    let old: Cell
    let new: Cell

    /// With an arrow that says in which direction a number went; empty for what is no number.
    let change: String
    let percent: String
  }

  private let rows: [Row]
  private let hasFiles: Bool
  private let headings: (old: String, new: String)?

  /// How many significant digits a change has.
  private static let changeDigits = 4

  /// What stands for a value that is not there.
  private static let none = "none"

  /// Takes some changes.
  ///
  /// - Parameters:
  ///   - changes: The rows.
  ///   - digits: How many significant digits numbers have, unless it takes more to tell two apart.
  ///   - headings: What the two sides are called; `nil` for a table without headings.
  init(_ changes: [ValueChange], digits: Int = 6, headings: (old: String, new: String)? = nil) {
    hasFiles = Set(changes.map(\.path)).count > 1
    self.headings = headings
    let words = ValueText(digits: digits)
    rows = changes.map { Self.row($0, words) }
  }

  private static func row(_ change: ValueChange, _ words: ValueText) -> Row {
    func cell(_ value: DocumentValue?, _ text: String?) -> Cell {
      (text ?? none, value?.double != nil)
    }
    let texts: (old: String?, new: String?)
    if let old = change.old, let new = change.new {
      texts = words.texts(old, new)
    } else {
      texts = (change.old.map(words.text), change.new.map(words.text))
    }
    let isNumber = change.old?.double != nil && change.new?.double != nil && !change.isSame
    return Row(
      path: change.path, key: ByteString(change.key).description,
      old: cell(change.old, texts.old), new: cell(change.new, texts.new),
      change: isNumber ? change.change.map(signed) ?? "-" : "",
      percent: isNumber ? change.percent.map { "\(signed($0)) %" } ?? "-" : "")
  }

  private static func signed(_ number: Double) -> String {
    (number > 0 ? "+" : "") + number.text(significantDigits: changeDigits)
  }

  // MARK: - For a terminal

  /// The rows for a terminal.
  var table: Table {
    var table = Table(
      [.left, .left, .left, .left, .left, .left, .right],
      headings: headings.map { ["key", $0.old, "", $0.new, "", "change", ""] } ?? [])
    let old = ValueText.aligned(rows.map(\.old))
    let new = ValueText.aligned(rows.map(\.new))
    let changes = ValueText.aligned(rows.map { ($0.change, true) })
    for (index, row) in rows.enumerated() {
      table.add([
        hasFiles ? "\(row.path, .path):\(row.key)" : "\(row.key)", Self.styled(row.old, old[index]),
        "\("→", .faint)", Self.styled(row.new, new[index]), StyledString(Self.arrow(row.change)),
        row.change.isEmpty ? "" : StyledString(changes[index], .number),
        "\(row.percent, .faint)",
      ])
    }
    return table
  }

  private static func styled(_ cell: Cell, _ aligned: String) -> StyledString {
    cell.text == none && !cell.isNumber ? "\(aligned, .faint)" : "\(aligned)"
  }

  /// In which direction a number went: nobody said which one is good.
  private static func arrow(_ change: String) -> String {
    if change.isEmpty || change == "-" || change == "0" { return "" }
    return change.hasPrefix("-") ? "↓" : "↑"
  }

  // MARK: - Markdown

  /// Writes the rows as a table of Markdown, with numbers to the right.
  func writeMarkdown(to text: inout StyledText) {
    let sides = headings ?? ("old", "new")
    var table = MarkdownTable(
      (hasFiles ? [("file", .left)] : []) + [
        ("key", .left), (sides.old, .right), (sides.new, .right), ("change", .right),
        ("per cent", .right),
      ])
    for row in rows {
      table.add(
        (hasFiles ? [row.path.description] : []) + [
          row.key, row.old.text, row.new.text, row.change, row.percent,
        ])
    }
    table.write(to: &text)
  }
}
