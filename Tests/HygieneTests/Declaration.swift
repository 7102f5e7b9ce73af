/// A declaration in a Swift source, found by the form that the formatter gives it.
struct Declaration {
  /// The number of its first line, from 1.
  let line: Int
  let text: Substring

  /// The number of its lines, up to the brace that closes it.
  let lineCount: Int
  let isDocumented: Bool

  /// The functions and initialisers of a file that have a body of several lines.
  static func functions(in file: ProjectFile) -> [Declaration] {
    declarations(in: file) { words in
      guard let word = words.first(where: { !modifiers.contains($0) }) else { return false }
      return word == "func" || word.hasPrefix("init(") || word == "deinit"
    }
  }

  /// The types and functions of a file that other modules may use.
  ///
  /// Properties and the requirements of well-known protocols say what they are by their names.
  static func shared(in file: ProjectFile) -> [Declaration] {
    declarations(in: file) { words in
      guard words.contains("package"), !words.contains("override") else { return false }
      let rest = words.drop { modifiers.contains($0) }
      guard let word = rest.first else { return false }
      if types.contains(word) { return true }
      guard word == "func", let name = rest.dropFirst().first else { return false }
      return !["==", "<", "+", "-", "+=", "hash(into", "encode(to", "next()"].contains {
        name == $0 || name.hasPrefix($0)
      }
    }
  }

  private static let types: Set<Substring> = [
    "struct", "enum", "class", "protocol", "actor", "typealias",
  ]

  private static let modifiers: Set<Substring> = [
    "package", "private", "fileprivate", "internal", "public", "static", "final", "mutating",
    "borrowing", "consuming", "nonisolated", "indirect", "override", "convenience", "required",
    "@discardableResult", "@inline(__always)", "@inlinable",
  ]

  private static func declarations(
    in file: ProjectFile, where isWanted: ([Substring]) -> Bool
  ) -> [Declaration] {
    var found: [Declaration] = []
    var isInText = false
    for (index, line) in file.lines.enumerated() {
      if line.contains("\"\"\"") { isInText.toggle() }
      guard !isInText, isWanted(line.split(separator: " ")) else { continue }
      let indent = line.prefix { $0 == " " }
      let end = file.lines[index...].firstIndex { $0 == indent + "}" }
      let isOneLine = line.hasSuffix("}") || !hasBody(file.lines[index...], indent: indent)
      found.append(
        Declaration(
          line: index + 1, text: line.drop { $0 == " " },
          lineCount: isOneLine ? 1 : (end ?? index) - index + 1,
          isDocumented: isDocumented(file.lines[..<index])))
    }
    return found
  }

  /// Whether a declaration that starts here opens a brace before the next one starts.
  private static func hasBody(_ lines: ArraySlice<Substring>, indent: Substring) -> Bool {
    for line in lines {
      if line.hasSuffix("{") { return true }
      if line.isEmpty || line == indent + "}" { return false }
    }
    return false
  }

  /// Whether the lines before a declaration end with a doc comment.
  ///
  /// Attributes are left aside, and so are the one-line siblings that share the comment of the
  /// first of them.
  private static func isDocumented(_ lines: ArraySlice<Substring>) -> Bool {
    let above = lines.reversed().first { line in
      let text = line.drop { $0 == " " }
      return !text.hasPrefix("@") && !(text.hasPrefix("package ") && !text.hasSuffix("{"))
    }
    return above?.drop { $0 == " " }.hasPrefix("///") ?? false
  }
}
