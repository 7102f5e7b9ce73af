package import Platform
package import Primitives

extension ObjectStore {
  private var wholeFiles: WholeFiles { WholeFiles(layout: records.layout) }

  /// Opens the whole file of a content, at the path to which links lead; made where there is none.
  ///
  /// - Parameters:
  ///   - id: The oid of the content.
  ///   - progress: Told of the bytes written, or of all at once where nothing has to be.
  /// - Throws: ``StoreError``: the content is missing or damaged, or the disk refuses.
  package func wholeFile(
    _ id: ObjectID, progress: ProgressCounter? = nil
  ) throws(StoreError) -> OpenFile {
    if let file = try existingWholeFile(id) {
      progress?.advance(bytes: try Ingest.status(of: file).size.bytes)
      return file
    }
    let made = try wholeFiles.make(id) { file throws(StoreError) in
      try restore(id, into: file, progress: progress)
      return true
    }
    guard let made else { throw .missing(id) }
    return made
  }

  /// Opens the whole file of a content, unless there is none that can be relied on.
  ///
  /// - Throws: ``StoreError/file(_:)``.
  package func existingWholeFile(_ id: ObjectID) throws(StoreError) -> OpenFile? {
    try StoreError.onFiles { () throws(FileError) in try wholeFiles.usable(id) }
  }

  /// Makes a file of the worktree a whole file, too, by sharing its blocks.
  ///
  /// - Parameters:
  ///   - file: The file, which was just written from the store.
  ///   - id: The oid of its content.
  /// - Returns: `false` where the file systems share no blocks.
  /// - Throws: ``StoreError/file(_:)``.
  package func keepWhole(
    _ file: borrowing OpenFile, as id: ObjectID
  ) throws(StoreError) -> Bool {
    if try existingWholeFile(id) != nil { return true }
    let before = try Ingest.status(of: file)
    return try wholeFiles.make(id) { copy throws(StoreError) in
      guard try Self.clone(file, to: copy) else { return false }
      try Ingest.checkUnchanged(file, since: before)
      return true
    } != nil
  }

  private static func clone(
    _ file: borrowing OpenFile, to copy: borrowing OpenFile
  ) throws(StoreError) -> Bool {
    try StoreError.onFiles { () throws(FileError) in try copy.clone(file) }
  }

  /// Whether a file is a name of the whole file of a content, which nobody has written to since
  /// it was complete: then it is known without being read, although every link that is made or
  /// removed moves the time at which it changed.
  ///
  /// What cannot be told is not so.
  package func isWholeFile(_ status: FileStatus, of id: ObjectID) -> Bool {
    guard status.linkCount > 1, status.kind == .file, status.mode & 0o333 == 0,
      status.size >= LinkSetting.leastSize
    else { return false }
    return (try? wholeFiles.has(status, as: id)) ?? false
  }

  /// Tries with a file of its own whether files of the store can be had in a directory as links or
  /// clones.
  ///
  /// - Parameters:
  ///   - setting: As what.
  ///   - directory: The directory, in which a temporary name is used for a moment.
  /// - Throws: ``StoreError/file(_:)`` with the reason why not.
  package func probe(
    _ setting: LinkSetting, in directory: borrowing OpenDirectory
  ) throws(StoreError) {
    if setting == .copy { return }
    let name = AtomicFile.temporaryName()
    do throws(FileError) {
      let layout = records.layout
      try layout.sharing.makeDirectories(layout.wholeFiles)
      let source = try AtomicFile(in: layout.wholeFiles)
      try source.file.write([UInt8](repeating: 1, count: 4_096).span, at: 0)
      do throws(FileError) {
        try Self.probe(setting, source.file, as: name, in: directory)
      } catch {
        _ = try? directory.remove(name)
        // The name that was tried tells nobody anything.
        throw FileError(error.operation, directory.path, code: error.code)
      }
      try directory.remove(name)
      _ = consume source
    } catch {
      throw .file(error)
    }
  }

  private static func probe(
    _ setting: LinkSetting, _ source: borrowing OpenFile, as name: ByteString,
    in directory: borrowing OpenDirectory
  ) throws(FileError) {
    if setting == .hardlink {
      try directory.link(source.path, as: name)
      let (own, other) = (try source.status(), try directory.status(of: name))
      // A layer of file systems may answer with a copy.
      if own.inode == other.inode, own.device == other.device { return }
    } else if try directory.creating(name).clone(source) {
      return
    }
    throw FileError(.link, directory.path, code: FileError.unsupported)
  }

  /// Keeps for the user that large files are copied, and why.
  package func tellNotLinked(_ setting: LinkSetting, _ reason: FileError) {
    records.tell(.notLinked(setting, reason))
  }
}
