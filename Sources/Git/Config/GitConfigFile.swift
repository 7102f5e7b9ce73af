package import Platform
package import Primitives

/// A file in the syntax of git's configuration, as it was written: nothing is included or run.
///
/// The syntax is that of git-config(1). Sections and keys are compared without case, subsections
/// with it. Keeps the bytes, so that ``set(_:to:)`` changes one line and leaves comments alone.
package struct GitConfigFile: Sendable {
  /// One setting of the file.
  package struct Entry: Hashable, Sendable {
    /// `section.name` or `section.subsection.name`; section and name are in lower case.
    package let key: String
    /// `nil` for a key without `=`, which means true.
    package let value: ByteString?
    /// Counted from 1.
    package let line: Int

    /// The section, in lower case.
    package let section: String
    /// What stands in quotes after the section, if anything does.
    package let subsection: ByteString?
    /// The name, in lower case.
    package let name: String

    /// The bytes of the setting in the file, from its name to the end of its last line.
    let range: Range<Int>
  }

  /// The file's place, for messages.
  package let path: FilePath
  package internal(set) var bytes: [UInt8]
  package internal(set) var entries: [Entry]
  /// The sections in the order of the file, also those without entries.
  var headers: [Header]

  struct Header {
    let section: String
    let subsection: ByteString?
    /// Where its bracket opens, and the position after the one that closes.
    let start: Int
    let bracketEnd: Int
    /// The end of the line that the header ends in.
    let end: Int
  }

  /// Reads what may be anything.
  ///
  /// - Parameters:
  ///   - bytes: The content.
  ///   - path: Where it lies, for messages.
  /// - Throws: ``GitError/configSyntax(_:line:_:)``.
  package init(_ bytes: [UInt8], path: FilePath) throws(GitError) {
    var parser = GitConfigParser(bytes, path: path)
    try parser.parse()
    self.path = path
    self.bytes = bytes
    entries = parser.entries
    headers = parser.headers
  }

  /// Reads the file at `path`; a file that is not there is an empty one.
  ///
  /// - Throws: ``GitError/configSyntax(_:line:_:)``, or ``GitError/file(_:)``, also for more than
  ///   `limit`.
  package init(at path: FilePath, limit: ByteCount = .mebibytes(4)) throws(GitError) {
    var bytes: [UInt8]
    do {
      bytes = try path.contentsIfPresent(limit: limit) ?? []
    } catch {
      throw .file(error)
    }
    try self.init(bytes, path: path)
  }

  /// All values of a key, in the order of the file.
  package func entries(_ key: String) throws(GitError) -> [Entry] {
    let key = try GitConfigKey(key).text
    return entries.filter { $0.key == key }
  }

  /// The last value of a key, which is the one that counts.
  package func value(_ key: String) throws(GitError) -> ByteString? {
    guard let entry = try entries(key).last else { return nil }
    return entry.value ?? "true"
  }
}

/// A key, checked and in the spelling that compares.
package struct GitConfigKey: Hashable, Sendable {
  /// In lower case: letters, digits, `-` and (as git allows) dots.
  package let section: String
  package let subsection: ByteString?
  /// In lower case: a letter, then letters, digits and `-`.
  package let name: String

  /// - Throws: ``GitError/configKey(_:)``.
  package init(_ text: String) throws(GitError) {
    guard let first = text.firstIndex(of: "."), let last = text.lastIndex(of: ".") else {
      throw .configKey(text)
    }
    let section = text[..<first]
    let name = text[text.index(after: last)...]
    guard Self.isSection(section.utf8), Self.isName(name.utf8) else { throw .configKey(text) }
    self.section = section.lowercased()
    self.name = name.lowercased()
    if first < last {
      let middle = ByteString(text[text.index(after: first)..<last].utf8)
      guard !middle.bytes.contains(where: { $0 == 0 || $0 == UInt8(ascii: "\n") }) else {
        throw .configKey(text)
      }
      subsection = middle
    } else {
      subsection = nil
    }
  }

  var text: String { Self.text(section: section, subsection: subsection, name: name) }

  static func text(section: String, subsection: ByteString?, name: String) -> String {
    guard let subsection else { return "\(section).\(name)" }
    return "\(section).\(String(decoding: subsection.bytes, as: UTF8.self)).\(name)"
  }

  static func isSection(_ bytes: some Collection<UInt8>) -> Bool {
    !bytes.isEmpty && bytes.allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: "-") }
  }

  static func isNamePart(_ byte: UInt8) -> Bool {
    isLetterOrDigit(byte) || byte == UInt8(ascii: "-")
  }

  static func isName(_ bytes: some Collection<UInt8>) -> Bool {
    guard let first = bytes.first, isLetter(first) else { return false }
    return bytes.allSatisfy(isNamePart)
  }

  static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    isLetter(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}

/// What is wrong with a line of a configuration file.
package enum GitConfigProblem: Equatable, Sendable {
  case header
  case keyOutsideSection
  case key
  case value
  case zeroByte
  case tooDeep
  /// A merge left its markers in the file.
  case conflict
}

extension GitConfigProblem: CustomStringConvertible {
  package var description: String {
    switch self {
    case .header: "a section header that does not end"
    case .keyOutsideSection: "a setting outside any section"
    case .key: "a name that is not one of letters, digits and '-'"
    case .value: "a value with an unknown escape or an open quote"
    case .zeroByte: "a zero byte"
    case .tooDeep: "too many settings"
    case .conflict: "conflict markers"
    }
  }
}
