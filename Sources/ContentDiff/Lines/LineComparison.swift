internal import Primitives

/// How two texts differ.
package struct LineDifference: Encodable, Equatable, Sendable {
  /// How many lines are in one of them alone.
  package let added: Int
  package let removed: Int

  /// Whether lines were compared in their order; of larger texts they are only counted.
  package let isOrdered: Bool

  /// The first lines of the difference: as `diff -u` writes them, or, where they have no order, those
  /// that came and went with `+` and `-`.
  package let lines: [String]

  /// How many more lines there are.
  package let furtherLines: Int
}

/// Compares texts by lines.
enum LineComparison {
  /// Compares two texts of any size.
  ///
  /// - Parameters:
  ///   - limit: How many lines of the difference are shown.
  ///   - old: Opens the old text.
  ///   - new: Opens the new text.
  /// - Throws: ``ContentProblem/unreadable(_:)`` for what is no text.
  static func compare(
    _ old: @escaping TableComparison.Opening, _ new: @escaping TableComparison.Opening, limit: Int
  ) throws(ContentProblem) -> LineDifference {
    if let left = try old().contents(limit: ContentLimits.text),
      let right = try new().contents(limit: ContentLimits.text),
      let found = try compare(left, right, limit: limit)
    {
      return found
    }
    var table = TableComparison(.lines, old, new, limit: limit)
    let found = try table.compare()
    let lines = found.samples.map { row in
      let cell = row.cells.first
      return row.kind == .added ? "+\(cell?.new ?? "")" : "-\(cell?.old ?? "")"
    }
    return LineDifference(
      added: found.added, removed: found.removed, isOrdered: false,
      lines: Array(lines.prefix(limit)),
      furtherLines: found.added + found.removed - min(lines.count, limit))
  }

  /// Compares lines in their order; `nil` where differences lie too far apart for that.
  private static func compare(
    _ left: [UInt8], _ right: [UInt8], limit: Int
  ) throws(ContentProblem) -> LineDifference? {
    if left.contains(0) || right.contains(0) {
      throw .unreadable("it holds a zero byte, and is no text")
    }
    let diff = UnifiedDiff(from: UnifiedDiff.lines(of: left), to: UnifiedDiff.lines(of: right))
    guard diff.isExact else { return nil }
    let lines = UnifiedDiff.lines(of: diff.bytes)
    let counts = diff.counts
    return LineDifference(
      added: counts.added, removed: counts.removed, isOrdered: true,
      lines: lines.prefix(limit).map { line in
        Excerpt.line(line.last == UInt8(ascii: "\n") ? line.dropLast() : line)
      }, furtherLines: max(0, lines.count - limit))
  }
}

extension Excerpt {
  /// A line of a difference: its sign stays in front of what is quoted.
  fileprivate static func line(_ bytes: ArraySlice<UInt8>) -> String {
    guard let sign = bytes.first else { return "" }
    let text = text(of: bytes.dropFirst())
    return "\(Character(Unicode.Scalar(sign)))\(text)"
  }
}
