internal import CGit2
package import Platform
package import Primitives

/// The settings of git, from all files that git reads, as they were at one moment.
///
/// Later layers win: system, user, repository, worktree, then what the command line of a calling
/// git or the environment gave. Includes are followed as git follows them.
package struct GitConfig: Sendable {
  /// Where a setting comes from; a later level wins.
  package enum Level: Int, Hashable, Sendable, Comparable {
    case system
    /// `$XDG_CONFIG_HOME/git/config`.
    case xdg
    /// `~/.gitconfig`, or what `GIT_CONFIG_GLOBAL` names.
    case global
    case local
    /// `config.worktree`.
    case worktree
    /// `git -c`, or `GIT_CONFIG_COUNT` in the environment.
    case command

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
  }

  /// One setting.
  package struct Entry: Hashable, Sendable {
    /// `section.name` or `section.subsection.name`; section and name are in lower case.
    package let key: String
    /// `nil` for a key without `=`, which means true.
    package let value: ByteString?
    package let level: Level
    /// The file of the level, or `nil` for ``Level/command``.
    package let file: FilePath?
    /// Whether it stands in a file that ``file`` includes.
    package let isIncluded: Bool
  }

  /// All settings, those that win last.
  package let entries: [Entry]
  private let positions: [String: [Int]]
  private let home: ByteString?

  init(entries: [Entry], home: ByteString?) {
    self.entries = entries
    self.home = home
    var positions: [String: [Int]] = [:]
    for (index, entry) in entries.enumerated() { positions[entry.key, default: []].append(index) }
    self.positions = positions
  }

  /// All values of a key, the one that wins last.
  ///
  /// - Throws: ``GitError/configKey(_:)``.
  package func entries(_ key: String) throws(GitError) -> [Entry] {
    let key = try GitConfigKey(key).text
    return (positions[key] ?? []).map { entries[$0] }
  }

  /// The value that wins; `true` for a key without `=`.
  package func string(_ key: String) throws(GitError) -> ByteString? {
    guard let entry = try entries(key).last else { return nil }
    return entry.value ?? "true"
  }

  /// The value that wins as git reads booleans.
  ///
  /// - Throws: ``GitError/configValue(key:value:expected:)``.
  package func bool(_ key: String) throws(GitError) -> Bool? {
    guard let value = try string(key) else { return nil }
    guard let bool = GitValue.bool(value) else {
      throw .configValue(key: key, value: value, expected: .bool)
    }
    return bool
  }

  /// The value that wins as git reads numbers, with `k`, `m` and `g`.
  ///
  /// - Throws: ``GitError/configValue(key:value:expected:)``.
  package func int(_ key: String) throws(GitError) -> Int? {
    guard let value = try string(key) else { return nil }
    guard let int = GitValue.int(value) else {
      throw .configValue(key: key, value: value, expected: .int)
    }
    return int
  }

  /// The value that wins as a path, with `~/` for the user's home.
  ///
  /// - Throws: ``GitError/configValue(key:value:expected:)`` for another user's home.
  package func path(_ key: String) throws(GitError) -> FilePath? {
    guard let value = try string(key) else { return nil }
    return try path(from: value, key: key)
  }

  func path(from value: ByteString, key: String) throws(GitError) -> FilePath {
    guard value.bytes.first == UInt8(ascii: "~") else { return FilePath(value) }
    guard let home, value.bytes.dropFirst().first ?? UInt8(ascii: "/") == UInt8(ascii: "/") else {
      throw .configValue(key: key, value: value, expected: .path)
    }
    return FilePath(ByteString(home.bytes + value.bytes.dropFirst()))
  }

  /// The subsections of a section that have settings, sorted: `subsections("remote")`.
  package func subsections(_ section: String) -> [String] {
    let prefix = section.lowercased() + "."
    var names: Set<String> = []
    for key in positions.keys where key.hasPrefix(prefix) {
      let rest = key.dropFirst(prefix.count)
      if let dot = rest.lastIndex(of: ".") { names.insert(String(rest[..<dot])) }
    }
    return names.sorted()
  }
}
