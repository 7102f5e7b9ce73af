/// The ignore rules that hold in one directory, in the syntax of `.gitignore`.
///
/// The last rule that matches decides, and rules of a deeper directory come after those above it.
/// What is recorded already is not ignored, which is for the caller to see to.
package struct IgnoreRules: Sendable {
  private struct Level: Sendable {
    /// The bytes of the directory's path from the root of the worktree, with a slash at its end.
    let prefix: [UInt8]
    let patterns: [IgnorePattern]
  }

  private let levels: [Level]

  /// No rules at all.
  package static let none = Self(levels: [])

  private init(levels: [Level]) {
    self.levels = levels
  }

  /// These rules, and those of a file in `directory`.
  ///
  /// - Parameters:
  ///   - content: What the file holds.
  ///   - directory: Where it lies: in, or below, the directory of the rules so far.
  /// - Returns: The rules for that directory and those below it.
  package func adding(_ content: [UInt8], in directory: RepositoryPath) -> Self {
    let patterns = IgnorePattern.parse(content)
    if patterns.isEmpty { return self }
    let prefix = directory.isRoot ? [] : directory.bytes.bytes + [UInt8(ascii: "/")]
    return Self(levels: levels + [Level(prefix: prefix, patterns: patterns)])
  }

  package var isEmpty: Bool { levels.isEmpty }

  /// Whether a path is ignored, where the directory that holds it is not.
  ///
  /// - Parameters:
  ///   - path: From the root of the worktree.
  ///   - isDirectory: Whether a directory, not a symlink to one, is there.
  /// - Returns: What the last rule that matches says.
  package func ignores(_ path: RepositoryPath, isDirectory: Bool) -> Bool {
    if levels.isEmpty { return false }
    let bytes = path.bytes.bytes
    let name = path.name.bytes[...]
    for level in levels.reversed() where bytes.starts(with: level.prefix) {
      let relative = bytes[level.prefix.count...]
      for pattern in level.patterns.reversed()
      where pattern.matches(relative, name: name, isDirectory: isDirectory) {
        return !pattern.isNegated
      }
    }
    return false
  }
}

/// One line of an ignore file.
struct IgnorePattern: Sendable {
  /// Whether what matches is *not* ignored.
  let isNegated: Bool
  private let isForDirectories: Bool

  /// Whether only the last name of a path is compared.
  private let isForNames: Bool
  private let pattern: [UInt8]

  /// The patterns of a whole file.
  static func parse(_ content: [UInt8]) -> [Self] {
    var rest = content[...]
    if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
    return rest.split(separator: UInt8(ascii: "\n")).compactMap { Self($0) }
  }

  /// Reads a line without its end; `nil` for an empty line or a comment.
  private init?(_ line: ArraySlice<UInt8>) {
    if line.first == UInt8(ascii: "#") { return nil }
    var line = line
    if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
    line = Self.trimmed(line)
    isNegated = line.first == UInt8(ascii: "!")
    if isNegated { line = line.dropFirst() }
    isForDirectories = line.last == UInt8(ascii: "/")
    if isForDirectories { line = line.dropLast() }
    isForNames = !line.contains(UInt8(ascii: "/"))
    if line.first == UInt8(ascii: "/") { line = line.dropFirst() }
    if line.isEmpty { return nil }
    pattern = Array(line)
  }

  /// The line without spaces at its end; one behind a backslash stays.
  private static func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var firstSpace: Int?
    var position = line.startIndex
    while position < line.endIndex {
      switch line[position] {
      case UInt8(ascii: " "):
        if firstSpace == nil { firstSpace = position }
      case UInt8(ascii: "\\"):
        position += 1
        if position == line.endIndex { return line }
        firstSpace = nil
      default:
        firstSpace = nil
      }
      position += 1
    }
    return firstSpace.map { line[..<$0] } ?? line
  }

  /// Whether a path is meant.
  ///
  /// - Parameters:
  ///   - path: From the directory of the ignore file on.
  ///   - name: The last name of the path.
  ///   - isDirectory: Whether it is one.
  /// - Returns: Whether the pattern is for this path, negated or not.
  func matches(_ path: ArraySlice<UInt8>, name: ArraySlice<UInt8>, isDirectory: Bool) -> Bool {
    if isForDirectories && !isDirectory { return false }
    return WildMatch.matches(pattern, isForNames ? name : path)
  }
}
