internal import Platform
package import Primitives

extension ObjectStore {
  /// Finds out what forgetting takes away from the store, and changes nothing.
  ///
  /// - Parameters:
  ///   - targets: Contents of files.
  ///   - named: Contents that somebody names by themselves, not in a directory of the store.
  ///   - progress: Told of the packs that were looked through.
  /// - Throws: ``StoreError`` when the store cannot be read.
  package func planForgetting(
    _ targets: Set<ObjectID>, named: Set<ObjectID>, progress: ProgressCounter? = nil
  ) throws(StoreError) -> ForgettingPlan {
    var search = ForgettingSearch(records, for: targets, named: named, progress: progress)
    return try search.run()
  }

  /// Takes away what was planned, at once and from trash as well, and what crashes have left.
  ///
  /// Bytes first and the lists of chunks last: what was interrupted can still be told, and is
  /// finished by doing it again. The tombstones have to be there before, so that nobody brings back
  /// what is taken away meanwhile.
  ///
  /// - Returns: What was freed, and what may have stayed.
  /// - Throws: ``StoreError`` when the store cannot be changed: ``StoreError/locked(_:holder:)``
  ///   while another remover is at work.
  package func forget(
    _ plan: ForgettingPlan
  ) throws(StoreError) -> Forgotten {
    var collector = try collector(.forgetting)
    var forgotten = Forgotten()
    for ids in [plan.contents, plan.nodes] {
      let erased = try collector.erase(ids)
      forgotten.freed += erased.freedBytes
      forgotten.unreadable = erased.unreadable
    }
    forgotten.hasWriters = try records.removeLeftBehindNow()
    return forgotten
  }
}

/// What forgetting has done to one store.
package struct Forgotten: Sendable {
  /// By how much the store is smaller.
  package fileprivate(set) var freed = ByteCount.zero

  /// Packs that cannot be read, so that nobody knows whether they hold any of it.
  package fileprivate(set) var unreadable: [UnreadablePack] = []

  /// Whether writers were at work, which may store it once more.
  package fileprivate(set) var hasWriters = false
}

extension RecordStore {
  /// The packs in trash, in the order of their ids.
  func trashedPacks() throws(StoreError) -> [ObjectID] {
    do {
      return try Trash(layout: layout).packs().sorted()
    } catch {
      throw .file(error)
    }
  }

  /// The records of a pack, in trash or not.
  func recordsAnywhere(in id: ObjectID) throws(StoreError) -> [RecordEntry] {
    do {
      return try records(in: id)
    } catch {
      guard case .packVanished = error else { throw error }
    }
    let pack = table.pack(id)
    do {
      return try PackReader(layout.trashedPack(id)).entries().map { Self.record($0, in: pack) }
    } catch {
      if case .file(let reason) = error, reason.isNotFound { throw .packVanished(id) }
      throw error
    }
  }
}
