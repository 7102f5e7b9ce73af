internal import CGit2
internal import Platform
package import Primitives

extension GitRepository {
  /// Sets a value in the repository's own configuration, or in the user's.
  ///
  /// - Parameters:
  ///   - key: `section.name` or `section.subsection.name`.
  ///   - value: The one value that the key has from now on; `nil` removes the key.
  ///   - level: ``GitConfig/Level/local`` or ``GitConfig/Level/global``.
  /// - Throws: ``GitError/configKey(_:)``, ``GitError/configSeveralValues(key:)``,
  ///   ``GitError/locked(_:)``.
  package func setConfig(
    _ key: String, to value: ByteString?, at level: GitConfig.Level = .local
  ) throws(GitError) {
    let name = try GitConfigKey(key).text
    let sources = ConfigSources(environment: environment)
    let path =
      level == .global
      ? sources.writableUserFile : ConfigSources.repository(layout).first?.path
    guard let path else { throw .configKey(key) }
    let old = try GitConfigFile(at: path).entries(key)
    guard old.count < 2 else { throw .configSeveralValues(key: key) }
    let before = old.first.map { $0.value ?? "true" }
    if before != value {
      let layer = level == .global ? "global" : "local"
      try tell([
        JournalEntry(.setting, old: before, new: value, subject: ByteString("\(layer) \(key)"))
      ])
    }
    try withHandle { _ throws(GitError) in
      try Library.with(environment) { () throws(GitError) in
        let handle = try unsafe ConfigHandle { unsafe git_config_new($0) }
        let code = unsafe CString.with(path.bytes) {
          unsafe git_config_add_file_ondisk(
            handle.pointer, $0, GIT_CONFIG_LEVEL_LOCAL, nil, 0)
        }
        try check(code, .readConfig)
        let result = unsafe CString.with(ByteString(name)) { name in
          guard let value else { return unsafe git_config_delete_entry(handle.pointer, name) }
          return unsafe CString.with(value) {
            unsafe git_config_set_string(handle.pointer, name, $0)
          }
        }
        switch result {
        case GIT_ENOTFOUND.rawValue where value == nil: break
        case GIT_ELOCKED.rawValue:
          throw .locked(FilePath(ByteString(path.bytes.bytes + Array(".lock".utf8))))
        default: try check(result, .writeConfig)
        }
      }
    }
    reloadConfig()
  }
}
