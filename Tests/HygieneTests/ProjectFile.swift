import Foundation
import TestSupport

/// A text file of the project.
struct ProjectFile: Sendable {
  /// The path from the root of the repository.
  let path: String
  let text: String
  let isExecutable: Bool
  let size: Int

  /// The lines without their line breaks; the part after the last line break is left out if empty.
  let lines: [Substring]

  /// The module a Swift source belongs to, or `nil` outside `Sources`.
  var module: String? {
    let parts = path.split(separator: "/")
    return parts.count > 2 && parts[0] == "Sources" ? String(parts[1]) : nil
  }

  var isSwift: Bool { path.hasSuffix(".swift") }
  var isMarkdown: Bool { path.hasSuffix(".md") }

  /// Whether the file is data or expected output, for which no rule of writing holds.
  var isData: Bool {
    path.hasPrefix("fixtures/")
      && ![".md", ".py", ".sh"].contains(where: { path.hasSuffix($0) })
  }

  /// The lines that hold `word`, with their numbers.
  ///
  /// Most files hold none, and are searched once as a whole.
  func lines(with word: String) -> [(number: Int, line: Substring)] {
    guard text.contains(word) else { return [] }
    return zip(1..., lines).filter { $0.1.contains(word) }.map { ($0.0, $0.1) }
  }

  /// The same without comments.
  func code(with word: String) -> [(number: Int, line: Substring)] {
    lines(with: word).filter { _, line in
      guard let place = line.range(of: word) else { return false }
      return !line[..<place.lowerBound].contains("//")
    }
  }
}

extension ProjectFile {
  /// Everything that git would carry: what is built, cached or git's own is left out.
  static let all: [ProjectFile] = {
    let root = ProjectRoot.url
    let ignored: Set = [".git", ".build", ".cache", ".swiftpm"]
    guard let walk = FileManager.default.enumerator(atPath: root.path) else { return [] }
    var files: [ProjectFile] = []
    for case let path as String in walk {
      if ignored.contains(path) || path.hasSuffix("__pycache__") {
        walk.skipDescendants()
        continue
      }
      guard walk.fileAttributes?[.type] as? FileAttributeType == .typeRegular,
        let data = FileManager.default.contents(atPath: root.appending(path: path).path)
      else { continue }
      let mode = walk.fileAttributes?[.posixPermissions] as? Int ?? 0
      let text = data.contains(0) ? "" : String(data: data, encoding: .utf8) ?? ""
      var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      if lines.last == "" { lines.removeLast() }
      files.append(
        ProjectFile(
          path: path, text: text, isExecutable: mode & 0o111 != 0, size: data.count, lines: lines))
    }
    return files.sorted { $0.path < $1.path }
  }()

  static let sources = all.filter { $0.module != nil && $0.isSwift }
  static let swift = all.filter { $0.isSwift }
  static let written = all.filter { !$0.isData && !$0.text.isEmpty }
}
