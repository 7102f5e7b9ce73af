package import Primitives

/// The lines of a `.gitattributes` that give files to Git LFS.
package struct LFSAttributes: Sendable {
  /// A line with `filter=lfs`.
  package struct Rule: Hashable, Sendable {
    /// The number of the line, from 0.
    package let line: Int

    /// Which files it is for, in the syntax of `.gitignore`; `nil` for one in quotes, which is not
    /// read.
    package let pattern: ByteString?
  }

  /// The rules, in order.
  package let rules: [Rule]
  private let lines: [ArraySlice<UInt8>]

  /// Reads the content of a `.gitattributes`.
  package init(_ content: [UInt8]) {
    lines = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    rules = lines.enumerated().compactMap { number, line in
      let words = Self.words(line)
      guard words.dropFirst().contains(where: { $0.elementsEqual("filter=lfs".utf8) }),
        let first = words.first, first.first != UInt8(ascii: "#"),
        !first.starts(with: "[attr]".utf8)
      else { return nil }
      let isQuoted = first.first == UInt8(ascii: "\"")
      return Rule(line: number, pattern: isQuoted ? nil : ByteString(first))
    }
  }

  /// The content without what some rules give to Git LFS; what else their lines say stays.
  package func removing(_ rules: [Rule]) -> [UInt8] {
    let numbers = Set(rules.map(\.line))
    var kept: [[UInt8]] = []
    for (number, line) in lines.enumerated() {
      guard numbers.contains(number) else {
        kept.append(Array(line))
        continue
      }
      let words = Self.words(line)
      let others = words.dropFirst().filter { word in
        !Self.own.contains { word.elementsEqual($0.utf8) }
      }
      guard !others.isEmpty, let pattern = words.first else { continue }
      kept.append(Array(([pattern] + others).joined(separator: [UInt8(ascii: " ")])))
    }
    return Array(kept.joined(separator: [UInt8(ascii: "\n")]))
  }

  /// What `git lfs track` writes behind a pattern.
  private static let own = ["filter=lfs", "diff=lfs", "merge=lfs", "-text", "lockable"]

  /// The line that gives a file, or all in a directory, to Git LFS.
  ///
  /// - Parameters:
  ///   - path: From the directory of the `.gitattributes`.
  ///   - isDirectory: Whether it is a directory.
  package static func line(for path: RepositoryPath, isDirectory: Bool) -> [UInt8] {
    var line = [UInt8(ascii: "/")]
    for byte in path.bytes.bytes {
      switch byte {
      case UInt8(ascii: " "), 0x09: line += Array("[[:space:]]".utf8)
      case 0x00..<0x20, 0x7F: line += Array("[[:cntrl:]]".utf8)
      case UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "["), UInt8(ascii: "\\"):
        line += [UInt8(ascii: "\\"), byte]
      default: line.append(byte)
      }
    }
    if isDirectory { line += Array("/**".utf8) }
    return line + Array(" filter=lfs diff=lfs merge=lfs -text".utf8)
  }

  private static func words(_ line: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    line.split { [0x20, 0x09, 0x0D].contains($0) }
  }
}
