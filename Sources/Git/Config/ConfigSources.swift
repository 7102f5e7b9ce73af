internal import CGit2
internal import Platform
package import Primitives

/// Where git's settings lie for one user and one repository.
struct ConfigSources {
  let environment: [ByteString: ByteString]

  /// The file of the system, unless the environment forbids it.
  var system: FilePath? {
    if GitValue.bool(environment["GIT_CONFIG_NOSYSTEM"]) == true { return nil }
    return FilePath(environment["GIT_CONFIG_SYSTEM"] ?? "/etc/gitconfig")
  }

  /// The files of the user, the one that wins last.
  var user: [(level: GitConfig.Level, path: FilePath)] {
    if let path = environment["GIT_CONFIG_GLOBAL"] { return [(.global, FilePath(path))] }
    var files: [(level: GitConfig.Level, path: FilePath)] = []
    let home = environment["HOME"].flatMap { $0.isEmpty ? nil : FilePath($0) }
    if let directory = environment["XDG_CONFIG_HOME"], !directory.isEmpty {
      files.append((.xdg, FilePath(directory).appending("git/config")))
    } else if let home {
      files.append((.xdg, home.appending(".config/git/config")))
    }
    if let home { files.append((.global, home.appending(".gitconfig"))) }
    return files
  }

  /// The file that `git config --global` writes.
  var writableUserFile: FilePath? {
    let files = user
    for file in files.reversed()
    where (try? file.path.statusIfPresent(followingSymlink: true)) ?? nil != nil {
      return file.path
    }
    return files.last?.path
  }

  /// The files of a repository.
  static func repository(_ layout: GitLayout) -> [(level: GitConfig.Level, path: FilePath)] {
    var files = [(GitConfig.Level.local, layout.commonDirectory.appending("config"))]
    if layout.extensions["worktreeconfig"].flatMap({ GitValue.bool($0) }) == true {
      files.append((.worktree, layout.gitDirectory.appending("config.worktree")))
    }
    return files.map { (level: $0.0, path: $0.1) }
  }

  /// All files, the one that wins last.
  func files(of layout: GitLayout?) -> [(level: GitConfig.Level, path: FilePath)] {
    var files: [(level: GitConfig.Level, path: FilePath)] = []
    if let system { files.append((.system, system)) }
    files += user
    if let layout { files += Self.repository(layout) }
    return files.filter { !$0.path.bytes.isEmpty && $0.path.bytes != "/dev/null" }
  }

  /// What `git -c` or the environment set, the one that wins last.
  func command() throws(GitError) -> [GitConfig.Entry] {
    var entries: [GitConfig.Entry] = []
    func add(_ key: ByteString, _ value: ByteString?) throws(GitError) {
      let key = try GitConfigKey(key.description).text
      entries.append(
        .init(key: key, value: value, level: .command, file: nil, isIncluded: false))
    }
    if let count = environment["GIT_CONFIG_COUNT"] {
      guard let number = GitValue.int(count), (0...10_000).contains(number) else {
        throw .configValue(key: "GIT_CONFIG_COUNT", value: count, expected: .int)
      }
      for index in 0..<number {
        guard let key = environment[ByteString("GIT_CONFIG_KEY_\(index)")],
          let value = environment[ByteString("GIT_CONFIG_VALUE_\(index)")]
        else { throw .configKey("GIT_CONFIG_KEY_\(index)") }
        try add(key, value)
      }
    }
    for (key, value) in Self.parameters(environment["GIT_CONFIG_PARAMETERS"] ?? "") {
      try add(key, value)
    }
    return entries
  }

  /// Reads `'key'='value'`, `'key'=` for a key alone, and the old form `'key=value'`.
  ///
  /// Each part is quoted as a shell would take it.
  static func parameters(_ text: ByteString) -> [(ByteString, ByteString?)] {
    var found: [(ByteString, ByteString?)] = []
    var rest = text.bytes[...]
    while true {
      rest = rest.drop { $0 == UInt8(ascii: " ") }
      guard rest.first == UInt8(ascii: "'") else { return found }
      let key = quoted(&rest)
      if rest.first == UInt8(ascii: "=") {
        rest.removeFirst()
        let hasValue = rest.first == UInt8(ascii: "'")
        found.append((ByteString(key), hasValue ? ByteString(quoted(&rest)) : nil))
      } else if let sign = key.firstIndex(of: UInt8(ascii: "=")) {
        found.append((ByteString(key[..<sign]), ByteString(key[(sign + 1)...])))
      } else {
        found.append((ByteString(key), nil))
      }
    }
  }

  /// Takes quoted parts, and characters behind backslashes between them, from the front.
  private static func quoted(_ rest: inout ArraySlice<UInt8>) -> [UInt8] {
    var word: [UInt8] = []
    while let byte = rest.first {
      if byte == UInt8(ascii: "'") {
        let inside = rest.dropFirst().prefix { $0 != UInt8(ascii: "'") }
        word += inside
        rest = rest.dropFirst(inside.count + 2)
      } else if byte == UInt8(ascii: "\\") {
        word += rest.dropFirst().prefix(1)
        rest = rest.dropFirst(2)
      } else {
        break
      }
    }
    return word
  }
}

extension GitConfig {
  /// The settings that a repository cannot change: of the system, the user, and the command line.
  package static func protected(
    environment: [ByteString: ByteString]
  ) throws(GitError) -> GitConfig {
    try unsafe load(layout: nil, environment: environment, pointer: nil)
  }

  /// Reads all files of the user, and those of a repository.
  ///
  /// - Parameters:
  ///   - layout: The repository, if there is one.
  ///   - environment: The variables of the process.
  ///   - pointer: The open repository, for includes that depend on it.
  static func load(
    layout: GitLayout?, environment: [ByteString: ByteString], pointer: OpaquePointer?
  ) throws(GitError) -> GitConfig {
    let sources = ConfigSources(environment: environment)
    let files = sources.files(of: layout)
    let command = try sources.command()
    return try Library.with(environment) { () throws(GitError) in
      let handle = try unsafe ConfigHandle(files, pointer: pointer)
      let entries = try read(handle, files: files)
      return GitConfig(entries: entries + command, home: environment["HOME"])
    }
  }

  private static func read(
    _ handle: borrowing ConfigHandle, files: [(level: Level, path: FilePath)]
  ) throws(GitError) -> [Entry] {
    var iterator: OpaquePointer?
    try check(unsafe git_config_iterator_new(&iterator, handle.pointer), .readConfig)
    defer { unsafe git_config_iterator_free(iterator) }
    var entries: [Entry] = []
    while true {
      var entry: UnsafeMutablePointer<git_config_entry>?
      let code = unsafe git_config_next(&entry, iterator)
      if code == GIT_ITEROVER.rawValue { return entries }
      try check(code, .readConfig)
      guard let entry = unsafe entry?.pointee else { return entries }
      let level = Level(native: unsafe entry.level)
      let value = unsafe entry.value
      entries.append(
        Entry(
          key: unsafe bytes(entry.name).description, value: unsafe value.map { unsafe bytes($0) },
          level: level, file: files.first { $0.level == level }?.path,
          isIncluded: unsafe entry.include_depth > 0))
    }
  }
}

extension GitConfig.Level {
  var native: git_config_level_t {
    switch self {
    case .system: GIT_CONFIG_LEVEL_SYSTEM
    case .xdg: GIT_CONFIG_LEVEL_XDG
    case .global: GIT_CONFIG_LEVEL_GLOBAL
    case .local: GIT_CONFIG_LEVEL_LOCAL
    case .worktree, .command: GIT_CONFIG_LEVEL_APP
    }
  }

  init(native: git_config_level_t) {
    self =
      switch native {
      case GIT_CONFIG_LEVEL_SYSTEM: .system
      case GIT_CONFIG_LEVEL_XDG: .xdg
      case GIT_CONFIG_LEVEL_GLOBAL: .global
      case GIT_CONFIG_LEVEL_LOCAL: .local
      default: .worktree
      }
  }
}

extension ConfigHandle {
  /// Reads files, the one that wins last.
  ///
  /// - Parameters:
  ///   - files: The files; those that are missing hold nothing.
  ///   - pointer: The open repository, for includes that depend on it.
  init(
    _ files: [(level: GitConfig.Level, path: FilePath)], pointer: OpaquePointer?
  ) throws(GitError) {
    let handle = try unsafe ConfigHandle { unsafe git_config_new($0) }
    for (level, path) in files {
      let code = unsafe CString.with(path.bytes) {
        unsafe git_config_add_file_ondisk(handle.pointer, $0, level.native, pointer, 0)
      }
      try check(code, .readConfig)
    }
    self = handle
  }
}
