internal import Foundation
package import Testing

/// Compares a text with the one kept in `fixtures/golden`, which is reviewed like code.
///
/// With `UPDATE_GOLDEN=1` in the environment (`make golden`) the file is written instead, and the
/// difference is read in `git diff`.
///
/// - Parameters:
///   - text: What the program shows now. A final line break is added if it has none.
///   - name: The case, as `folder/case`. Bytes that do not belong in a file name become `-`.
///   - location: The line of the test, for the report.
/// - Throws: What Foundation says when the file cannot be written.
package func expectGolden(
  _ text: String, _ name: String, sourceLocation location: SourceLocation = #_sourceLocation
) throws {
  let safe = name.map { character in
    character.isASCII && (character.isLetter || character.isNumber || "/-_.".contains(character))
      ? character : "-"
  }
  try expectPage(text, "fixtures/golden/\(String(safe)).txt", sourceLocation: location)
}

/// Compares a text with a file of the project that is made from the sources, as ``expectGolden``.
///
/// - Parameters:
///   - text: What the program shows now. A final line break is added if it has none.
///   - path: The file, from the root of the project.
///   - location: The line of the test, for the report.
/// - Throws: What Foundation says when the file cannot be written.
package func expectPage(
  _ text: String, _ path: String, sourceLocation location: SourceLocation = #_sourceLocation
) throws {
  let file = ProjectRoot.file(path)
  let actual = text.hasSuffix("\n") ? text : text + "\n"
  if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(actual.utf8).write(to: file)
    return
  }
  guard let data = FileManager.default.contents(atPath: file.path) else {
    Issue.record(
      "'\(path)' is missing: run `make golden`, and read what it writes", sourceLocation: location)
    return
  }
  let expected = String(decoding: data, as: UTF8.self)
  guard actual != expected else { return }
  Issue.record(
    """
    '\(path)' reads differently: if the new text is right, run `make golden`
    \(differingLines(expected: expected, actual: actual))
    """, sourceLocation: location)
}

/// The lines that only one of two texts has, from the first difference to the last.
private func differingLines(expected: String, actual: String) -> String {
  var old = expected.split(separator: "\n", omittingEmptySubsequences: false)[...]
  var new = actual.split(separator: "\n", omittingEmptySubsequences: false)[...]
  while let first = old.first, first == new.first {
    old.removeFirst()
    new.removeFirst()
  }
  while let last = old.last, last == new.last {
    old.removeLast()
    new.removeLast()
  }
  return (old.map { "- \($0)" } + new.map { "+ \($0)" }).joined(separator: "\n")
}
