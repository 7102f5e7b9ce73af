internal import Primitives

/// Reads CSV and TSV as RFC 4180 has it, without making texts of the cells.
///
/// The first row names the columns. Lines end in LF, CR LF or CR, and the last one need not end;
/// empty lines are passed over. A cell may stand between quotes, with quotes in it doubled. An empty
/// cell is as good as none. A row may have fewer cells than the first, or more: those beyond it are
/// in columns called `+1`, `+2` and so on.
struct SeparatedRows: RowReader {
  private(set) var header: [Int] = []
  private let separator: UInt8
  private var buffer: ReadBuffer
  private var line = 1

  /// The columns of cells beyond the header.
  private var excess: [Int] = []

  /// The cells of the row that is read, before they have columns.
  private var ranges: [Range<Int>] = []

  /// Reads the names of the columns.
  init(
    by separator: UInt8, _ stream: any ByteStream, _ columns: inout TableColumns
  ) throws(ContentProblem) {
    self.separator = separator
    buffer = ReadBuffer(stream)
    while buffer.bytes.count < 3, !buffer.isComplete { try buffer.fill() }
    if buffer.bytes.starts(with: [0xEF, 0xBB, 0xBF]) { buffer.start = 3 }
    var row = TableRow()
    guard try nextRanges(into: &row) else { throw .unreadable("it has no first row") }
    if ranges.count > ContentLimits.columns {
      throw .unreadable("it has \(ranges.count) columns, and \(ContentLimits.columns) is the limit")
    }
    var known: Set<String> = []
    for range in ranges {
      let text = String(decoding: row.bytes[range], as: UTF8.self)
      var name = text
      var number = 2
      while !known.insert(name).inserted {
        name = "\(text) #\(number)"
        number += 1
      }
      header.append(columns.number(of: name))
    }
  }

  mutating func next(
    into row: inout TableRow, _ columns: inout TableColumns
  ) throws(ContentProblem) -> Bool {
    guard try nextRanges(into: &row) else { return false }
    row.isRagged = ranges.count != header.count
    for (index, range) in ranges.enumerated() where !range.isEmpty {
      if index >= header.count, index - header.count >= excess.count {
        if index > ContentLimits.columns {
          throw .unreadable("the row in line \(row.line) has \(ranges.count) cells")
        }
        while excess.count <= index - header.count {
          excess.append(columns.number(of: "+\(excess.count + 1)"))
        }
      }
      let column = index < header.count ? header[index] : excess[index - header.count]
      row.cells.append(TableRow.Cell(column: column, range: range))
    }
    return true
  }

  /// Reads a row: its bytes into `row`, its cells into `ranges`.
  private mutating func nextRanges(into row: inout TableRow) throws(ContentProblem) -> Bool {
    while true {
      if let end = try scan(&row) {
        buffer.start = end
        return true
      }
      if buffer.isComplete { return false }
      try buffer.fill()
    }
  }

  /// Looks for the end of the row that begins at the start of the buffer, and steps over empty lines.
  ///
  /// - Returns: Where the row ends, or `nil` where more has to be read, or nothing is left.
  private mutating func scan(_ row: inout TableRow) throws(ContentProblem) -> Int? {
    while buffer.start < buffer.bytes.count, Self.isBreak(buffer.bytes[buffer.start]) {
      if buffer.bytes[buffer.start] == UInt8(ascii: "\r") {
        // The second half of a break may still have to come.
        guard buffer.start + 1 < buffer.bytes.count || buffer.isComplete else { return nil }
        if buffer.start + 1 < buffer.bytes.count,
          buffer.bytes[buffer.start + 1] == UInt8(ascii: "\n")
        {
          buffer.start += 1
        }
      }
      buffer.start += 1
      line += 1
    }
    guard buffer.start < buffer.bytes.count else { return nil }
    row.clear()
    row.line = line
    ranges.removeAll(keepingCapacity: true)
    let end = scanPlain()
    if let end {
      row.bytes += buffer.bytes[buffer.start..<end]
      return end
    }
    if !hasQuote {
      guard buffer.isComplete else { return nil }
      row.bytes += buffer.bytes[buffer.start...]
      return buffer.bytes.count
    }
    ranges.removeAll(keepingCapacity: true)
    return try scanQuoted(&row)
  }

  /// Whether the last call of ``scanPlain()`` ended at a quote.
  private var hasQuote = false

  private static func isBreak(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
  }

  /// Finds the cells of a row without quotes, which nearly all are.
  ///
  /// - Returns: Where the row ends; `nil` at a quote, or where the bytes end first.
  private mutating func scanPlain() -> Int? {
    hasQuote = false
    let (start, separator, all) = (buffer.start, separator, buffer.bytes)
    let bytes = all.span
    var cell = start
    var index = start
    while index < bytes.count {
      let byte = bytes[index]
      // Letters and digits come after all that means something.
      if byte > UInt8(ascii: ","), byte != separator {
        index += 1
        continue
      }
      if byte == separator {
        ranges.append(cell - start..<index - start)
        cell = index + 1
      } else if Self.isBreak(byte) {
        ranges.append(cell - start..<index - start)
        return index
      } else if byte == UInt8(ascii: "\"") {
        hasQuote = true
        return nil
      }
      index += 1
    }
    ranges.append(cell - start..<index - start)
    return nil
  }

  /// Reads a row in which quotes are: its cells without them go into `row`.
  private mutating func scanQuoted(_ row: inout TableRow) throws(ContentProblem) -> Int? {
    let all = buffer.bytes
    let bytes = all.span
    var index = buffer.start
    var breaks = 0
    while true {
      let cell = row.bytes.count
      if index < bytes.count, bytes[index] == UInt8(ascii: "\"") {
        index += 1
        while true {
          guard index < bytes.count else {
            if buffer.isComplete { throw problem("a quote is not closed", row) }
            return nil
          }
          let byte = bytes[index]
          index += 1
          if byte == UInt8(ascii: "\"") {
            guard index < bytes.count || buffer.isComplete else { return nil }
            guard index < bytes.count, bytes[index] == byte else { break }
            index += 1
          }
          if byte == UInt8(ascii: "\n") { breaks += 1 }
          row.bytes.append(byte)
        }
      } else {
        while index < bytes.count, bytes[index] != separator, !Self.isBreak(bytes[index]) {
          row.bytes.append(bytes[index])
          index += 1
        }
      }
      guard index < bytes.count || buffer.isComplete else { return nil }
      ranges.append(cell..<row.bytes.count)
      if index == bytes.count || Self.isBreak(bytes[index]) { break }
      guard bytes[index] == separator else { throw problem("text follows a closed quote", row) }
      index += 1
    }
    line += breaks
    return index
  }

  private func problem(_ words: String, _ row: TableRow) -> ContentProblem {
    .unreadable("\(words) in the row of line \(row.line)")
  }
}
