internal import Platform
internal import Primitives

extension StoreLayout {
  /// Writes a file of the store, unless another process was first.
  func make(_ path: FilePath, with bytes: [UInt8]) throws(FileError) {
    if try path.statusIfPresent() != nil { return }
    let new = try AtomicFile(in: path.parent)
    try new.file.write(bytes.span, at: 0)
    try sharing.apply(to: new.file)
    // The lock makes looking and naming one step. It is released with the end of the process.
    let lock = try? StoreLock(briefly: self, purpose: "make")
    if try path.statusIfPresent() == nil { try new.commit(to: path, durably: true) }
    _ = consume lock
  }
}

extension RecordStore {
  /// Which store it is, or `nil` for one that was made before stores had ids.
  ///
  /// - Throws: ``StoreError/invalidID(_:)`` or ``StoreError/file(_:)``.
  func id() throws(StoreError) -> StoreID? {
    let bytes: [UInt8]?
    do {
      bytes = try layout.id.contentsIfPresent(limit: .bytes(StoreID.byteLimit))
    } catch {
      throw .file(error)
    }
    guard let bytes else { return nil }
    guard let id = StoreID(decoding: bytes) else { throw .invalidID(layout.id) }
    return id
  }

  /// Gives the store an id if it has none.
  ///
  /// - Returns: The id that it has then.
  /// - Throws: As ``id()``, also when the store cannot be written to.
  func giveID() throws(StoreError) -> StoreID {
    if let id = try id() { return id }
    let drawn = StoreID.draw()
    do {
      try layout.make(layout.id, with: drawn.encoded)
    } catch {
      throw .file(error)
    }
    return try id() ?? drawn
  }
}
