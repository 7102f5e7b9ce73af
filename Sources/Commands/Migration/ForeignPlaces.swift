internal import Documents
internal import Git
internal import ObjectStore
internal import Platform
internal import Primitives
internal import Project

/// Where the objects of another tool lie on this machine.
struct ForeignPlaces: Sendable {
  /// How a directory of objects is laid out.
  private enum Layout: Sendable {
    /// `files/md5/ab/REST` of DVC 3, and `ab/REST` of versions before.
    case dvc
    /// `aa/bb/OID` of Git LFS.
    case lfs
  }

  /// The directories, in the order in which they are asked.
  private(set) var directories: [FilePath] = []

  /// Remotes that are not on this machine, as they are written.
  private(set) var elsewhere: [String] = []
  private let layout: Layout

  /// The places that an object of a name may have, the likeliest first.
  func candidates(_ name: ForeignName) -> [FilePath] {
    switch (layout, name) {
    case (.dvc, .md5(let digest, let isList, let isBefore3)):
      let hex = digest.hex
      let file = "\(hex.prefix(2))/\(hex.dropFirst(2))\(isList ? ".dir" : "")"
      return directories.flatMap { directory in
        let places = [directory.appending("files/md5/" + file), directory.appending(file)]
        return isBefore3 ? places.reversed() : places
      }
    case (.lfs, .sha256(let id)):
      let hex = id.hex
      let file = "\(hex.prefix(2))/\(hex.dropFirst(2).prefix(2))/\(hex)"
      return directories.map { $0.appending(file) }
    case (.dvc, .sha256), (.lfs, .md5): return []
    }
  }

  /// Takes down a remote that is not on this machine, without what may be a password.
  private mutating func addRemote(_ name: String, _ url: ByteString) {
    var text = url.bytes[...]
    if let at = text.firstIndex(of: UInt8(ascii: "@")), let colon = text.firstIndex(of: 0x3A),
      text[colon...].starts(with: "://".utf8), colon < at
    {
      text = text[...(colon + 2)] + text[(at + 1)...]
    }
    elsewhere.append("\(ByteString(name)) (\(ByteString(text)))")
  }

  private mutating func add(_ directory: FilePath) {
    if !directories.contains(directory) { directories.append(directory) }
  }
}

// MARK: - DVC

extension ForeignPlaces {
  /// The cache of DVC and its remotes that are directories.
  ///
  /// - Parameters:
  ///   - extra: More caches or remotes.
  ///   - version: Files of which those named `.dvc/config` say where there is a project of DVC's.
  ///   - worktree: The root of the worktree.
  static func dvc(
    also extra: [FilePath], in version: GitVersion, _ worktree: FilePath
  ) throws(CommandFailure) -> Self {
    var places = ForeignPlaces(layout: .dvc)
    var projects: Set<RepositoryPath> = [.root]
    for path in version.paths(where: { $0 == "config" }) where path.parent?.name == ".dvc" {
      projects.insert(path.parent?.parent ?? .root)
    }
    var remotes: [FilePath] = []
    for project in projects.sorted() {
      let directory = worktree.appending(project).appending(".dvc")
      var cache = directory.appending("cache")
      for name in ["config", "config.local"] {
        let bytes = try explaining { () throws(FileError) in
          try directory.appending(name).contentsIfPresent(limit: .mebibytes(1))
        }
        guard let bytes else { continue }
        let config = DVCConfig(reading: bytes)
        if let other = config.cache { cache = directory.appending(other) }
        for remote in config.remotes {
          if let path = localPath(remote.url) {
            remotes.append(directory.appending(path))
          } else {
            places.addRemote(remote.name, remote.url)
          }
        }
      }
      places.add(cache)
    }
    for directory in remotes + extra.flatMap({ [$0, $0.appending(".dvc/cache")] }) {
      places.add(directory)
    }
    return places
  }

  /// The path of a location on this machine; `nil` for one that is reached over a network.
  private static func localPath(_ url: ByteString) -> ByteString? {
    let bytes = url.bytes
    let file = Array("file://".utf8)
    if bytes.starts(with: file) { return ByteString(bytes.dropFirst(file.count)) }
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else { return url }
    return bytes[colon...].starts(with: "://".utf8) ? nil : url
  }
}

// MARK: - Git LFS

extension ForeignPlaces {
  /// The objects of this clone, and of remotes that are directories.
  ///
  /// - Parameters:
  ///   - extra: More clones, bare repositories, or directories of objects.
  ///   - git: The repository.
  static func lfs(also extra: [FilePath], of git: GitRepository) throws(CommandFailure) -> Self {
    var places = ForeignPlaces(layout: .lfs)
    let common = git.layout.commonDirectory
    let config = try explaining { () throws(GitError) in try git.config() }
    let storage = try explaining { () throws(GitError) in try config.path("lfs.storage") }
    places.add(
      (storage.map { common.appending($0.bytes) } ?? common.appending("lfs"))
        .appending("objects"))
    places.add(common.appending("lfs/objects"))
    var urls: [(name: String, url: ByteString)] = []
    for name in config.subsections("remote") {
      for key in ["url", "lfsurl"] {
        let url = try explaining { () throws(GitError) in
          try config.string("remote.\(name).\(key)")
        }
        if let url { urls.append((name, url)) }
      }
    }
    if let url = try explaining({ () throws(GitError) in try config.string("lfs.url") }) {
      urls.append(("lfs.url", url))
    }
    let worktree = git.layout.worktree ?? common
    for (name, url) in urls {
      // What git takes for a machine: `host:path`.
      let isRemote =
        localPath(url) == nil
        || url.bytes.contains(UInt8(ascii: ":")) && !url.bytes.starts(with: "file://".utf8)
          && url.bytes.first != UInt8(ascii: "/")
      if !isRemote, let path = localPath(url) {
        places.addRepository(worktree.appending(path))
      } else {
        places.addRemote(name, url)
      }
    }
    for directory in extra {
      places.add(directory)
      places.add(directory.appending("objects"))
      places.addRepository(directory)
    }
    return places
  }

  private mutating func addRepository(_ directory: FilePath) {
    add(directory.appending("lfs/objects"))
    add(directory.appending(".git/lfs/objects"))
  }
}
