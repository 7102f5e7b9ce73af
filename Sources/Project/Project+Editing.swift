internal import Git
internal import ObjectStore
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

    /// The layer that is read where this one is written.
    package var layer: Configuration.Layer {
      switch self {
      case .user: .user
      case .shared: .shared
      case .clone: .clone
      }
    }
  }

  /// Sets a setting, or removes it.
  ///
  /// It holds for whoever opens the project next; this one keeps what it has read.
  ///
  /// - Parameters:
  ///   - name: The name below `shale.`, in any mixture of cases.
  ///   - value: The value; `nil` removes the setting from the layer.
  ///   - layer: Where.
  /// - Returns: What became another, for the operation log: nothing where it was so already.
  /// - Throws: ``ProjectError/unknownSetting(_:)``, ``ProjectError/personalSetting(_:)`` and
  ///   ``ProjectError/refusedValue(key:value:expected:)``, and what writing throws.
  @discardableResult
  package func set(
    _ name: String, to value: ByteString?, in layer: WritableLayer
  ) throws(ProjectError) -> [Operation.Change] {
    guard let declaration = Settings.declaration(name) else {
      throw .unknownSetting("shale.\(name)")
    }
    if layer == .shared, value != nil, !declaration.isShareable {
      throw .personalSetting(declaration.key)
    }
    if let value, !declaration.accepts(value) {
      throw .refusedValue(key: declaration.key, value: value, expected: declaration.values)
    }
    let old = configuration.assignments(of: declaration).last { $0.layer == layer.layer }?.value
    try write(declaration.key, value, in: layer)
    return old == value
      ? [] : [.setting(declaration.key, in: layer.layer, old: old, new: value)]
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

  /// Changes `.shale/config` in one step, and stages it; a file that is not there is made.
  private func editSharedConfiguration(
    _ edit: (inout GitConfigFile) throws(GitError) -> Void
  ) throws(ProjectError) {
    let path = layout.sharedConfiguration
    var file: GitConfigFile
    let name = try? RepositoryPath(ProjectLayout.sharedConfigurationPath)
    do {
      file = try GitConfigFile(at: path)
      let old = try contents(of: path)
      try edit(&file)
      if let name { try git.willChange(name, from: old, to: file.bytes) }
    } catch {
      throw .git(error)
    }
    do {
      try path.parent.makeDirectories()
      try AtomicFile.replace(path, with: file.bytes, durably: true)
    } catch {
      throw .file(error)
    }
    do {
      try git.stage(name.map { [.worktree($0)] } ?? [])
    } catch {
      throw .git(error)
    }
  }
}

/// The bytes of a small file, if it is there.
private func contents(of path: FilePath) throws(GitError) -> [UInt8]? {
  do {
    return try path.contentsIfPresent(limit: .mebibytes(16))
  } catch {
    throw .file(error)
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

  /// Configures a remote, and makes its store where none is.
  ///
  /// - Parameters:
  ///   - remote: What ``remote(named:at:in:)`` gave.
  ///   - layer: Where.
  /// - Returns: What became another, for the operation log, and whether a store was made.
  /// - Throws: ``ProjectError/remote(_:)`` with ``RemoteError/existing(_:)``, what making a store
  ///   throws, and what writing throws.
  @discardableResult
  package func add(
    _ remote: Remote, in layer: WritableLayer
  ) throws(ProjectError) -> (changes: [Operation.Change], madeStore: Bool) {
    if try remotes().remotes.contains(where: { $0.name == remote.name }) {
      throw .remote(.existing(remote.name))
    }
    let store = try create(remote)
    var remote = remote
    remote.storeID = store.id
    try write(remote, as: remote.name, in: layer)
    try forgetRemotes()
    return ([.remote(remote.name, old: nil, new: remote.url)], store.isNew)
  }

  /// Says that a remote lies elsewhere, wherever it is configured; it is the same store there.
  ///
  /// - Parameters:
  ///   - name: A remote that is configured.
  ///   - url: Its new location as people write it.
  /// - Returns: What became another, for the operation log.
  /// - Throws: ``ProjectError/remote(_:)`` with ``RemoteError/unknown(_:)``, and what writing
  ///   throws.
  package func move(
    _ name: RemoteName, to url: ByteString
  ) throws(ProjectError) -> [Operation.Change] {
    let old = try configured(name)
    let layer = Self.layer(of: old)
    var new = try remote(named: name, at: url, in: layer)
    // What the configuration says stays as it is; what only the clone knows would be forgotten.
    if old.storeID == nil { new.storeID = knownStore(of: old) }
    try write(new, as: name, in: layer)
    try forgetRemotes()
    return old.url == new.url ? [] : [.remote(name, old: old.url, new: new.url)]
  }

  /// Removes a remote from wherever it is configured; its store stays as it is.
  ///
  /// A default that names it is removed with it.
  ///
  /// - Returns: What became another, for the operation log.
  /// - Throws: ``ProjectError/remote(_:)`` with ``RemoteError/unknown(_:)``, and what writing
  ///   throws.
  @discardableResult
  package func remove(_ name: RemoteName) throws(ProjectError) -> [Operation.Change] {
    let remote = try configured(name)
    try removeSections(of: name)
    let changes = try setDefault(from: name, to: nil)
    forget(name)
    try forgetRemotes()
    return [.remote(name, old: remote.url, new: nil)] + changes
  }

  /// Gives a remote another name.
  ///
  /// - Returns: What became another, for the operation log.
  /// - Throws: As ``add(_:in:)`` and ``remove(_:)``.
  @discardableResult
  package func rename(
    _ old: RemoteName, to new: RemoteName
  ) throws(ProjectError) -> [Operation.Change] {
    var remote = try configured(old)
    if try remotes().remotes.contains(where: { $0.name == new }) { throw .remote(.existing(new)) }
    remote.storeID = knownStore(of: remote)
    try write(remote, as: new, in: Self.layer(of: remote))
    try removeSections(of: old)
    let changes = try setDefault(from: old, to: new)
    forget(old)
    try forgetRemotes()
    return [
      .remote(old, old: remote.url, new: nil), .remote(new, old: nil, new: remote.url),
    ] + changes
  }

  /// The remote of a name.
  private func configured(_ name: RemoteName) throws(ProjectError) -> Remote {
    let list = try remotes()
    do {
      return try list.remote(name)
    } catch {
      throw .remote(error)
    }
  }

  /// Where a remote is written, going by where it was read.
  private static func layer(of remote: Remote) -> WritableLayer {
    remote.origin == .personal ? .clone : .shared
  }

  private func write(
    _ remote: Remote, as name: RemoteName, in layer: WritableLayer
  ) throws(ProjectError) {
    try write(Self.key("url", of: name), remote.url, in: layer)
    guard let id = remote.storeID else { return }
    try write(Self.key("storeId", of: name), ByteString(id.hex), in: layer)
  }

  private static func key(_ key: String, of name: RemoteName) -> String {
    "\(SharedConfiguration.remoteSection).\(name.text).\(key)"
  }

  private func removeSections(of name: RemoteName) throws(ProjectError) {
    try editSharedConfiguration { file throws(GitError) in
      try file.removeSection(SharedConfiguration.remoteSection, ByteString(name.text))
    }
    do {
      for key in ["url", "storeId"].map({ Self.key($0, of: name) }) {
        for entry in try git.config().entries(key) {
          switch entry.level {
          case .local: try git.setConfig(key, to: nil)
          case .global: try git.setConfig(key, to: nil, at: .global)
          default: break
          }
        }
      }
    } catch {
      throw .git(error)
    }
  }

  /// Changes the default remote wherever it names `old`.
  private func setDefault(
    from old: RemoteName, to new: RemoteName?
  ) throws(ProjectError) -> [Operation.Change] {
    var changes: [Operation.Change] = []
    let setting = Settings.defaultRemote.declaration
    for assignment in configuration.assignments(of: setting)
    where assignment.value == ByteString(old.text) {
      let layer: WritableLayer? =
        switch assignment.layer {
        case .user: .user
        case .shared: .shared
        case .clone: .clone
        case .standard, .system, .environment: nil
        }
      if let layer {
        changes += try set(setting.name, to: new.map { ByteString($0.text) }, in: layer)
      }
    }
    return changes
  }
}
