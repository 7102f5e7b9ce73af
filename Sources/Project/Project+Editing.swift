internal import Git
internal import Platform
package import Primitives
package import Remotes

extension Project {
  /// Where a setting can be written.
  package enum WritableLayer: Sendable {
    /// `~/.gitconfig`.
    case user
    /// `.shale/config`.
    case shared
    /// `.git/config`.
    case clone
  }

  /// Sets a setting, or removes it.
  ///
  /// It holds for whoever opens the project next; this one keeps what it has read.
  ///
  /// - Parameters:
  ///   - name: The name below `shale.`, in any mixture of cases.
  ///   - value: The value; `nil` removes the setting from the layer.
  ///   - layer: Where.
  /// - Throws: ``ProjectError/unknownSetting(_:)``, ``ProjectError/personalSetting(_:)`` and
  ///   ``ProjectError/invalidSetting(key:value:expected:layer:)``, and what writing throws.
  package func set(
    _ name: String, to value: ByteString?, in layer: WritableLayer
  ) throws(ProjectError) {
    guard let declaration = Settings.declaration(name) else {
      throw .unknownSetting("shale.\(name)")
    }
    if layer == .shared, value != nil, !declaration.isShareable {
      throw .personalSetting(declaration.key)
    }
    if let value, !declaration.accepts(value) {
      throw .invalidSetting(
        key: declaration.key, value: value, expected: declaration.values, layer: layer.layer)
    }
    try write(declaration.key, value, in: layer)
  }

  private func write(
    _ key: String, _ value: ByteString?, in layer: WritableLayer
  ) throws(ProjectError) {
    switch layer {
    case .shared:
      try editSharedConfiguration { file throws(GitError) in
        if let value { try file.set(key, to: value) } else { try file.unset(key) }
      }
    case .user, .clone:
      do {
        try git.setConfig(key, to: value, at: layer == .user ? .global : .local)
      } catch {
        throw .git(error)
      }
    }
  }

  /// Changes `.shale/config` in one step; a file that is not there is made.
  private func editSharedConfiguration(
    _ edit: (inout GitConfigFile) throws(GitError) -> Void
  ) throws(ProjectError) {
    let path = layout.sharedConfiguration
    var file: GitConfigFile
    do {
      file = try GitConfigFile(at: path)
      try edit(&file)
    } catch {
      throw .git(error)
    }
    do {
      try path.parent.makeDirectories()
      try AtomicFile.replace(path, with: file.bytes, durably: true)
    } catch {
      throw .file(error)
    }
  }
}

extension Project.WritableLayer {
  fileprivate var layer: Configuration.Layer {
    switch self {
    case .user: .user
    case .shared: .shared
    case .clone: .clone
    }
  }
}

// MARK: - Remotes

extension Project {
  /// What a remote would be, without configuring it.
  ///
  /// - Parameters:
  ///   - name: Its name.
  ///   - url: Its location as people write it.
  ///   - layer: Where it would be configured.
  /// - Throws: ``ProjectError/remote(_:)``.
  package func remote(
    named name: RemoteName, at url: ByteString, in layer: WritableLayer
  ) throws(ProjectError) -> Remote {
    do {
      let location = try RemoteLocation(url, relativeTo: layout.worktree, home: home)
      return Remote(
        name: name, location: location, url: url,
        origin: layer == .shared ? .worktree : .personal)
    } catch {
      throw .remote(error)
    }
  }

  /// Configures a remote.
  ///
  /// - Parameters:
  ///   - remote: What ``remote(named:at:in:)`` gave.
  ///   - layer: Where.
  /// - Throws: ``ProjectError/remote(_:)`` with ``RemoteError/existing(_:)``, and what writing
  ///   throws.
  package func add(_ remote: Remote, in layer: WritableLayer) throws(ProjectError) {
    if try remotes().remotes.contains(where: { $0.name == remote.name }) {
      throw .remote(.existing(remote.name))
    }
    try write(Self.key(of: remote.name), remote.url, in: layer)
    try forgetRemotes()
  }

  /// Removes a remote from wherever it is configured; its store stays as it is.
  ///
  /// A default that names it is removed with it.
  ///
  /// - Throws: ``ProjectError/remote(_:)`` with ``RemoteError/unknown(_:)``, and what writing
  ///   throws.
  package func remove(_ name: RemoteName) throws(ProjectError) {
    guard try remotes().remotes.contains(where: { $0.name == name }) else {
      throw .remote(.unknown(name))
    }
    try removeSections(of: name)
    try setDefault(from: name, to: nil)
    forget(name)
    try forgetRemotes()
  }

  /// Gives a remote another name.
  ///
  /// - Throws: As ``add(_:in:)`` and ``remove(_:)``.
  package func rename(_ old: RemoteName, to new: RemoteName) throws(ProjectError) {
    let list = try remotes()
    guard let remote = list.remotes.first(where: { $0.name == old }) else {
      throw .remote(.unknown(old))
    }
    if list.remotes.contains(where: { $0.name == new }) { throw .remote(.existing(new)) }
    try write(Self.key(of: new), remote.url, in: remote.origin == .personal ? .clone : .shared)
    try removeSections(of: old)
    try setDefault(from: old, to: new)
    forget(old)
    try forgetRemotes()
  }

  private static func key(of name: RemoteName) -> String {
    "\(SharedConfiguration.remoteSection).\(name.text).url"
  }

  private func removeSections(of name: RemoteName) throws(ProjectError) {
    try editSharedConfiguration { file throws(GitError) in
      try file.removeSection(SharedConfiguration.remoteSection, ByteString(name.text))
    }
    do {
      let key = Self.key(of: name)
      for entry in try git.config().entries(key) {
        switch entry.level {
        case .local: try git.setConfig(key, to: nil)
        case .global: try git.setConfig(key, to: nil, at: .global)
        default: break
        }
      }
    } catch {
      throw .git(error)
    }
  }

  /// Changes the default remote wherever it names `old`.
  private func setDefault(from old: RemoteName, to new: RemoteName?) throws(ProjectError) {
    let setting = Settings.defaultRemote.declaration
    for assignment in configuration.assignments(of: setting)
    where assignment.value == ByteString(old.text) {
      let layer: WritableLayer? =
        switch assignment.layer {
        case .user: .user
        case .shared: .shared
        case .clone: .clone
        case .standard, .environment: nil
        }
      if let layer { try write(setting.key, new.map { ByteString($0.text) }, in: layer) }
    }
  }
}
