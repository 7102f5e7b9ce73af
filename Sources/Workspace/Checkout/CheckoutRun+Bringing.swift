internal import ObjectStore
internal import Platform
internal import Primitives
internal import Synchronization

// One content: written under a temporary name that is then exchanged for its own.
extension CheckoutRun {
  /// How the bringing of a content ended.
  enum Bringing {
    /// The file is there, and this is what the file system says of it.
    case done(FileStatus)

    /// What was to be replaced has changed since the plan was made.
    case changedMeanwhile

    /// The file that was there is there again, under new times.
    case putBack(FileStatus, StoreError)

    /// Neither the old nor the new content is there for certain: the checkout ends here, and the note
    /// that it is unfinished stays.
    case takenAway(StoreError)
  }

  /// Writes a content under a temporary name, and gives it its own.
  func bring(
    _ planned: StatEntry, to path: RepositoryPath, in holder: borrowing OpenDirectory,
    progress: ProgressCounter?
  ) throws(StoreError) -> Bringing {
    let temporary = try StoreError.onFiles { () throws(FileError) in
      try temporaryName(for: path, in: holder)
    }
    let shared =
      linking == .hardlink
      ? try bringLinked(planned, to: path, named: temporary, in: holder, progress: progress)
      : try bringCloned(planned, to: path, named: temporary, in: holder, progress: progress)
    if let shared { return shared }
    if let patch = try patch(planned, path),
      let outcome = try apply(
        patch, planned, to: path, named: temporary, in: holder, progress: progress)
    {
      return outcome
    }
    let whole = try removing(temporary, in: holder) { () throws(StoreError) in
      planned.kind == .symlink
        ? try link(planned, to: path, named: temporary, in: holder)
        : try fill(planned, to: path, named: temporary, in: holder) { file throws(StoreError) in
          try workspace.store.restore(
            planned.id, into: file, basis: try basis(for: path, in: holder), progress: progress)
          return true
        }
    }
    guard let whole else { return .changedMeanwhile }
    keepCloned(planned, path, whole, in: holder)
    return whole
  }

  /// Makes something under a temporary name, which is nothing's afterwards unless it is done.
  func removing(
    _ temporary: ByteString, in holder: borrowing OpenDirectory,
    _ body: () throws(StoreError) -> Bringing?
  ) throws(StoreError) -> Bringing? {
    do throws(StoreError) {
      let outcome = try body()
      if case .done? = outcome {} else { _ = try? holder.remove(temporary) }
      return outcome
    } catch {
      _ = try? holder.remove(temporary)
      throw error
    }
  }

  /// The name under which a file is made.
  ///
  /// Whatever a crash leaves in a tracked directory, the next scan of it finds. Beside a tracked
  /// file nobody looks, so there the name is always the same, and what has it is of no use: the
  /// path is locked.
  private func temporaryName(
    for path: RepositoryPath, in holder: borrowing OpenDirectory
  ) throws(FileError) -> ByteString {
    guard path == inspection.path else { return AtomicFile.temporaryName() }
    let temporary = Workspace.temporaryName(for: path.name)
    if try holder.statusIfPresent(of: temporary) != nil { try holder.remove(temporary) }
    return temporary
  }

  /// Makes a symlink under a temporary name, and gives it its own.
  private func link(
    _ planned: StatEntry, to path: RepositoryPath, named temporary: ByteString,
    in holder: borrowing OpenDirectory
  ) throws(StoreError) -> Bringing {
    let target = try workspace.store.symlinkTarget(
      planned.id, for: holder.path.appending(path.name))
    if Self.leadsOutside(target, from: path, of: inspection.path) {
      outcome.withLock { $0.outsideLinks.append(path) }
    }
    return try StoreError.onFiles { () throws(FileError) -> Bringing in
      try holder.makeSymlink(temporary, to: target)
      guard try name(temporary, planned, path.name, in: holder) else { return .changedMeanwhile }
      return .done(try holder.status(of: path.name))
    }
  }

  /// Writes a content into a new file, and gives it its name.
  ///
  /// - Parameter body: Fills the file, which is empty, or returns `false` where it cannot.
  /// - Returns: `nil` where `body` could not.
  func fill(
    _ planned: StatEntry, to path: RepositoryPath, named temporary: ByteString,
    in holder: borrowing OpenDirectory,
    _ body: (borrowing OpenFile) throws(StoreError) -> Bool
  ) throws(StoreError) -> Bringing? {
    let file: OpenFile
    do {
      file = try holder.creating(temporary, mode: planned.kind == .executable ? 0o777 : 0o666)
    } catch {
      throw .file(error)
    }
    guard try body(file) else { return nil }
    do throws(FileError) {
      try setModified(file)
      guard try name(temporary, planned, path.name, in: holder) else { return .changedMeanwhile }
      // Of the file that was written, whatever has its name by now.
      return .done(try file.status())
    } catch {
      throw .file(error)
    }
  }

  /// Sets when a file was written to before the clock, so that every later write shows.
  func setModified(_ file: borrowing OpenFile) throws(FileError) {
    guard let clock = inspection.clock else { return }
    try file.setModified(Timestamp(nanoseconds: clock.nanoseconds - 1))
  }

  /// Gives what is finished its name, unless what it would replace has changed meanwhile.
  func name(
    _ temporary: ByteString, _ planned: StatEntry, _ name: ByteString,
    in holder: borrowing OpenDirectory
  ) throws(FileError) -> Bool {
    var now: FileStatus?
    // Without an inode nothing had the name when the plan was made.
    if planned.inode != 0 {
      now = try holder.statusIfPresent(of: name)
      if let now, !Self.isSame(planned, now) { return false }
    }
    return try holder.rename(temporary, to: name, replacing: now)
  }

  /// Whether a symlink's target lies outside the tracked directory, as far as its text says.
  static func leadsOutside(
    _ target: ByteString, from path: RepositoryPath, of tracked: RepositoryPath
  ) -> Bool {
    if target.bytes.first == UInt8(ascii: "/") { return true }
    var depth = (path.relative(to: tracked)?.components.count ?? 1) - 1
    for part in target.bytes.split(separator: UInt8(ascii: "/")) {
      if part.elementsEqual("..".utf8) {
        depth -= 1
      } else if !part.elementsEqual(".".utf8) {
        depth += 1
      }
      if depth < 0 { return true }
    }
    return false
  }
}
