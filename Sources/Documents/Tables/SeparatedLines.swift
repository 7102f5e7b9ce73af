internal import Primitives

/// Reads CSV and TSV as RFC 4180 has it.
///
/// The first row names the columns. Lines end in LF, CR LF or CR, and the last one need not end;
/// empty lines are passed over. A cell may stand between quotes, with quotes in it doubled.
struct SeparatedLines: RowReader {
  /// Where in a row the next byte stands.
  private enum State {
    case cellStart
    case plain
    case quoted
    /// Behind a quote in a quoted cell: the cell's end, or the first of two.
    case quote
  }

  private let separator: UInt8
  private let format: DocumentFormat
  private var columns: [String]?
  private var state = State.cellStart
  private var cell: [UInt8] = []
  private var cells: [String] = []
  private var rowLength = 0
  private var line = 1
  private var rowLine = 1
  private var isAfterReturn = false
  /// How many bytes of a byte order mark were passed over; `nil` once the text has begun.
  private var markLength: Int? = 0

  init(by separator: UInt8, format: DocumentFormat) {
    self.separator = separator
    self.format = format
  }

  mutating func read(
    _ bytes: Span<UInt8>, _ take: (DocumentRow) throws(DocumentError) -> Void
  ) throws(DocumentError) {
    var index = 0
    while index < bytes.count {
      index += try readPlain(bytes, from: index)
      guard index < bytes.count else { return }
      let byte = bytes[index]
      if !isOfMark(byte) { try read(byte, take) }
      index += 1
    }
  }

  mutating func finish(
    _ take: (DocumentRow) throws(DocumentError) -> Void
  ) throws(DocumentError) {
    if state == .quoted { throw problem("a quote is not closed") }
    try endRow(take)
  }

  /// Takes the bytes of a cell up to one that may mean something else, and returns how many.
  private mutating func readPlain(
    _ bytes: Span<UInt8>, from start: Int
  ) throws(DocumentError) -> Int {
    guard state == .plain else { return 0 }
    let separator = separator
    var end = start
    while end < bytes.count, bytes[end] != separator, !Self.isSpecial(bytes[end]) { end += 1 }
    try lengthen(by: end - start)
    for index in start..<end { cell.append(bytes[index]) }
    return end - start
  }

  private static func isSpecial(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "\"")
  }

  private mutating func isOfMark(_ byte: UInt8) -> Bool {
    guard let length = markLength else { return false }
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    guard length < mark.count, byte == mark[length] else {
      markLength = nil
      return false
    }
    markLength = length + 1
    return true
  }

  private mutating func read(
    _ byte: UInt8, _ take: (DocumentRow) throws(DocumentError) -> Void
  ) throws(DocumentError) {
    let isSecondOfBreak = isAfterReturn && byte == UInt8(ascii: "\n")
    isAfterReturn = byte == UInt8(ascii: "\r")
    let isBreak = byte == UInt8(ascii: "\n") || isAfterReturn
    if isBreak && !isSecondOfBreak { line += 1 }
    if state == .quoted {
      if byte == UInt8(ascii: "\"") { state = .quote } else { try append(byte) }
    } else if isBreak {
      if isSecondOfBreak { rowLine = line } else { try endRow(take) }
    } else if byte == separator {
      try endCell()
    } else if byte == UInt8(ascii: "\""), state == .cellStart {
      state = .quoted
    } else if state == .quote {
      guard byte == UInt8(ascii: "\"") else { throw problem("text follows a closed quote") }
      state = .quoted
      try append(byte)
    } else {
      state = .plain
      try append(byte)
    }
  }

  private mutating func append(_ byte: UInt8) throws(DocumentError) {
    try lengthen(by: 1)
    cell.append(byte)
  }

  private mutating func lengthen(by count: Int) throws(DocumentError) {
    rowLength += count
    if rowLength > DocumentLimits.row.bytes {
      throw .rowTooLong(line: rowLine, limit: DocumentLimits.row)
    }
  }

  private mutating func endCell() throws(DocumentError) {
    do {
      cells.append(String(copying: try UTF8Span(validating: cell.span)))
    } catch {
      throw .notUTF8(DocumentPlace(line: rowLine, column: 1))
    }
    let limit = columns?.count ?? DocumentLimits.columns
    if cells.count > limit {
      throw .tooManyCells(line: rowLine, count: cells.count, limit: limit)
    }
    cell.removeAll(keepingCapacity: true)
    state = .cellStart
  }

  private mutating func endRow(
    _ take: (DocumentRow) throws(DocumentError) -> Void
  ) throws(DocumentError) {
    defer { rowLine = line }
    if cells.isEmpty, state == .cellStart { return }
    try endCell()
    if let columns {
      try take(DocumentRow(line: rowLine, cells: row(of: columns)))
    } else {
      try nameColumns()
    }
    cells.removeAll(keepingCapacity: true)
    rowLength = 0
  }

  /// The cells by their columns; those that a short row leaves out are `null`.
  private func row(of columns: [String]) -> [DocumentField] {
    columns.indices.map { index in
      let text = index < cells.count ? cells[index] : ""
      return DocumentField(key: columns[index], value: text.isEmpty ? .null : .text(text))
    }
  }

  private mutating func nameColumns() throws(DocumentError) {
    var known: Set<String> = []
    for name in cells where !known.insert(name).inserted {
      let place = DocumentPlace(line: rowLine, column: 1)
      throw .duplicateKey(name, place, first: place)
    }
    columns = cells
  }

  private func problem(_ text: String) -> DocumentError {
    .syntax(format, text, DocumentPlace(line: rowLine, column: 1))
  }
}
