internal import Platform
package import Primitives

/// What a pack says about itself.
package struct PackSummary: Hashable, Sendable {
  /// The SHA-256 of the file.
  package let id: ObjectID

  package let number: PackNumber

  /// Whether it holds trees, recipes and runs, not data.
  package let isMetadata: Bool

  /// How many records it holds.
  package let records: Int

  /// The size of the file.
  package let size: ByteCount
}

// MARK: - Going through everything

extension RecordStore {
  /// Calls `body` for each pack in the order of their ids, by a fresh listing.
  ///
  /// - Throws: ``StoreError/damagedPack(_:_:)`` for a pack that cannot be read: who wants to go on
  ///   takes ``presentPacks()`` and ``summary(of:)``.
  func forEachPack(_ body: (PackSummary) throws(StoreError) -> Void) throws(StoreError) {
    for id in try presentPacks().sorted() {
      do {
        try body(try summary(of: id))
      } catch {
        guard case .packVanished = error else { throw error }
      }
    }
  }

  /// What the pack says about itself.
  ///
  /// - Throws: ``StoreError/packVanished(_:)``, ``StoreError/damagedPack(_:_:)``, or
  ///   ``StoreError/file(_:)``.
  func summary(of id: ObjectID) throws(StoreError) -> PackSummary {
    let footer = try reader(of: id, withDirectory: false).footer
    return PackSummary(
      id: id, number: table.pack(id).number, isMetadata: footer.kind == .metadata,
      records: footer.count, size: .bytes(footer.packSize))
  }

  /// The records of a pack, sorted by oid.
  ///
  /// - Throws: As ``summary(of:)``.
  func records(in id: ObjectID) throws(StoreError) -> [RecordEntry] {
    let pack = table.pack(id)
    return try reader(of: id, withDirectory: true).entries().map { Self.record($0, in: pack) }
  }

  /// Calls `body` for each record of each pack: one that lies in two packs comes twice.
  ///
  /// - Parameters:
  ///   - metadataOnly: Whether to leave out packs of data.
  ///   - body: Called with the records of one pack after the other.
  /// - Throws: As ``forEachPack(_:)``.
  func forEachRecord(
    metadataOnly: Bool = false, _ body: (RecordEntry) throws(StoreError) -> Void
  ) throws(StoreError) {
    try forEachPack { pack throws(StoreError) in
      if metadataOnly && !pack.isMetadata { return }
      for entry in try records(in: pack.id) { try body(entry) }
    }
  }

  /// The SHA-256 of a pack's file: its name, if it is whole.
  ///
  /// - Throws: As ``summary(of:)``.
  func hash(ofPack id: ObjectID) throws(StoreError) -> ObjectID {
    try reader(of: id, withDirectory: false).hash()
  }

  /// The id of the pack that a record lies in.
  func pack(of entry: RecordEntry) -> ObjectID { table[entry.pack].id }

  private func reader(
    of id: ObjectID, withDirectory: Bool
  ) throws(StoreError) -> PackReader {
    do {
      return try PackReader(layout.pack(id), withDirectory: withDirectory)
    } catch {
      if case .file(let reason) = error, reason.isNotFound { throw .packVanished(id) }
      throw error
    }
  }
}
