internal import ObjectStore
package import Platform
package import Primitives

/// The directory that holds the stat indexes of one worktree.
///
/// See section 1 of `docs/format/stat-index.md`.
package struct IndexFiles: Sendable {
  /// The directory, `shale/index` in the git directory of the worktree.
  package let directory: FilePath

  /// Who asks for the locks, and how long it waits.
  let locking: LockRequest

  package init(directory: FilePath, locking: LockRequest = LockRequest()) {
    self.directory = directory
    self.locking = locking
  }

  /// What is known of a tracked path.
  package enum Loaded: Sendable {
    /// Nothing: the path was never recorded or materialised here, or its index is lost.
    case absent
    /// Only the base, the rest is damaged.
    case damaged(StatIndexHeader)
    case intact(StatIndex)

    package var header: StatIndexHeader? {
      switch self {
      case .absent: nil
      case .damaged(let header): header
      case .intact(let index): index.header
      }
    }

    /// The oid last recorded or materialised here.
    package var base: ObjectID? { header?.base }

    package var index: StatIndex? {
      if case .intact(let index) = self { index } else { nil }
    }
  }

  /// Reads the index of `path`.
  ///
  /// - Throws: ``FileError`` when it is there and cannot be read; damage is no error.
  package func load(_ path: RepositoryPath) throws(FileError) -> Loaded {
    do {
      let file = try OpenFile.forReading(file(of: path))
      let size = try file.status().size
      let start = try file.upTo(min(size, Self.headerLimit), at: 0)
      guard let header = StatIndexHeader(decoding: start), header.path == path else {
        return .absent
      }
      guard size.bytes - header.encodedCount == header.bodyCount else { return .damaged(header) }
      // Most indexes of single files are read as a whole by now.
      let body =
        start.count == size.bytes
        ? Array(start[header.encodedCount...])
        : try file.bytes(.bytes(header.bodyCount), at: header.encodedCount)
      guard let index = StatIndex(header: header, body: body) else { return .damaged(header) }
      return .intact(index.withoutDoubt())
    } catch {
      if error.isNotFound { return .absent }
      throw error
    }
  }

  /// The oid of `path` last recorded or materialised here, from the first bytes of its index.
  ///
  /// - Throws: ``FileError`` when it is there and cannot be read; damage is no error.
  func base(of path: RepositoryPath) throws(FileError) -> ObjectID? {
    do {
      let file = file(of: path)
      // Most headers are short, and most that are not read as one are longer.
      var header = StatIndexHeader(decoding: try file.beginning(.kibibytes(1)))
      if header == nil { header = StatIndexHeader(decoding: try file.beginning(Self.headerLimit)) }
      return header?.path == path ? header?.base : nil
    } catch {
      if error.isNotFound { return nil }
      throw error
    }
  }

  /// No header is longer: a path has at most 65,535 bytes.
  private static let headerLimit = ByteCount.kibibytes(68)

  /// The paths that have an index, in order.
  ///
  /// - Parameter others: Paths that are known anyway: their indexes are left out, and not read.
  package func trackedPaths(
    besides others: some Sequence<RepositoryPath> = []
  ) throws(FileError) -> [RepositoryPath] {
    try headers(besides: others).map(\.path).sorted()
  }

  /// What is known of every path that has an index, in any order; damaged ones are left out.
  ///
  /// - Parameter others: Paths whose indexes are left out.
  package func headers(
    besides others: some Sequence<RepositoryPath> = []
  ) throws(FileError) -> [StatIndexHeader] {
    var headers: [StatIndexHeader] = []
    let known = Set(others.map { ByteString(Self.name(of: $0) + ".index") })
    for name in try directory.namesIfPresent()
    where name.bytes.ends(with: ".index") && !known.contains(name) {
      do {
        let start = try directory.appending(name).beginning(Self.headerLimit)
        if let header = StatIndexHeader(decoding: start) { headers.append(header) }
      } catch {
        // Another command may have forgotten the path meanwhile.
        if !error.isNotFound { throw error }
      }
    }
    return headers
  }

  /// What checkouts of any path have begun to bring, and not finished.
  package func unfinishedCheckouts() throws(FileError) -> [ObjectID] {
    var ids: [ObjectID] = []
    for name in try directory.namesIfPresent() where name.bytes.ends(with: ".checkout") {
      let bytes = try directory.appending(name).contentsIfPresent(limit: .kibibytes(1))
      if let id = bytes.flatMap({ ObjectID(hex: $0.prefix(64)) }) { ids.append(id) }
    }
    return ids
  }

  /// Forgets what is known of `path`.
  package func remove(_ path: RepositoryPath) throws(FileError) {
    for file in [file(of: path), checkoutFile(of: path)] {
      do {
        try file.remove()
      } catch {
        guard error.isNotFound else { throw error }
      }
    }
  }

  /// Waits until nobody else changes the data, the pointer or the index of `path`.
  ///
  /// - Throws: ``FileError``: `isLocked`, with the holder, when somebody does for longer than is
  ///   waited for; `isLockless` where the file system cannot lock.
  package func lock(_ path: RepositoryPath) throws(FileError) -> AdvisoryLock {
    try locked(lockFile(Self.name(of: path)), as: locking)
  }

  /// Waits until nobody else changes what tracked paths share: `.gitignore` files and git's index.
  func lockShared() throws(FileError) -> AdvisoryLock {
    try locked(lockFile("%"), as: locking)
  }

  /// Locks a file of the directory, which is made where it is missing.
  private func locked(
    _ file: FilePath, as request: LockRequest
  ) throws(FileError) -> AdvisoryLock {
    do {
      return try AdvisoryLock(file, as: request)
    } catch {
      guard error.isNotFound else { throw error }
      try directory.makeDirectories()
      return try AdvisoryLock(file, as: request)
    }
  }

  private func lockFile(_ name: String) -> FilePath { directory.appending(name + ".lock") }

  /// Locks the path, or gives `nil` when somebody else has it locked.
  ///
  /// A program that is just being started holds our locks for a moment: that is waited for.
  package func lockIfFree(_ path: RepositoryPath) throws(FileError) -> AdvisoryLock? {
    var request = locking
    request.milliseconds = 8
    do {
      return try locked(lockFile(Self.name(of: path)), as: request)
    } catch {
      guard error.isLocked else { throw error }
      return nil
    }
  }

  /// The oid that a checkout has begun to bring, and not finished.
  package func unfinishedCheckout(_ path: RepositoryPath) throws(FileError) -> ObjectID? {
    let bytes = try checkoutFile(of: path).contentsIfPresent(limit: .kibibytes(1))
    return bytes.flatMap { ObjectID(hex: $0.prefix(64)) }
  }

  /// Notes that a checkout of `id` begins; `nil` that it has ended.
  package func setUnfinishedCheckout(
    _ id: ObjectID?, of path: RepositoryPath
  ) throws(FileError) {
    if let id {
      try AtomicFile.replace(
        checkoutFile(of: path), with: Array("\(id.hex)\n".utf8), durably: false)
      return
    }
    do {
      try checkoutFile(of: path).remove()
    } catch {
      guard error.isNotFound else { throw error }
    }
  }

  /// Returns when the note that a checkout of `path` is unfinished would survive a power cut.
  func synchronizeUnfinishedCheckout(of path: RepositoryPath) throws(FileError) {
    try OpenFile.forReading(checkoutFile(of: path)).synchronize()
    try directory.synchronizeDirectory()
  }

  /// The index of `path`.
  package func file(of path: RepositoryPath) -> FilePath {
    directory.appending(Self.name(of: path) + ".index")
  }

  private func checkoutFile(of path: RepositoryPath) -> FilePath {
    directory.appending(Self.name(of: path) + ".checkout")
  }

  /// The name of a path's files, without their ending.
  static func name(of path: RepositoryPath) -> String {
    var name = ""
    for (index, byte) in path.bytes.bytes.enumerated() {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"):
        name.unicodeScalars.append(Unicode.Scalar(byte))
      case UInt8(ascii: ".") where index > 0:
        name += "."
      default:
        name += "%" + Hex.string(of: [byte]).uppercased()
      }
    }
    guard name.utf8.count > 200 else { return name }
    return "\(name.prefix(120))~\(SHA256.id(of: path.bytes.bytes.span).hex)"
  }
}

extension FilePath {
  /// Up to `size` bytes from the start of the file.
  fileprivate func beginning(_ size: ByteCount) throws(FileError) -> [UInt8] {
    try OpenFile.forReading(self).upTo(size, at: 0)
  }
}

extension [UInt8] {
  /// Whether the bytes end with those of `text`.
  fileprivate func ends(with text: String) -> Bool {
    suffix(text.utf8.count).elementsEqual(text.utf8)
  }
}
