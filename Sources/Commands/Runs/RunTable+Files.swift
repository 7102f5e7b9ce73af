internal import Documents
internal import Lineage
internal import Platform
internal import Primitives
internal import Terminal

extension RunTable {
  /// What a column is called in a file.
  private func heading(_ column: Column) -> String {
    column.key == .fact(.started) ? "started" : column.heading
  }

  // MARK: - CSV

  /// How many bytes are gathered before they are written.
  private static let blockSize = 64 << 10

  /// Writes the runs as CSV, exactly: ids whole, times as RFC 3339, durations in seconds.
  ///
  /// A header, then a line for each run, all ended by CR LF (RFC 4180).
  func writeCSV(to output: any ByteOutput) throws(CommandFailure) {
    var bytes: [UInt8] = []
    bytes.append(contentsOf: Self.line(columns.map { Self.field(heading($0), isText: true) }))
    for row in runs.indices {
      let fields = columns.map { column in
        guard let value = column.values[row] else { return "" }
        return Self.field(Self.plain(value), isText: value.isText)
      }
      bytes.append(contentsOf: Self.line(fields))
      if bytes.count >= Self.blockSize {
        guard try Self.write(&bytes, to: output) else { return }
      }
    }
    _ = try Self.write(&bytes, to: output)
  }

  /// Writes what was gathered; returns whether anybody still reads.
  private static func write(
    _ bytes: inout [UInt8], to output: any ByteOutput
  ) throws(CommandFailure) -> Bool {
    do throws(FileError) {
      try output.write(bytes.span)
    } catch {
      if error.isBrokenPipe { return false }
      throw CommandFailure(error)
    }
    bytes.removeAll(keepingCapacity: true)
    return true
  }

  private static func line(_ fields: [String]) -> String.UTF8View {
    (fields.joined(separator: ",") + "\r\n").utf8
  }

  /// One field, in quotes where it must be; a text is kept from being taken for a formula.
  private static func field(_ text: String, isText: Bool) -> String {
    var text = text
    if isText, let first = text.utf8.first, "=+-@\t\r".utf8.contains(first) { text = "'" + text }
    guard text.utf8.contains(where: { ",\"\r\n".utf8.contains($0) }) else { return text }
    return "\"\(text.replacing("\"", with: "\"\""))\""
  }

  /// A value as it is, but for signs that command a terminal.
  private static func plain(_ value: RunValue) -> String {
    let text: String
    switch value {
    case .text(let own): text = own
    case .value(.text(let own)): text = own
    default: return exact(value)
    }
    let isPlain = !text.unicodeScalars.contains { scalar in
      scalar.properties.generalCategory == .control && scalar != "\n" && scalar != "\t"
    }
    return isPlain ? text : ByteString(text).description
  }

  // MARK: - Markdown

  /// Writes the runs as a table of Markdown, with numbers to the right.
  func writeMarkdown(to text: inout StyledText) {
    var table = MarkdownTable(columns.map { (heading($0), $0.alignment) })
    for number in runs.indices {
      table.add(
        columns.map { column in
          column.key == .fact(.started)
            ? runs[number].started.description : cell(number, column).text
        })
    }
    table.write(to: &text)
  }
}

extension RunValue {
  /// Whether it could be taken for something else than what it is: a number could not.
  fileprivate var isText: Bool {
    switch self {
    case .text: true
    case .value(let value):
      if case .text = value { true } else { false }
    case .time, .duration: false
    }
  }
}
