internal import ObjectStore
internal import Platform
internal import Primitives

// Large files of which most stays: `docs/design/0021-patching.md`.

extension CheckoutOptions.Patching {
  /// Whether a clean file may be one to patch, as far as a plan can tell.
  func concerns(_ now: StatEntry, _ wanted: TreeEntry, isSingle: Bool) -> Bool {
    // While a file is patched nothing has its path, and no pointer says that a single file may be
    // executed: what is interrupted would come back without.
    if isSingle, now.kind == .executable { return false }
    return now.kind != .symlink && wanted.kind != .symlink && now.inode != 0
      && min(now.size, wanted.size) >= leastKept
  }
}

extension CheckoutRun {
  /// What has to be written to make the file at a path what is planned; `nil` where it is written
  /// anew as a whole.
  func patch(_ planned: StatEntry, _ path: RepositoryPath) throws(StoreError) -> Patch? {
    guard let old = plan.patchable[path],
      let patch = try workspace.store.patch(from: old, to: planned.id),
      patch.kept >= patching.leastKept, patch.kept >= patch.changed
    else { return nil }
    return patch
  }

  /// The file that is to be replaced, where it has chunks that the new one may have elsewhere.
  func basis(
    for path: RepositoryPath, in holder: borrowing OpenDirectory
  ) throws(StoreError) -> Basis? {
    guard let old = plan.patchable[path], let file = try? holder.file(path.name) else { return nil }
    return try workspace.store.basis(file, holding: old)
  }

  /// Patches a file: a clone of it, or itself.
  ///
  /// - Returns: `nil`, with everything as it was, where neither can be done without risk.
  func apply(
    _ patch: Patch, _ planned: StatEntry, to path: RepositoryPath, named temporary: ByteString,
    in holder: borrowing OpenDirectory, progress: ProgressCounter?
  ) throws(StoreError) -> Bringing? {
    let copied = try removing(temporary, in: holder) { () throws(StoreError) in
      try fill(planned, to: path, named: temporary, in: holder) { copy throws(StoreError) in
        guard try clone(planned, path.name, to: copy, in: holder) else { return false }
        try patch.apply(to: copy, progress: progress)
        return true
      }
    }
    if let copied { return copied }
    // Read-only, a program that is running, or gone: what a whole file can replace, or not.
    guard let file = try? holder.updating(path.name), takeLease(on: file) else { return nil }
    defer { file.giveLeaseBack() }
    let status = try StoreError.onFiles { () throws(FileError) in try file.status() }
    guard status.kind == .file, status.size == patch.oldSize, Self.isSame(planned, status) else {
      return .changedMeanwhile
    }
    guard status.linkCount == 1, status.mode & 0o200 != 0 else { return nil }
    let place = PatchedFile(
      name: path.name, temporary: temporary, kind: planned.kind, status: status)
    try StoreError.onFiles { () throws(FileError) in
      try workspace.indexes.synchronizeUnfinishedCheckout(of: inspection.path)
      try holder.rename(place.name, toFree: temporary, in: holder)
    }
    // Who had looked the name up before, or put something else there, has the right of way.
    guard (try? holder.status(of: temporary))?.inode == status.inode, file.hasLeaseUnbroken else {
      return leave(place, in: holder)
    }
    do throws(StoreError) {
      // From here on nothing has the path, also after a power cut, until the content is on disk.
      try StoreError.onFiles { () throws(FileError) in try holder.synchronize() }
      try patch.apply(to: file, progress: progress)
      try settle(file, Self.mode(status.mode, for: planned.kind), place)
    } catch {
      do throws(StoreError) {
        try patch.takeBack(from: file)
        try settle(file, status.mode, place)
      } catch let second {
        return giveUp(place, after: second, in: holder)
      }
      let outcome = name(file, place, in: holder)
      guard case .done(let now) = outcome else { return outcome }
      return .putBack(now, error)
    }
    return name(file, place, in: holder)
  }

  /// Makes an empty file a clone of a file that is still the one that was planned for.
  private func clone(
    _ planned: StatEntry, _ name: ByteString, to copy: borrowing OpenFile,
    in holder: borrowing OpenDirectory
  ) throws(StoreError) -> Bool {
    guard let file = try? holder.file(name), let status = try? file.status(),
      Self.isSame(planned, status)
    else { return false }
    return try StoreError.onFiles { () throws(FileError) in try copy.clone(file) }
  }
}

// MARK: - In place

extension CheckoutRun {
  /// A file that is patched in its place.
  private struct PatchedFile {
    let name: ByteString

    /// The name that it has meanwhile.
    let temporary: ByteString

    /// The kind that it is to have.
    let kind: TreeEntry.Kind

    /// What it was before.
    let status: FileStatus
  }

  /// Takes the lease, and waits a moment for it.
  private func takeLease(on file: borrowing OpenFile) -> Bool {
    let end = Clock.monotonicNanoseconds() + UInt64(patching.milliseconds) * 1_000_000
    while !file.takeLease() {
      if Clock.monotonicNanoseconds() >= end { return false }
      Clock.sleep(milliseconds: 1)
    }
    return true
  }

  /// Gives a file that was not touched its name again.
  ///
  /// - Returns: `nil`, with everything as it was, unless that was not possible.
  private func leave(_ place: PatchedFile, in holder: borrowing OpenDirectory) -> Bringing? {
    do {
      try holder.rename(place.temporary, toFree: place.name, in: holder)
      return nil
    } catch {
      return .takenAway(.file(error))
    }
  }

  /// Sets mode and time of a file whose content is complete, and waits until all is on disk.
  private func settle(
    _ file: borrowing OpenFile, _ mode: UInt32, _ place: PatchedFile
  ) throws(StoreError) {
    try StoreError.onFiles { () throws(FileError) in
      if Self.mode(place.status.mode, for: place.kind) != place.status.mode {
        try file.setMode(mode)
      }
      try setModified(file)
      try file.synchronize()
    }
  }

  /// Gives a file whose content is complete its name again, unless somebody has put something there.
  private func name(
    _ file: borrowing OpenFile, _ place: PatchedFile, in holder: borrowing OpenDirectory
  ) -> Bringing {
    do throws(FileError) {
      try holder.rename(place.temporary, toFree: place.name, in: holder)
    } catch {
      guard error.isExisting else { return giveUp(place, after: .file(error), in: holder) }
      _ = try? holder.remove(place.temporary)
      return .changedMeanwhile
    }
    do throws(FileError) {
      try holder.synchronize()
      return .done(try file.status())
    } catch {
      return .takenAway(.file(error))
    }
  }

  /// Removes a file that is of no use: the store has both contents.
  private func giveUp(
    _ place: PatchedFile, after error: StoreError, in holder: borrowing OpenDirectory
  ) -> Bringing {
    _ = try? holder.remove(place.temporary)
    return .takenAway(error)
  }
}
