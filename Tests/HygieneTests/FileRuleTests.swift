import Foundation
import TestSupport
import Testing

/// Rules for every file of the repository.
///
/// To allow an exception, list it here with its reason, so that every exception is reviewed.
@Suite struct FileRuleTests {
  @Test func `lines are short and end in nothing but a line feed`() {
    var violations = Violations()
    for file in ProjectFile.written {
      // A table or a link cannot be broken, and the formatter breaks no string of Swift.
      let limit = file.isMarkdown ? Int.max : file.isSwift ? 120 : 100
      for (number, line) in zip(1..., file.lines) {
        if line.hasSuffix(" ") || line.hasSuffix("\t") || line.hasSuffix("\r") {
          violations.add(file, number, "space at the end")
        }
        if line.utf8.count > limit && line.count > limit {
          violations.add(file, number, "\(line.count) columns")
        }
        if line.contains("\t") && file.path != "Makefile" {
          violations.add(file, number, "a tab")
        }
      }
      if !file.text.hasSuffix("\n") || file.text.hasSuffix("\n\n") {
        violations.add("\(file.path): must end in one line feed")
      }
    }
    violations.expectNone("keep to .editorconfig")
  }

  // In two halves, so that these lines do not forbid themselves.
  @Test(arguments: [
    ("FIX" + "ME", "resolve it before it lands"),
    ("TO" + "DO", "do it, or say it in docs/shortcomings.md"),
    ("HA" + "CK", "say what it is and why"),
    ("/wo" + "rk/", "a path of somebody's machine"),
    ("/ro" + "ot/", "a path of somebody's machine"),
    ("pypi" + ".org", "hosts are pip's to know"),
    ("black" + "list", "deny list"),
    ("white" + "list", "allow list"),
    ("blazing" + "ly", "give the numbers and the command"),
    ("seamless" + "ly", "say what happens"),
    ("obvious" + "ly", "leave it out"),
  ])
  func `nothing is left over`(word: String, advice: String) {
    var violations = Violations()
    for file in ProjectFile.written {
      for (number, line) in file.lines(with: word) { violations.add(file, number, line) }
    }
    violations.expectNone(advice)
  }

  @Test func `a file is executable if it says what executes it`() {
    var violations = Violations()
    for file in ProjectFile.all where file.isExecutable != file.text.hasPrefix("#!") {
      violations.add("\(file.path): \(file.isExecutable ? "no #! line" : "not executable")")
    }
    violations.expectNone("chmod it")
  }

  @Test func `the repository stays small`() {
    var violations = Violations()
    for file in ProjectFile.all where file.size > 512 << 10 {
      violations.add("\(file.path): \(file.size) bytes")
    }
    violations.expectNone("large data is made by a script, or downloaded by a test")
    let fixtures = ProjectFile.all.filter { $0.path.hasPrefix("fixtures/") }
    #expect(fixtures.reduce(0) { $0 + $1.size } < 3 << 20)
  }
}
