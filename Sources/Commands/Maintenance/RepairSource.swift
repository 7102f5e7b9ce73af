internal import ObjectStore
internal import Platform
internal import Primitives
internal import Project
internal import Remotes
internal import Workspace

/// A place that may have a good copy of what a store has lost.
struct RepairSource: Sendable {
  /// What kind of place it is.
  enum Place: Sendable {
    case store(ObjectStore)
    /// The user's own files.
    case worktree
  }

  /// How the plan calls it.
  let name: String
  let place: Place

  /// The places in the order in which they are asked.
  ///
  /// One that cannot be asked is told, and the others are.
  ///
  /// - Parameters:
  ///   - target: The remote that is repaired, or nothing for the local store.
  ///   - siblings: Clones and stores that the user has named.
  static func all(
    for target: RemoteStore?, siblings: [ByteString], of project: Project, _ workspace: Workspace,
    _ context: CommandContext
  ) throws(CommandFailure) -> [Self] {
    var sources: [Self] = []
    if target != nil { sources.append(Self(name: "this clone", place: .store(workspace.store))) }
    let list = try explaining { () throws(ProjectError) in try project.remotes() }
    let first = (try? list.standard())?.name
    for remote in list.remotes.filter({ $0.name == first })
      + list.remotes.filter({ $0.name != first }) where remote.name != target?.remote.name
    {
      do throws(ProjectError) {
        let opened = try project.open(remote)
        sources.append(Self(name: "remote \(remote.name)", place: .store(opened.store)))
      } catch {
        let failure = CommandFailure(error)
        context.warn(
          Warning(
            id: failure.id, "Remote '\(remote.name)' was not asked: \(failure.message)",
            hints: failure.hints))
      }
    }
    sources.append(Self(name: "your files", place: .worktree))
    let own = target?.store.root ?? workspace.store.root
    for word in siblings {
      let store = try sibling(word, project, context)
      if store.root == own { continue }
      sources.append(Self(name: "'\(word)'", place: .store(store)))
    }
    return sources
  }

  /// The store of a clone, or the store, that a word of the command line names.
  private static func sibling(
    _ word: ByteString, _ project: Project, _ context: CommandContext
  ) throws(CommandFailure) -> ObjectStore {
    let path = context.path(word)
    let isStore = try explaining { () throws(FileError) in
      guard try path.appending("packs").statusIfPresent(followingSymlink: true) != nil else {
        return false
      }
      return try path.appending("format").statusIfPresent(followingSymlink: true) != nil
    }
    if isStore { return try explaining { () throws(StoreError) in try ObjectStore.open(at: path) } }
    let git = ByteString("GIT_")
    let environment = context.environment.filter { !$0.key.bytes.starts(with: git.bytes) }
    let clone = try explaining { () throws(ProjectError) in
      try Project.open(from: path, environment: environment)
    }
    return try explaining { () throws(StoreError) in
      try ObjectStore.open(at: clone.layout.store)
    }
  }
}
