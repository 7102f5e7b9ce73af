internal import Git
internal import ObjectStore
internal import Platform
package import Primitives

extension Workspace {
  /// Says that data was last recorded as something else than its index has, and leaves it as it is.
  ///
  /// What the index knows of the files is kept: those that differ from the new base are known to, and
  /// only what is not known is read by the next command.
  ///
  /// - Parameters:
  ///   - path: A tracked path, or one that was or is about to be.
  ///   - target: What the data was recorded as; `nil` for data that is not recorded.
  /// - Throws: ``WorkspaceError``, such as for a tree that the store lacks; nothing has changed then.
  package func rebase(
    _ path: RepositoryPath, to target: PointerFile?
  ) throws(WorkspaceError) {
    let lock = try lockPath(path)
    if let target { try rebaseLocked(path, to: target) } else { try forgetBase(of: path) }
    _ = lock
  }

  /// Rebases a path whose lock the caller has.
  private func rebaseLocked(
    _ path: RepositoryPath, to target: PointerFile
  ) throws(WorkspaceError) {
    let (status, loaded) = try onFiles { () throws(FileError) in
      try indexes.directory.makeDirectories()
      return (try root.appending(path).statusIfPresent(), try indexes.load(path))
    }
    let (_, digest) = try rules(above: path)
    let header = StatIndexHeader(
      path: path, isDirectory: target.kind == .tree, base: nil,
      device: status?.device ?? loaded.header?.device ?? 0, ignoreDigest: digest,
      clock: loaded.header?.clock)
    let known = loaded.index.flatMap { $0.header.isDirectory == header.isDirectory ? $0 : nil }
    if target.kind == .file {
      let wanted = TreeEntry(
        kind: status?.isExecutable == true ? .executable : .file, id: target.id,
        size: target.size, files: 1, name: path.name)
      let entry = Self.entry(wanted, over: known?.directory("")?.entry(path.name))
      try tell([.ids(.base, path, old: loaded.base, new: target.id)])
      try writeFileIndex(entry, base: target.id, header: header)
    } else {
      var writer = try StatIndexWriter(replacing: indexes.file(of: path), header: header)
      try write(target.id, at: "", known, to: &writer)
      try tell([.ids(.base, path, old: loaded.base, new: target.id)])
      try writer.finish(base: target.id)
    }
    try onFiles { () throws(FileError) in try indexes.setUnfinishedCheckout(nil, of: path) }
  }

  /// Finishes a recording that was cut off when one of pointer and stat index was written, or of
  /// which a power cut kept one of them: the data is what was recorded, or went on since.
  ///
  /// - Parameter inspection: Of a path whose lock the caller has.
  /// - Returns: Whether the index is another now.
  func finishRecording(_ inspection: Inspection) throws(WorkspaceError) -> Bool {
    guard let pointer = inspection.pointer, pointer.id != inspection.base,
      try onFiles({ () throws(FileError) in try isRecordingCutOff(inspection, pointer) })
    else { return false }
    do throws(WorkspaceError) {
      try rebaseLocked(inspection.path, to: pointer)
      return true
    } catch {
      // What was recorded went, too: it is recorded anew.
      guard case .store(.missing) = error else { throw error }
      return false
    }
  }

  private func isRecordingCutOff(
    _ inspection: Inspection, _ pointer: PointerFile
  ) throws(FileError) -> Bool {
    let (path, base) = (inspection.path, inspection.base.map { ByteString($0.hex) })
    guard try indexes.unfinishedCheckout(path) == nil,
      let last = try git.journal.last(ofDataAt: path.bytes), last.entry.kind == .base
    else { return false }
    let id = ByteString(pointer.id.hex)
    // The pointer is the newer of the two, or an index is no more.
    if last.entry.new == id { return base == nil || base == last.entry.old }
    // The index is, or is no more, and the pointer is the one from before: git would have written it
    // since.
    guard last.entry.old == id, base == nil || base == last.entry.new && inspection.isAfterRestart
    else { return false }
    let status = try root.appending(PointerFile.path(of: path)).status()
    return status.modified < last.time
  }

  /// Writes the blocks of a tree, with what is known of the files that lie there.
  private func write(
    _ id: ObjectID, at path: ByteString, _ index: StatIndex?, to writer: inout StatIndexWriter
  ) throws(WorkspaceError) {
    let known = index?.directory(path)
    if let index, let known, known.id == id {
      try writer.append(copying: known)
      for number in index.numbersBelow(path) { try writer.append(copying: index.block(number)) }
      return
    }
    let tree = try onStore { () throws(StoreError) in try store.tree(id) }
    var entries = EntryList()
    for wanted in tree.entries {
      entries.append(Self.entry(wanted, over: known?.entry(wanted.name)), name: wanted.name)
    }
    // Nothing is said of the directory's own times: each name in it is looked at.
    try writer.append(
      IndexedDirectory.encode(path: path, stamp: nil, id: id, entries: entries), path: path)
    for wanted in tree.entries where wanted.kind == .directory {
      let below = known?.entry(wanted.name)
      if let below, below.kind == .directory, !below.flags.contains(.materialised) { continue }
      try write(wanted.id, at: Scan.join(path, wanted.name.bytes), index, to: &writer)
    }
  }

  /// The entry of something that counts as having been here, given what is known under its name.
  private static func entry(_ wanted: TreeEntry, over known: StatEntry?) -> StatEntry {
    if wanted.kind == .directory {
      let isHere = known.map { $0.kind != .directory || $0.flags.contains(.materialised) } ?? true
      return .directory(
        id: wanted.id, size: wanted.size, files: wanted.files, isMaterialised: isHere)
    }
    var entry = StatEntry.absent(wanted)
    guard let known, known.kind != .directory else {
      entry.flags = .materialised
      return entry
    }
    guard (known.kind == .symlink) == (wanted.kind == .symlink) else {
      entry.flags = .materialised
      return entry
    }
    if known.id == wanted.id {
      entry = known
      entry.kind = wanted.kind
      return entry
    }
    if !known.flags.contains(.materialised) { return entry }
    entry.flags = .materialised
    if known.flags.contains(.trusted), !known.flags.contains(.differs) {
      (entry.modified, entry.changed, entry.inode) = (known.modified, known.changed, known.inode)
      entry.flags.formUnion([.trusted, .differs])
    }
    return entry
  }
}
