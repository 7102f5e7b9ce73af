/// A text file as lines, which keeps how they end.
///
/// The last line may lack its end; lines added to such a file complete it first.
struct TextLines {
  var lines: [[UInt8]]

  /// The last line, where it lacks its end.
  private let unended: [UInt8]?

  /// What a new line ends with: as most do in files of Windows, `\r\n`, else `\n`.
  private let ending: [UInt8]

  init(_ bytes: [UInt8]) {
    lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .map { Array($0) }
    unended = lines.last?.isEmpty == true ? nil : lines.last
    if lines.last?.isEmpty == true { lines.removeLast() }
    let isWindows = !lines.isEmpty && lines.allSatisfy { $0.last == UInt8(ascii: "\r") }
    ending = isWindows ? Array("\r\n".utf8) : Array("\n".utf8)
  }

  /// The file's content; every line ends but a last one that did not.
  var bytes: [UInt8] {
    let bytes = lines.joined(separator: [UInt8(ascii: "\n")])
    return lines.isEmpty || lines.last == unended ? Array(bytes) : bytes + [UInt8(ascii: "\n")]
  }

  /// A line's text, without a carriage return at its end.
  func text(_ index: Int) -> [UInt8] {
    lines[index].last == UInt8(ascii: "\r") ? Array(lines[index].dropLast()) : lines[index]
  }

  /// The line that holds `text`, ended as the others are.
  func line(_ text: [UInt8]) -> [UInt8] {
    text + ending.dropLast()
  }
}
