/// The place of a value in a document: `train.lr`, `layers.0.size`.
///
/// The keys and item numbers that lead to the value are joined by dots; whether `0` is a key or
/// the first item is decided by the value it is asked of. `layers[0].size` is read as the same
/// place. A key that is empty or has dots, brackets, quotes, `=`, `:`, spaces or invisible
/// characters is quoted as a string of JSON: `"a.b".c`.
package struct DocumentPath: Hashable, Sendable {
  /// The keys and item numbers from the document's root; the root itself has none.
  package let components: [String]

  package init(_ components: [String]) {
    self.components = components
  }

  /// The place of the whole document.
  package static let root = DocumentPath([])

  /// The item of a list that a part names, from 0; `007` and `+7` name none: one item has one path.
  static func itemNumber(_ component: String) -> Int? {
    guard let number = Int(component), number >= 0, String(number) == component else { return nil }
    return number
  }

  /// The place of a field or item below this one.
  package func appending(_ component: String) -> DocumentPath {
    DocumentPath(components + [component])
  }
}

extension DocumentPath {
  /// Reads a path as people type it.
  ///
  /// Throws ``DocumentError/badPath(_:)`` for an empty path or part, and for a quote or bracket
  /// that is not closed.
  package init(_ text: String) throws(DocumentError) {
    var rest = text.unicodeScalars[...]
    var components: [String] = []
    repeat {
      guard let component = Self.nextComponent(&rest, isFirst: components.isEmpty) else {
        throw .badPath(text)
      }
      components.append(component)
    } while !rest.isEmpty
    self.init(components)
  }

  private typealias Rest = String.UnicodeScalarView.SubSequence

  /// Takes one part with the dot or brackets around it, or returns `nil` where that is not one.
  private static func nextComponent(_ rest: inout Rest, isFirst: Bool) -> String? {
    if rest.first == "[" {
      guard let end = rest.firstIndex(of: "]") else { return nil }
      let number = rest[rest.index(after: rest.startIndex)..<end]
      rest = rest[rest.index(after: end)...]
      return number.isEmpty || !number.allSatisfy { ("0"..."9").contains($0) }
        ? nil : String(number)
    }
    if !isFirst {
      guard rest.popFirst() == "." else { return nil }
    }
    if rest.first == "\"" {
      guard let end = endOfQuoted(rest) else { return nil }
      let quoted = String(rest[..<end])
      rest = rest[end...]
      return JSONText.decode(quoted)
    }
    let plain = rest.prefix { !".[]\"".unicodeScalars.contains($0) }
    rest = rest[plain.endIndex...]
    return plain.isEmpty ? nil : String(plain)
  }

  /// The place behind the closing quote of a text that begins with one.
  private static func endOfQuoted(_ text: Rest) -> Rest.Index? {
    var isEscaped = false
    for index in text.indices.dropFirst() {
      if isEscaped {
        isEscaped = false
      } else if text[index] == "\\" {
        isEscaped = true
      } else if text[index] == "\"" {
        return text.index(after: index)
      }
    }
    return nil
  }
}

extension DocumentPath: CustomStringConvertible {
  /// The path as ``init(_:)`` reads it; two different paths never look the same.
  package var description: String {
    components.map { Self.needsQuotes($0) ? JSONText.encode($0) : $0 }.joined(separator: ".")
  }

  private static func needsQuotes(_ component: String) -> Bool {
    component.isEmpty
      || component.unicodeScalars.contains {
        ".[]\"=: ".unicodeScalars.contains($0) || JSONText.isInvisible($0)
      }
  }
}

extension DocumentPath: Comparable {
  /// Compares part by part; parts that are numbers by their value, and before all others.
  package static func < (left: Self, right: Self) -> Bool {
    left.components.lexicographicallyPrecedes(right.components) { left, right in
      switch (UInt(left), UInt(right)) {
      case (let left?, let right?) where left != right: left < right
      case (_?, nil): true
      case (nil, _?): false
      default: left < right
      }
    }
  }
}

extension DocumentPath: Encodable {
  /// Encodes ``description``.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
