internal import Git
internal import ObjectStore
internal import Platform
package import Primitives
internal import Remotes
internal import Workspace

extension DataSource {
  /// Finds data by its path.
  ///
  /// No content is read; of a directory that holds the path, the trees on the way.
  ///
  /// - Parameters:
  ///   - path: A tracked path, or one inside a tracked directory.
  ///   - revision: A commit, branch or tag of the source; `nil` for what is current there.
  /// - Returns: What it is, and where its objects may be.
  /// - Throws: ``SourceError``.
  package func item(
    at path: RepositoryPath, revision: ByteString?
  ) throws(SourceError) -> SourceItem {
    let found: Found
    switch (kind, directory) {
    case (.store, let directory?): found = try find(path, revision, inStore: directory)
    case (.clone, let directory?): found = try find(path, revision, inClone: directory)
    default: found = try findByFetching(path, revision)
    }
    return SourceItem(
      source: self, path: path, commit: found.commit, entry: try entry(at: path, in: found),
      places: found.places)
  }

  /// The tracked path that holds what is asked for.
  private struct Found {
    let commit: String
    let tracked: RepositoryPath
    let entry: TreeEntry
    let places: [SourceItem.Place]
  }

  /// What lies at a path that is tracked, or lies in a tracked directory.
  private func entry(
    at path: RepositoryPath, in found: Found
  ) throws(SourceError) -> TreeEntry {
    guard let part = path.relative(to: found.tracked), !part.isRoot else { return found.entry }
    let unknown = SourceError.notTracked(path, commit: found.commit, known: [found.tracked])
    guard found.entry.kind == .directory else { throw unknown }
    var failure: SourceError?
    for place in found.places {
      let entry: TreeEntry?
      do throws(RemoteError) {
        entry = try place.entry(at: part, below: found.entry)
      } catch {
        failure = failure ?? .remote(error)
        continue
      }
      guard let entry else { throw unknown }
      return entry
    }
    throw failure ?? .noRemote(location)
  }
}

// MARK: - A store alone

extension DataSource {
  private func find(
    _ path: RepositoryPath, _ revision: ByteString?, inStore directory: FilePath
  ) throws(SourceError) -> Found {
    let store = try SourceError.onRemote { () throws(RemoteError) in
      try RemoteStore.open(
        Remote(
          name: RemoteName("store"), location: .directory(directory), url: directory.bytes,
          origin: .personal))
    }
    let commit = try self.commit(revision, of: store, directory)
    let root = try SourceError.onRemote { () throws(RemoteError) in
      try store.roots.commit(commit)
    }
    guard let root else { throw .unknownRevision(revision ?? ByteString(commit), known: []) }
    guard let entry = root.entries.first(where: { path.isWithin($0.path) }) else {
      throw Self.nothing(at: path, of: commit, known: root.entries.map(\.path))
    }
    return Found(
      commit: commit, tracked: entry.path,
      entry: TreeEntry(
        kind: entry.isTree ? .directory : .file, id: entry.id, size: entry.size,
        files: entry.files, name: entry.path.name),
      places: [.opened(store)])
  }

  private static func nothing(
    at path: RepositoryPath, of commit: String, known: [RepositoryPath]
  ) -> SourceError {
    let below = known.filter { $0.isWithin(path) }
    return below.isEmpty
      ? .notTracked(path, commit: commit, known: known) : .aboveTracked(path, below)
  }

  /// The commit that a name or the beginning of an id stands for in the roots of a store.
  private func commit(
    _ revision: ByteString?, of store: RemoteStore, _ directory: FilePath
  ) throws(SourceError) -> String {
    // A name stays in the roots with every commit it ever led to: the newest counts.
    let newest = try SourceError.onRemote { () throws(RemoteError) in
      try store.roots.newestReferences()
    }
    guard let revision else { return try Self.standard(newest, directory) }
    for prefix in ["", "refs/heads/", "refs/tags/"] {
      let name = ByteString(Array(prefix.utf8) + revision.bytes)
      if let reference = newest[name] { return reference.commit }
    }
    let isID = revision.count >= 4 && revision.bytes.allSatisfy { Hex.value(of: $0) != nil }
    let commits = try SourceError.onRemote { () throws(RemoteError) in try store.roots.commits() }
    let found = isID ? commits.filter { $0.utf8.starts(with: revision.bytes) } : []
    if found.count > 1 { throw .ambiguousRevision(revision) }
    guard let commit = found.first else {
      throw .unknownRevision(revision, known: newest.keys.sorted())
    }
    return commit
  }

  /// What is current in a store: its main branch, or the only one.
  private static func standard(
    _ newest: [ByteString: ReferenceRoot], _ directory: FilePath
  ) throws(SourceError) -> String {
    for name: ByteString in ["refs/heads/main", "refs/heads/master"] {
      if let reference = newest[name] { return reference.commit }
    }
    let branches = newest.keys.filter { $0.bytes.starts(with: "refs/heads/".utf8) }.sorted()
    guard branches.count == 1, let only = newest[branches[0]] else {
      throw .revisionNeeded(directory, known: newest.keys.sorted())
    }
    return only.commit
  }
}

// MARK: - A clone

extension DataSource {
  private func find(
    _ path: RepositoryPath, _ revision: ByteString?, inClone directory: FilePath
  ) throws(SourceError) -> Found {
    let project = try SourceError.onProject { () throws(ProjectError) in
      try Project.open(from: directory, environment: environment)
    }
    let commit = try SourceError.onGit { () throws(GitError) in
      try project.git.commitID(of: revision ?? "HEAD")
    }
    var places: [SourceItem.Place] = []
    let hasStore = try SourceError.onFiles { () throws(FileError) in
      try project.layout.store.appending("format").statusIfPresent(followingSymlink: true) != nil
    }
    if hasStore { places.append(.own(project.layout.store, proofs: project.layout.proofs)) }
    let remotes = try SourceError.onProject { () throws(ProjectError) in try project.remotes() }
    for var remote in Self.inOrder(remotes) {
      remote.storeID = project.knownStore(of: remote)
      places.append(.remote(remote))
    }
    for candidate in Self.candidates(path) {
      let pointer = PointerFile.path(of: candidate)
      let bytes = try SourceError.onGit { () throws(GitError) in
        try project.git.contents(
          of: pointer, in: ByteString(commit.hex), limit: PointerFile.sizeLimit)
      }
      guard let bytes else { continue }
      return Found(
        commit: commit.hex, tracked: candidate, entry: try Self.entry(bytes, candidate),
        places: places)
    }
    throw .notTracked(path, commit: commit.hex, known: [])
  }

  /// The path itself and those above it, which data could be tracked at.
  private static func candidates(_ path: RepositoryPath) -> [RepositoryPath] {
    var candidates: [RepositoryPath] = []
    var place: RepositoryPath? = path
    while let candidate = place, !candidate.isRoot {
      if PointerFile.dataPath(of: PointerFile.path(of: candidate)) == candidate {
        candidates.append(candidate)
      }
      place = candidate.parent
    }
    return candidates
  }

  private static func entry(
    _ bytes: [UInt8], _ path: RepositoryPath
  ) throws(SourceError) -> TreeEntry {
    do {
      let pointer = try PointerFile(decoding: bytes)
      return TreeEntry(
        kind: pointer.entryKind, id: pointer.id, size: pointer.size, files: pointer.files,
        name: path.name)
    } catch {
      throw .pointer(PointerFile.path(of: path), error)
    }
  }

  /// The remotes, the one first that is used when none is named.
  private static func inOrder(_ list: RemoteList) -> [Remote] {
    guard let standard = try? list.standard() else { return list.remotes }
    return [standard] + list.remotes.filter { $0.name != standard.name }
  }
}

// MARK: - A repository elsewhere

extension DataSource {
  private func findByFetching(
    _ path: RepositoryPath, _ revision: ByteString?
  ) throws(SourceError) -> Found {
    let parent =
      environment["TMPDIR"].flatMap { $0.isEmpty ? nil : FilePath($0) } ?? FilePath("/tmp")
    let place = parent.appending(AtomicFile.temporaryName())
    try SourceError.onFiles { () throws(FileError) in try place.makeDirectories(mode: 0o700) }
    // What cannot be removed is in the way of nobody.
    defer { _ = try? place.removeTree() }
    let fetched = try SourceError.onGit { () throws(GitError) in
      try FetchedRepository(
        location, at: revision, in: place, with: GitProgram(environment: environment))
    }
    let candidates = Self.candidates(path)
    let settings = try? RepositoryPath(ProjectLayout.sharedConfigurationPath)
    let files = try SourceError.onGit { () throws(GitError) in
      try fetched.contents(
        of: candidates.map(PointerFile.path(of:)) + [settings].compactMap(\.self))
    }
    for candidate in candidates {
      guard let bytes = files[PointerFile.path(of: candidate)] else { continue }
      let shared = settings.flatMap { files[$0] } ?? []
      return Found(
        commit: fetched.commit, tracked: candidate, entry: try Self.entry(bytes, candidate),
        places: try remotes(sharing: shared).map { .remote($0) })
    }
    throw .notTracked(path, commit: fetched.commit, known: [])
  }

  /// The remotes that a repository's `.shale/config` and the user know.
  private func remotes(sharing bytes: [UInt8]) throws(SourceError) -> [Remote] {
    let personal: GitConfig
    let file: GitConfigFile
    do throws(GitError) {
      personal = try GitConfig.protected(environment: environment)
      file = try GitConfigFile(bytes, path: FilePath(ProjectLayout.sharedConfigurationPath))
    } catch {
      throw .git(error)
    }
    let shared: SharedConfiguration
    let configuration: Configuration
    do throws(ProjectError) {
      shared = try SharedConfiguration(file, origin: .defaultBranch)
      configuration = try Configuration(
        personal.shaleAssignments + shared.assignments
          + Configuration.assignments(in: environment))
    } catch {
      throw .project(error)
    }
    // There is no clone that a relative location could start from.
    let relative = shared.remotes.filter { $0.key == "url" && Self.isRelative($0.value) }
    let assignments =
      personal.remoteAssignments
      + shared.remotes.filter { assignment in
        !relative.contains { $0 == assignment }
      }
    let list = try SourceError.onRemote { () throws(RemoteError) in
      try RemoteList(
        assignments, relativeTo: FilePath("/"),
        home: environment["HOME"].flatMap { $0.isEmpty ? nil : FilePath($0) },
        defaultName: configuration[Settings.defaultRemote])
    }
    let remotes = Self.inOrder(list)
    if remotes.isEmpty {
      guard let first = relative.first, let name = try? RemoteName(first.name) else {
        throw .noRemote(location)
      }
      throw .relativeRemote(name, first.value)
    }
    return remotes
  }

  private static func isRelative(_ url: ByteString) -> Bool {
    ![UInt8(ascii: "/"), UInt8(ascii: "~")].contains(url.bytes.first ?? 0)
      && !url.bytes.starts(with: "file://".utf8)
  }
}
