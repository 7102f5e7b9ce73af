/// A line of help for a terminal: spans of text with what each one is.
package struct HelpLine: Hashable, Sendable {
  /// What a span of help is, for colours.
  package enum Role: Hashable, Sendable {
    case plain
    case heading
    /// Something that would be typed.
    case literal
  }

  /// Text that is all of one role.
  package struct Span: Hashable, Sendable {
    package let text: String
    package let role: Role
  }

  package let spans: [Span]

  init(_ spans: [Span]) {
    self.spans = spans
  }

  init(_ text: String, _ role: Role = .plain) {
    spans = text.isEmpty ? [] : [Span(text: text, role: role)]
  }

  /// The line without roles.
  package var text: String { spans.map(\.text).joined() }
}

extension HelpDocument {
  /// The help as lines for a terminal.
  ///
  /// - Parameter width: The columns there are. Text is wrapped at 50 to 100 of them.
  /// - Returns: The lines, without line breaks.
  package func lines(width: Int) -> [HelpLine] {
    let width = min(max(width, 50), 100)
    var lines = [HelpLine(summary), HelpLine("")]
    for section in sections {
      lines.append(HelpLine(section.heading.uppercased(), .heading))
      for (index, block) in section.blocks.enumerated() {
        if index > 0 { lines.append(HelpLine("")) }
        lines += Self.lines(of: block, width: width)
      }
      lines.append(HelpLine(""))
    }
    return lines.dropLast()
  }

  private static func lines(of block: Block, width: Int) -> [HelpLine] {
    switch block {
    case .paragraph(let text):
      return wrap(text, width: width - 2).map { indented($0, by: 2) }
    case .usage(let usages):
      return usages.map { indented(HelpLine($0, .literal), by: 2) }
    case .definitions(let definitions):
      return lines(of: definitions, width: width)
    case .examples(let examples):
      return examples.flatMap {
        wrap($0.meaning + ":", width: width - 2).map { indented($0, by: 2) }
          + [indented(HelpLine("$ " + $0.line, .literal), by: 4)]
      }
    }
  }

  /// Terms in a column, what they mean in a second one that hangs.
  private static func lines(of definitions: [Definition], width: Int) -> [HelpLine] {
    let column = min(definitions.map(\.term.count).max() ?? 0, 24)
    let indent = column + 4
    return definitions.flatMap { definition -> [HelpLine] in
      let meaning = wrap(definition.meaning, width: max(width - indent, 20))
      let term = HelpLine.Span(text: definition.term, role: .literal)
      guard definition.term.count <= column, let first = meaning.first else {
        return [indented(HelpLine([term]), by: 2)] + meaning.map { indented($0, by: indent) }
      }
      let gap = String(repeating: " ", count: column - definition.term.count + 2)
      let head = HelpLine([term, .init(text: gap, role: .plain)] + first.spans)
      return [indented(head, by: 2)] + meaning.dropFirst().map { indented($0, by: indent) }
    }
  }

  private static func indented(_ line: HelpLine, by count: Int) -> HelpLine {
    HelpLine([.init(text: String(repeating: " ", count: count), role: .plain)] + line.spans)
  }

  /// Breaks text at its spaces.
  ///
  /// What stands in backticks is a literal, and keeps both.
  private static func wrap(_ text: String, width: Int) -> [HelpLine] {
    var lines: [[HelpLine.Span]] = []
    var length = 0
    for word in pieces(of: text) {
      let count = word.text.count
      if let last = lines.indices.last, length + 1 + count <= width {
        lines[last] += [.init(text: " ", role: .plain)] + word.spans
        length += 1 + count
      } else {
        lines.append(word.spans)
        length = count
      }
    }
    return lines.map { HelpLine($0) }
  }

  /// The words of a text, where one in backticks may hold spaces.
  private static func pieces(of text: String) -> [HelpLine] {
    var pieces: [[HelpLine.Span]] = []
    var continues = false
    for (index, part) in text.split(separator: "`", omittingEmptySubsequences: false).enumerated() {
      let isLiteral = index % 2 == 1
      let words =
        isLiteral
        ? ["`\(part)`"[...]] : part.split(separator: " ", omittingEmptySubsequences: false)
      for (position, word) in words.enumerated() {
        if position > 0 { continues = false }
        guard !word.isEmpty else { continue }
        let span = HelpLine.Span(text: String(word), role: isLiteral ? .literal : .plain)
        if continues, let last = pieces.indices.last {
          pieces[last].append(span)
        } else {
          pieces.append([span])
        }
        continues = true
      }
    }
    return pieces.map { HelpLine($0) }
  }
}
