import Foundation
import TestSupport
import Testing

/// Keeps the diagram of `docs/architecture.md` true to the manifest.
@Suite struct ArchitectureTests {
  @Test func `the diagram of the modules is drawn from the manifest`() throws {
    let file = ProjectRoot.file("docs/architecture.md")
    let page = try String(contentsOf: file, encoding: .utf8)
    let begin = "<!-- drawn from Package.swift by `make docs`: begin -->\n"
    let end = "<!-- end -->\n"
    let start = try #require(page.range(of: begin)).upperBound
    let stop = try #require(page.range(of: end, range: start..<page.endIndex)).lowerBound
    let drawing = Self.drawing(of: .current)
    guard page[start..<stop] != drawing else { return }
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
      let text = page[..<start] + drawing + page[stop...]
      try Data(text.utf8).write(to: file)
    } else {
      Issue.record("docs/architecture.md shows other modules than Package.swift: run `make docs`")
    }
  }

  /// A diagram in the language of Mermaid, and a table with every import.
  static func drawing(of manifest: Manifest) -> String {
    let modules = manifest.modules.filter { $0.level != nil }
    var text = "```mermaid\nflowchart TD\n"
    for level in manifest.levels.keys.sorted(by: >) {
      let names = modules.filter { $0.level == level }.map(\.name)
      let title = manifest.levels[level]?.trimmingSuffix(while: { $0 == "." }) ?? ""
      text += "  subgraph level\(level) [\"\(level): \(title)\"]\n    direction LR\n"
      for name in names { text += "    \(name)\n" }
      text += "  end\n"
    }
    for module in modules.reversed() {
      for name in manifest.directImports(of: module).sorted() {
        text += "  \(module.name) --> \(name)\n"
      }
    }
    text += "```\n\n| level | module | imports |\n| --: | --- | --- |\n"
    for level in manifest.levels.keys.sorted(by: >) {
      for module in modules where module.level == level {
        let imports = module.imports.sorted().map { "`\($0)`" }.joined(separator: " ")
        text += "| \(level) | `\(module.name)` | \(imports.isEmpty ? "–" : imports) |\n"
      }
    }
    return text
  }
}

extension StringProtocol {
  /// The text without the characters at its end for which `isSuffix` holds.
  fileprivate func trimmingSuffix(while isSuffix: (Character) -> Bool) -> SubSequence {
    var rest = self[...]
    while let last = rest.last, isSuffix(last) { rest.removeLast() }
    return rest
  }
}
