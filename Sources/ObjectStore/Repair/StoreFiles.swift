package import Platform
internal import Primitives

/// A small file of a store that was made anew.
package struct MendedFile: Sendable, Equatable {
  /// The file.
  package let path: FilePath

  /// What was wrong with it, as the second half of a sentence.
  package let problem: String

  /// What the new one was made from, as the second half of a sentence.
  package let origin: String
}

/// Makes the files `format` and `id` of a store anew where they are damaged or gone.
///
/// Nothing that they say is needed to read an object: `format` says how new contents are cut, and
/// which promises of *complete* count, `id` which store it is.
package struct StoreFiles: Sendable {
  private let layout: StoreLayout

  /// How a store cuts that this one exchanges objects with.
  private let model: StoreFormat?

  /// Which store it is, as far as somebody remembers.
  private let knownID: StoreID?

  /// Prepares the look at a store; nothing is read yet.
  ///
  /// - Parameters:
  ///   - root: The directory of the store.
  ///   - model: How a store cuts that this one exchanges objects with.
  ///   - knownID: Which store it is, as far as somebody remembers.
  ///   - sharing: Who else may use files that are made in it.
  package init(
    at root: FilePath, like model: StoreFormat?, knownID: StoreID?, sharing: StoreSharing = .umask
  ) {
    layout = StoreLayout(root: root, sharing: sharing)
    self.model = model
    self.knownID = knownID
  }

  /// Makes what is damaged anew.
  ///
  /// - Parameter isDryRun: Whether to tell only what would be done.
  /// - Returns: What was wrong; nothing for a store with both files as they should be.
  /// - Throws: ``StoreError/notAStore(_:)`` for a directory that holds no packs,
  ///   ``StoreError/newerStore(_:version:)``, or ``StoreError/file(_:)``.
  package func mend(isDryRun: Bool) throws(StoreError) -> [MendedFile] {
    do throws(FileError) {
      guard try layout.packs.statusIfPresent(followingSymlink: true)?.kind == .directory else {
        throw FileError(.open, layout.packs, code: nil)
      }
    } catch {
      throw .notAStore(layout.root)
    }
    return try [mendID(isDryRun), mendFormat(isDryRun)].compactMap { $0 }
  }

  private func contents(_ path: FilePath, limit: Int) throws(StoreError) -> [UInt8]? {
    do throws(FileError) {
      guard try path.statusIfPresent() != nil else { return nil }
      // One that is too long is as wrong as any other.
      return try OpenFile.forReading(path, followingSymlink: false).upTo(.bytes(limit + 1), at: 0)
    } catch {
      throw .file(error)
    }
  }

  private func mendID(_ isDryRun: Bool) throws(StoreError) -> MendedFile? {
    let bytes = try contents(layout.id, limit: StoreID.byteLimit)
    if let bytes, StoreID(decoding: bytes) != nil { return nil }
    // A store that never had one gets one by who writes to it next.
    if bytes == nil, knownID == nil { return nil }
    let id = knownID ?? StoreID.draw()
    if !isDryRun { try replace(layout.id, with: id.encoded) }
    return MendedFile(
      path: layout.id, problem: bytes == nil ? "is not there" : "holds no id of a store",
      origin: knownID == nil
        ? "it was drawn anew: remotes that name the old one have to be told"
        : "it is the one that this clone knows the store by")
  }

  private func mendFormat(_ isDryRun: Bool) throws(StoreError) -> MendedFile? {
    let bytes = try contents(layout.format, limit: StoreFormat.byteLimit)
    var problem = "is not there"
    if let bytes {
      do {
        _ = try StoreFormat(decoding: bytes)
        return nil
      } catch {
        if case .newer(let version) = error {
          throw .newerStore(layout.root, version: version)
        }
        problem = "cannot be used: \(error)"
      }
    }
    var format = model ?? StoreFormat()
    // No store has counted so far: what any root called complete is not believed any more.
    format.generation = Int(clamping: Clock.now().seconds)
    if !isDryRun { try replace(layout.format, with: format.encoded) }
    return MendedFile(
      path: layout.format, problem: problem,
      origin: model == nil
        ? "it was made with the standard chunk sizes" : "its chunk sizes are those of a remote")
  }

  /// Puts a file in the place of one that goes to trash.
  private func replace(_ path: FilePath, with bytes: [UInt8]) throws(StoreError) {
    let lock = try StoreLock(layout, purpose: "repair")
    do throws(FileError) {
      let directory = layout.trashedFiles
      try layout.sharing.makeDirectories(directory)
      if try path.statusIfPresent() != nil {
        let name = "\(path.name)-\(Clock.now().seconds)"
        try path.link(to: directory.appending(name))
      }
      try layout.sharing.replace(path, with: bytes)
    } catch {
      throw .file(error)
    }
    _ = consume lock
  }
}
