internal import ObjectStore
internal import Platform
internal import Primitives
internal import Synchronization

// Large files as links or clones of whole files of the store: `docs/design/0022-link-modes.md`.

extension CheckoutRun {
  /// What is known of the directories to which links were to lead, by their device.
  typealias Linkable = Mutex<[UInt64: Bool]>

  /// Brings a large file as a further name of the store's whole file.
  ///
  /// - Returns: `nil`, with everything as it was, where it is to be written as a file of its own.
  func bringLinked(
    _ planned: StatEntry, to path: RepositoryPath, named temporary: ByteString,
    in holder: borrowing OpenDirectory, progress: ProgressCounter?
  ) throws(StoreError) -> Bringing? {
    guard try isToBeLinked(planned, in: holder) else { return nil }
    guard let whole = try wholeFile(planned.id, progress: progress) else { return nil }
    return try removing(temporary, in: holder) { () throws(StoreError) in
      try link(whole, planned, to: path, named: temporary, in: holder)
    }
  }

  /// Opens the whole file of a content; `nil` where the place for it refuses.
  private func wholeFile(
    _ id: ObjectID, progress: ProgressCounter?
  ) throws(StoreError) -> OpenFile? {
    do throws(StoreError) {
      return try workspace.store.wholeFile(id, progress: progress)
    } catch {
      // As where it is somebody else's: the content may be all right.
      guard case .file(let reason) = error else { throw error }
      workspace.store.tellNotLinked(linking, reason)
      return nil
    }
  }

  private func link(
    _ whole: borrowing OpenFile, _ planned: StatEntry, to path: RepositoryPath,
    named temporary: ByteString, in holder: borrowing OpenDirectory
  ) throws(StoreError) -> Bringing? {
    let own: FileStatus
    do throws(FileError) {
      try holder.link(whole.path, as: temporary)
      own = try whole.status()
      let linked = try holder.status(of: temporary)
      // What had the name in between is another file: that was set aside, or removed.
      guard linked.inode == own.inode, linked.device == own.device else { return nil }
    } catch {
      // A whole file that a collection has just removed is copied without a word.
      if !error.isNotFound { workspace.store.tellNotLinked(linking, error) }
      return nil
    }
    return try StoreError.onFiles { () throws(FileError) -> Bringing in
      guard try name(temporary, planned, path.name, in: holder) else { return .changedMeanwhile }
      return .done(try whole.status())
    }
  }

  /// Brings a large file as a clone of the store's whole file, if there is one.
  ///
  /// - Returns: `nil`, with everything as it was, where it is to be written.
  func bringCloned(
    _ planned: StatEntry, to path: RepositoryPath, named temporary: ByteString,
    in holder: borrowing OpenDirectory, progress: ProgressCounter?
  ) throws(StoreError) -> Bringing? {
    guard try isToBeLinked(planned, in: holder) else { return nil }
    do throws(StoreError) {
      guard let whole = try workspace.store.existingWholeFile(planned.id) else { return nil }
      return try removing(temporary, in: holder) { () throws(StoreError) in
        try fill(planned, to: path, named: temporary, in: holder) { file throws(StoreError) in
          guard try StoreError.onFiles({ () throws(FileError) in try file.clone(whole) }) else {
            return false
          }
          progress?.advance(bytes: planned.size.bytes)
          return true
        }
      }
    } catch {
      guard case .file(let reason) = error, !reason.isNoSpace else { throw error }
      workspace.store.tellNotLinked(linking, reason)
      return nil
    }
  }

  /// Makes a large file that was written here a whole file, too, where that costs no copy.
  ///
  /// Not one that was patched: what stayed of it was not hashed.
  func keepCloned(
    _ planned: StatEntry, _ path: RepositoryPath, _ outcome: Bringing,
    in holder: borrowing OpenDirectory
  ) {
    guard linking == .reflink, case .done(let status) = outcome else { return }
    do throws(StoreError) {
      guard try isToBeLinked(planned, in: holder) else { return }
      let opened = try StoreError.onFiles { () throws(FileError) in
        try Opened(holder.file(path.name))
      }
      let now = try StoreError.onFiles { () throws(FileError) in try opened.file.status() }
      // Only what was written here is known to be the content.
      guard now == status else { return }
      _ = try workspace.store.keepWhole(opened.file, as: planned.id)
    } catch {
      // The user has the file; that the next checkout writes it again is all that is lost. One that
      // somebody changed meanwhile is no whole file, and nothing is wrong with that.
      if case .file(let reason) = error { workspace.store.tellNotLinked(linking, reason) }
    }
  }

  /// An open file, as a value that a closure can return.
  private final class Opened: Sendable {
    let file: OpenFile

    init(_ file: consuming OpenFile) {
      self.file = file
    }
  }

  /// Whether a file is brought in another way than as a copy.
  ///
  /// A file that may be executed is not: all names of a file have one mode.
  private func isToBeLinked(
    _ planned: StatEntry, in holder: borrowing OpenDirectory
  ) throws(StoreError) -> Bool {
    guard linking != .copy, planned.kind == .file, planned.size >= LinkSetting.leastSize else {
      return false
    }
    let device = try StoreError.onFiles { () throws(FileError) in try holder.status().device }
    if let known = linkable.withLock({ $0[device] }) { return known }
    var isPossible = true
    do throws(StoreError) {
      try workspace.store.probe(linking, in: holder)
    } catch {
      guard case .file(let reason) = error else { throw error }
      workspace.store.tellNotLinked(linking, reason)
      isPossible = false
    }
    linkable.withLock { $0[device] = isPossible }
    return isPossible
  }
}

extension CheckoutPlanner {
  /// Whether a clean file is to be brought once more, because it is not what it is to be: a link,
  /// or a file of its own.
  func isToBeRelinked(_ now: StatEntry, _ path: RepositoryPath) throws(WorkspaceError) -> Bool {
    guard let wanted = options.linking, now.kind != .symlink, now.size >= LinkSetting.leastSize
    else { return false }
    let status = try onFiles { () throws(FileError) in
      try workspace.root.appending(path).statusIfPresent()
    }
    guard let status else { return false }
    if wanted == .hardlink, now.kind == .file {
      return !workspace.store.isWholeFile(status, of: now.id)
    }
    return status.linkCount > 1 || status.mode & 0o200 == 0
  }
}
