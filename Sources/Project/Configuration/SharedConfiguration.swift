internal import Git
internal import Platform
internal import Primitives
internal import Remotes

/// What a `.shale/config` says: the worktree's own, or one out of git's history.
struct SharedConfiguration {
  let assignments: [Configuration.Assignment]
  let remotes: [RemoteAssignment]

  /// The section of a remote.
  static let remoteSection = "shale-remote"

  /// Sorts out what stands in a file that came with a repository.
  ///
  /// - Throws: ``ProjectError/unknownSharedSetting(_:)`` for any section but `[shale]` and
  ///   `[shale-remote "NAME"]`.
  init(
    _ file: GitConfigFile, origin: Remote.Origin
  ) throws(ProjectError) {
    var assignments: [Configuration.Assignment] = []
    var remotes: [RemoteAssignment] = []
    for entry in file.entries {
      let value = entry.value ?? "true"
      if entry.section == "shale", entry.subsection == nil {
        assignments.append(.init(layer: .shared, name: entry.name, value: value))
      } else if entry.section == Self.remoteSection, let name = entry.subsection {
        remotes.append(.init(origin: origin, name: name, key: entry.name, value: value))
      } else {
        throw .unknownSharedSetting(entry.key)
      }
    }
    self.assignments = assignments
    self.remotes = remotes
  }
}

extension GitConfig {
  /// What the user, the clone and the command line set below `shale.`.
  var shaleAssignments: [Configuration.Assignment] {
    entries.compactMap { entry in
      let parts = entry.key.split(separator: ".", omittingEmptySubsequences: false)
      guard parts.count == 2, parts[0] == "shale" else { return nil }
      let layer: Configuration.Layer =
        switch entry.level {
        case .system: .system
        case .xdg, .global: .user
        case .local, .worktree: .clone
        case .command: .environment
        }
      return .init(layer: layer, name: String(parts[1]), value: entry.value ?? "true")
    }
  }

  /// The remotes of the user and the clone.
  var remoteAssignments: [RemoteAssignment] {
    let prefix = SharedConfiguration.remoteSection + "."
    return entries.compactMap { entry in
      guard entry.key.hasPrefix(prefix), let dot = entry.key.lastIndex(of: "."),
        entry.key.index(after: dot) <= entry.key.endIndex
      else { return nil }
      let rest = entry.key.dropFirst(prefix.count)
      guard let end = rest.lastIndex(of: ".") else { return nil }
      return RemoteAssignment(
        origin: .personal, name: ByteString(String(rest[..<end])),
        key: String(rest[rest.index(after: end)...]), value: entry.value ?? "true")
    }
  }
}
