import Foundation
import TestSupport
import Testing

/// Rules for Swift sources that neither the compiler nor the linter checks.
///
/// To allow an exception, list it here with its reason, so that every exception is reviewed.
@Suite struct SourceRuleTests {
  @Test func `there are sources to check`() {
    #expect(ProjectFile.sources.count > 10)
    #expect(ProjectFile.written.contains { $0.path == "Makefile" })
  }

  /// The programs: what they print is all they do.
  static let programs: Set = ["shale", "benchmarks", "observe", "faults"]

  @Test func `only Platform and the program talk to the operating system`() {
    var violations = Violations()
    // `faults` takes back what was not synced, below the calls that Platform makes.
    let allowed = ["Platform", "shale", "observe", "faults"]
    for file in ProjectFile.sources where !allowed.contains(file.module ?? "") {
      for (number, line) in file.code(with: "import Glibc") { violations.add(file, number, line) }
    }
    violations.expectNone("use the Platform module")
  }

  /// Network mounts show what one process does to a mapping to no other, and append in two steps. (The
  /// observer appends to a pipe, and `faults` takes bytes of a file without moving its times.)
  @Test(arguments: ["mmap", "MAP_SHARED", "PROT_WRITE", "O_APPEND", "lockf(", "F_SETLK"])
  func `nothing is written through a mapping, appended by the kernel or locked in two ways`(
    word: String
  ) {
    var violations = Violations()
    for file in ProjectFile.sources where file.module != "faults" {
      for (number, line) in file.code(with: word) where Self.isWord(word, in: line) {
        violations.add(file, number, line)
      }
    }
    violations.expectNone("write at an offset under an AdvisoryLock, or a new file that is renamed")
  }

  /// Calls of C that change files: each is made through the seam for faults, with what it changes.
  private static let changingCalls = [
    "O_CREAT", "pwrite(", "pwritev(", "ftruncate(", "fallocate(", "fsync(", "fdatasync(", "syncfs(",
    "rename(from", "renameat(", "link(from", "linkat(", "symlinkat(", "unlink(", "unlinkat(",
    "rmdir(", "mkdir(", "mkdirat(", "fchmod(", "fchmodat(", "futimens(", "utimensat(", "fchown(",
    "shale_rename_to_free(", "shale_exchange(", "shale_copy_file_range(", "shale_set_modified(",
  ]

  @Test func `Platform changes files only where tests can put faults`() {
    var violations = Violations()
    var count = 0
    for file in ProjectFile.sources where file.module == "Platform" {
      let lines = file.lines
      for word in Self.changingCalls {
        for (number, line) in file.code(with: word) where Self.isWord(word, in: line) {
          // The call begins a few lines above, with what it changes.
          let start = max(0, number - 6)
          let above = lines[start..<min(number, lines.count)]
          count += 1
          if !above.contains(where: { $0.contains("changing") }) {
            violations.add(file, number, line)
          }
        }
      }
    }
    violations.expectNone("make it through systemCall(…, changing: …), see docs/reliability.md")
    #expect(count > 20)
  }

  @Test func `the tool does not link Foundation`() {
    var violations = Violations()
    // JSON, and showing dates: a library that is kept up beats our own.
    let essentials: Set = ["Commands", "Terminal", "Documents", "Lineage"]
    for file in ProjectFile.sources {
      for (number, line) in file.code(with: "import Foundation") {
        let isAllowed =
          line.hasSuffix("import FoundationEssentials") && essentials.contains(file.module ?? "")
        if !isAllowed { violations.add(file, number, line) }
      }
    }
    violations.expectNone("Foundation costs start-up time and 7 MB")
  }

  @Test(arguments: [
    "print(", "debugPrint(", "dump(", "fputs(", "exit(", "getenv(", "ProcessInfo",
    "CommandLine.arguments",
  ])
  func `libraries never print, read the environment or exit`(word: String) {
    var violations = Violations()
    let speakers = Self.programs.union(["Commands"])
    for file in ProjectFile.sources where !speakers.contains(file.module ?? "") {
      for (number, line) in file.code(with: word) where Self.isWord(word, in: line) {
        violations.add(file, number, line)
      }
    }
    violations.expectNone("return a value or throw, and let the command speak")
  }

  @Test func `nothing is shared and variable`() {
    var violations = Violations()
    for file in ProjectFile.swift {
      for (number, line) in file.code(with: "static var") {
        let isComputed = line.hasSuffix("{") || line.contains(" { ")
        if !isComputed && !line.contains("@TaskLocal") { violations.add(file, number, line) }
      }
      for (number, line) in file.code(with: "nonisolated" + "(unsafe)") {
        violations.add(file, number, line)
      }
    }
    violations.expectNone("pass it in a context value, so that a test can pass another")
  }

  @Test(arguments: ["async", "await", "Task {", "DispatchQueue", "fatalError(", "unsafeBitCast"])
  func `sources do without`(word: String) {
    var violations = Violations()
    for file in ProjectFile.sources {
      for (number, line) in file.code(with: word) where Self.isWord(word, in: line) {
        violations.add(file, number, line)
      }
    }
    violations.expectNone("threads are Platform's, and the world throws")
  }

  @Test func `a file is about one thing and a function fits a screen`() {
    var violations = Violations()
    for file in ProjectFile.swift {
      if file.lines.count > 500 { violations.add("\(file.path): \(file.lines.count) lines") }
      for function in Declaration.functions(in: file) where function.lineCount > 70 {
        violations.add(file, function.line, "\(function.lineCount) lines: \(function.text)")
      }
    }
    violations.expectNone("split it: 500 lines a file, 70 a function")
  }

  @Test func `what other modules may use is documented`() {
    var violations = Violations()
    for file in ProjectFile.sources {
      for declaration in Declaration.shared(in: file)
      where !declaration.isDocumented && !Self.isRequirement(declaration.text, of: file) {
        violations.add(file, declaration.line, declaration.text)
      }
    }
    violations.expectNone("say what the signature cannot: units, ranges, what is thrown")
  }

  /// Whether a declaration does what a documented protocol of `Commands` asks of every command.
  private static func isRequirement(_ text: Substring, of file: ProjectFile) -> Bool {
    file.path.hasPrefix("Sources/Commands/")
      && ["package func run(in", "package func write(to", "package init(_"].contains {
        text.hasPrefix($0)
      }
  }

  @Test func `a test file is named after its suite`() {
    var violations = Violations()
    for file in ProjectFile.swift
    where file.path.hasPrefix("Tests/") && file.path.hasSuffix("Tests.swift") {
      let name = String(file.path.split(separator: "/").last?.dropLast(".swift".count) ?? "")
      if !file.text.contains("struct \(name)") && !file.text.contains("extension \(name)") {
        violations.add("\(file.path): no suite \(name)")
      }
      if !file.text.contains("@Test") { violations.add("\(file.path): no tests") }
    }
    violations.expectNone("one file per suite, so that a suite can be found")
  }

  /// Whether `word` stands by itself in `line`: not as the end of a longer name.
  private static func isWord(_ word: String, in line: Substring) -> Bool {
    var rest = line
    while let place = rest.range(of: word) {
      let isFree: (Character?) -> Bool = { character in
        guard let character else { return true }
        return !(character.isLetter || character.isNumber || "_.`\"".contains(character))
      }
      let before = rest[..<place.lowerBound].last
      let after = word.last?.isLetter == true ? rest[place.upperBound...].first : nil
      if isFree(before) && isFree(after) { return true }
      rest = rest[place.upperBound...]
    }
    return false
  }
}
