import Foundation
import TestSupport
import Testing

/// Rules for the pages under `docs/` and at the root.
@Suite struct DocumentTests {
  @Test func `every link within the project leads somewhere`() {
    var violations = Violations()
    for file in ProjectFile.all where file.isMarkdown {
      for link in Self.links(in: file) where !Self.resolves(link.target, from: file) {
        violations.add("\(file.path):\(link.line): \(link.target)")
      }
    }
    violations.expectNone("mend the link, or the heading it names")
  }

  @Test func `every page is reached from the index`() {
    var reached: Set = ["docs/README.md"]
    var queue = ["docs/README.md"]
    while let path = queue.popLast() {
      guard let file = Self.page(path) else { continue }
      for link in Self.links(in: file) {
        let target = Self.path(of: link.target, from: file)
        if Self.page(target) != nil && reached.insert(target).inserted { queue.append(target) }
      }
    }
    var violations = Violations()
    for file in ProjectFile.all
    where file.isMarkdown && file.path.hasPrefix("docs/") && !reached.contains(file.path) {
      violations.add(file.path)
    }
    violations.expectNone("link it from docs/README.md or a page that is linked there")
  }

  @Test func `every promise names a test that there is`() throws {
    let page = try #require(Self.page("docs/design/0010-promises.md"))
    var violations = Violations()
    var count = 0
    for (number, line) in page.lines(with: "| ") where !line.hasPrefix("| promise") {
      let tests = line.matches(of: /`(\w+Tests)\/([^`]+)`/)
      if tests.isEmpty, !line.hasPrefix("| ---") { violations.add(page, number, line) }
      for test in tests {
        count += 1
        let file = ProjectFile.swift.first { $0.path.hasSuffix("/\(test.output.1).swift") }
        let isThere = file?.text.contains("func `\(test.output.2)`(") ?? false
        if !isThere { violations.add(page, number, test.output.0) }
      }
    }
    #expect(count > 50)
    violations.expectNone("name the test that proves the promise, or write it")
  }

  @Test func `every test that the page on reliability names is there`() throws {
    let page = try #require(Self.page("docs/reliability.md"))
    var violations = Violations()
    for (number, line) in page.lines(with: "Tests/") {
      for test in line.matches(of: /`(\w+Tests)\/([^`]+)`/) {
        let file = ProjectFile.swift.first { $0.path.hasSuffix("/\(test.output.1).swift") }
        let isThere = file?.text.contains("func `\(test.output.2)`(") ?? false
        if !isThere { violations.add(page, number, test.output.0) }
      }
    }
    violations.expectNone("name a test that there is")
  }

  @Test func `every page that a source names is there`() {
    var violations = Violations()
    for file in ProjectFile.written where !file.isMarkdown {
      for (number, line) in file.lines(with: "docs/") {
        for match in line.matches(of: /docs\/[A-Za-z0-9\/_.-]+\.md/)
        where Self.page(String(match.output)) == nil {
          violations.add(file, number, match.output)
        }
      }
    }
    violations.expectNone("write the page, or name another")
  }

  @Test func `every magic number names the page that describes its format`() {
    var violations = Violations()
    for file in ProjectFile.sources {
      for (number, line) in file.code(with: "let") {
        guard line.contains(/let \w*[mM]agic\w*( |:)/), line.contains("static") else { continue }
        if !file.text.contains("docs/format/") { violations.add(file, number, line) }
      }
    }
    violations.expectNone("a format is described in docs/format before it is coded")
  }

  private static func page(_ path: String) -> ProjectFile? {
    ProjectFile.all.first { $0.path == path }
  }

  private struct Link {
    let line: Int
    let target: String
  }

  /// The links of a page that lead into the project; code is left out.
  private static func links(in file: ProjectFile) -> [Link] {
    var links: [Link] = []
    var isCode = false
    for (number, line) in zip(1..., file.lines) {
      if line.drop(while: { $0 == " " }).hasPrefix("```") { isCode.toggle() }
      guard !isCode, line.contains("](") else { continue }
      let prose = line.replacing(/`[^`]*`/, with: "code")
      for match in prose.matches(of: /\]\(([^)\s]+)\)/) {
        let target = String(match.output.1)
        if target.contains(":") { continue }
        links.append(Link(line: number, target: target))
      }
    }
    return links
  }

  /// The path from the root that a link of `file` names, without the heading.
  private static func path(of target: String, from file: ProjectFile) -> String {
    let name = target.split(separator: "#", omittingEmptySubsequences: false)[0]
    if name.isEmpty { return file.path }
    var parts = file.path.split(separator: "/").dropLast()
    for part in name.split(separator: "/") where part != "." {
      if part == ".." { parts = parts.dropLast() } else { parts.append(part) }
    }
    return parts.joined(separator: "/")
  }

  private static func resolves(_ target: String, from file: ProjectFile) -> Bool {
    let path = path(of: target, from: file)
    let url = ProjectRoot.file(path)
    guard FileManager.default.fileExists(atPath: url.path) else { return false }
    guard let hash = target.firstIndex(of: "#"), let page = page(path) else { return true }
    let heading = target[target.index(after: hash)...]
    return headings(of: page).contains(String(heading))
  }

  /// The names that headings have in links: lower case, dashes for spaces, no punctuation.
  private static func headings(of page: ProjectFile) -> [String] {
    page.lines.filter { $0.hasPrefix("#") }.map { line in
      let title = line.drop { $0 == "#" }.drop { $0 == " " }.lowercased()
      return String(
        title.compactMap { character in
          if character == " " { return "-" }
          let isKept = character.isLetter || character.isNumber || "-_".contains(character)
          return isKept ? character : nil
        })
    }
  }
}
