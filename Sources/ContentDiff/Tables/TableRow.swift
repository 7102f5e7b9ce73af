internal import Primitives

/// The columns of two tables, each name once.
struct TableColumns {
  private(set) var names: [String] = []
  private var numbers: [String: Int] = [:]

  /// The number of a column, which is new if its name was never met.
  mutating func number(of name: String) -> Int {
    if let number = numbers[name] { return number }
    numbers[name] = names.count
    names.append(name)
    return names.count - 1
  }

  /// The number of a column, or `nil` if no table has it.
  subscript(name: String) -> Int? { numbers[name] }
}

/// One row: the bytes of its cells by the numbers of their columns.
struct TableRow {
  /// A cell that is there, and not empty.
  struct Cell {
    let column: Int
    let range: Range<Int>
  }

  /// The content of the cells, one after the other, and perhaps something between them.
  var bytes: [UInt8] = []
  var cells: [Cell] = []

  /// The line that it begins in, from 1.
  var line = 0

  /// Whether it has more or fewer cells than the table has columns.
  var isRagged = false

  /// Forgets the cells, and keeps the room for them.
  mutating func clear() {
    bytes.removeAll(keepingCapacity: true)
    cells.removeAll(keepingCapacity: true)
    isRagged = false
  }

  /// What is in a column; `nil` where nothing is.
  subscript(column: Int) -> ArraySlice<UInt8>? {
    cells.first { $0.column == column }.map { bytes[$0.range] }
  }

  /// What it takes to keep it, about, in bytes.
  var cost: Int { bytes.count + 24 * cells.count + 96 }
}

/// Hands out the rows of a table one by one.
protocol RowReader {
  /// The columns that the table names before its rows, in its order.
  var header: [Int] { get }

  /// Reads the next row.
  ///
  /// - Parameters:
  ///   - row: Takes the row.
  ///   - columns: Learns of columns that were not met before.
  /// - Returns: `false` at the end.
  mutating func next(
    into row: inout TableRow, _ columns: inout TableColumns
  ) throws(ContentProblem) -> Bool
}

/// What is read and not handed out yet.
struct ReadBuffer {
  private let stream: any ByteStream
  private(set) var bytes: [UInt8] = []

  /// Where what is not handed out begins.
  var start = 0

  /// Whether nothing comes behind the bytes.
  private(set) var isComplete = false

  init(_ stream: any ByteStream) {
    self.stream = stream
  }

  /// Reads more, and moves what is left to the front.
  mutating func fill() throws(ContentProblem) {
    if bytes.count - start > ContentLimits.row.bytes {
      throw .unreadable("a row has more than \(ContentLimits.row)")
    }
    bytes.removeFirst(start)
    start = 0
    let piece = try stream.next()
    isComplete = piece.isEmpty
    bytes += piece
  }
}

/// Lines of text as rows of one column.
struct LineRows: RowReader {
  let header: [Int]
  private var buffer: ReadBuffer
  private var line = 0

  init(_ stream: any ByteStream, _ columns: inout TableColumns) {
    buffer = ReadBuffer(stream)
    header = [columns.number(of: "line")]
  }

  mutating func next(
    into row: inout TableRow, _ columns: inout TableColumns
  ) throws(ContentProblem) -> Bool {
    row.clear()
    var end: Int?
    while true {
      end = buffer.bytes[buffer.start...].firstIndex(of: UInt8(ascii: "\n"))
      if end != nil || buffer.isComplete { break }
      try buffer.fill()
    }
    let range = buffer.start..<(end ?? buffer.bytes.count)
    if end == nil, range.isEmpty { return false }
    row.bytes += buffer.bytes[range]
    if row.bytes.contains(0) { throw .unreadable("it holds a zero byte, and is no text") }
    row.cells.append(TableRow.Cell(column: header[0], range: 0..<row.bytes.count))
    line += 1
    row.line = line
    buffer.start = end.map { $0 + 1 } ?? range.upperBound
    return true
  }
}
