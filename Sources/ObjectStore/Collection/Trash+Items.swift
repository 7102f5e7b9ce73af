internal import Platform
internal import Primitives

extension Trash {
  /// A pack, an index or a list in trash.
  struct Item: Sendable {
    let id: ObjectID
    let path: FilePath
    let size: ByteCount

    /// Why it is there; `nil` where nothing says so.
    let reason: Reason?

    /// When it came there: who began to write later cannot have relied on it.
    let time: Timestamp

    /// Whether the process died that moved it there: nobody knows when it came.
    let isMoving: Bool

    let isPack: Bool

    /// What was written beside it.
    var why: FilePath {
      path.parent.appending(id.hex + StoreLayout.Suffix.reason.rawValue)
    }
  }

  /// What files in trash end in, beside what says why they are there.
  private static let suffixes: [StoreLayout.Suffix] = [.pack, .index, .safe, .bad]

  /// Everything that is in trash.
  func items() throws(StoreError) -> [Item] {
    var items: [Item] = []
    do throws(FileError) {
      for directory in [layout.trashedPacks, layout.trashedIndexes] {
        for name in try directory.namesIfPresent() {
          for suffix in Self.suffixes {
            guard let id = StoreLayout.id(in: name, suffix) else { continue }
            if let item = try item(id, directory.appending(name), suffix) { items.append(item) }
          }
        }
      }
    } catch {
      throw .file(error)
    }
    return items.sorted { $0.id < $1.id }
  }

  /// A pack in trash, or `nil` when it is not there.
  func pack(_ id: ObjectID) throws(StoreError) -> Item? {
    do {
      return try item(id, layout.trashedPack(id), .pack)
    } catch {
      throw .file(error)
    }
  }

  private func item(
    _ id: ObjectID, _ path: FilePath, _ suffix: StoreLayout.Suffix
  ) throws(FileError) -> Item? {
    guard let status = try path.statusIfPresent() else { return nil }
    let why = path.parent.appending(id.hex + StoreLayout.Suffix.reason.rawValue)
    let text = try why.contentsIfPresent(limit: .kibibytes(4)) ?? []
    let time = try why.statusIfPresent()?.modified
    let reason = Reason.allCases.first { text.starts(with: Self.text($0)) }
    return Item(
      id: id, path: path, size: status.size, reason: reason, time: time ?? status.changed,
      isMoving: time == nil || reason.map { text != Self.text($0) } ?? true,
      isPack: suffix == .pack)
  }

  /// Lets the grace of a file begin of which nobody knows when it came to trash.
  func beginGrace(of item: Item) throws(StoreError) {
    do {
      try layout.sharing.replace(
        item.why, with: Self.text(item.reason ?? .collected), durably: false)
    } catch {
      throw .file(error)
    }
  }

  /// Unlinks a file and what was written beside it; what is not there is none of its business.
  func remove(_ item: Item) throws(StoreError) {
    try Self.remove(item.path)
    try Self.remove(item.why)
  }

  /// Unlinks what says why files are in trash that are not there, older than `limit`.
  func removeReasonsOfNothing(before limit: Timestamp) throws(StoreError) {
    let known = Set(try items().map(\.why))
    do throws(FileError) {
      for directory in [layout.trashedPacks, layout.trashedIndexes] {
        for name in try directory.namesIfPresent()
        where StoreLayout.id(in: name, .reason) != nil {
          let path = directory.appending(name)
          guard !known.contains(path), let status = try path.statusIfPresent(),
            status.modified < limit
          else { continue }
          try path.remove()
        }
      }
    } catch {
      throw .file(error)
    }
  }

  /// Brings a pack back to the packs.
  func bringBack(_ item: Item) throws(StoreError) {
    do throws(FileError) {
      try layout.sharing.makeDirectories(layout.packDirectory(of: item.id))
      try item.path.rename(to: layout.pack(item.id))
    } catch {
      throw .file(error)
    }
    try Self.remove(item.why)
  }

  /// Unlinks a file that may not be there.
  static func remove(_ path: FilePath) throws(StoreError) {
    do {
      try path.remove()
    } catch {
      guard error.isNotFound else { throw .file(error) }
    }
  }
}
