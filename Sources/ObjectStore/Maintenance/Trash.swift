internal import Platform
internal import Primitives

/// Where what was superseded or lost stays until its grace is over: `docs/format/store.md` § Trash.
struct Trash: Sendable {
  /// Why something is in trash.
  enum Reason: String, Sendable, CaseIterable {
    /// Every record is in another pack.
    case folded
    /// No root led to any of the records.
    case collected
    /// Every record that a root led to is in another pack.
    case repacked
    /// The pack was never synced, and its bytes are not those that were written.
    case lost
    /// Bytes of it are wrong.
    case damaged
  }

  let layout: StoreLayout

  /// The packs in trash.
  func packs() throws(FileError) -> [ObjectID] {
    try layout.trashedPacks.namesIfPresent().compactMap { StoreLayout.id(in: $0, .pack) }
  }

  /// Whether a pack is in trash because it was never synced and did not reach the disk.
  func hasLostPacks() throws(FileError) -> Bool {
    let lost = Self.text(.lost)
    for name in try layout.trashedPacks.namesIfPresent()
    where name.description.hasSuffix(StoreLayout.Suffix.reason.rawValue) {
      let why = try layout.trashedPacks.appending(name).contentsIfPresent()
      if why?.starts(with: lost) == true { return true }
    }
    return false
  }

  /// Moves a pack to trash.
  ///
  /// The caller holds the store's lock.
  ///
  /// A pack that is not there any more is none of its business.
  func movePack(_ id: ObjectID, because reason: Reason) throws(FileError) {
    try move(layout.pack(id), to: layout.trashedPacks, name: id.hex, .pack, reason)
  }

  /// Moves an index to trash.
  ///
  /// The caller holds the store's lock.
  func moveIndex(_ id: ObjectID, because reason: Reason) throws(FileError) {
    try move(layout.indexFile(id), to: layout.trashedIndexes, name: id.hex, .index, reason)
  }

  /// Moves an index or list to trash whose bytes are wrong, under its own name.
  ///
  /// The caller holds the store's lock.
  func moveIndexFile(_ path: FilePath) throws(FileError) {
    let name = path.name.bytes
    guard let dot = name.lastIndex(of: UInt8(ascii: ".")) else { return }
    try move(
      path, to: layout.trashedIndexes, name: String(decoding: name[..<dot], as: UTF8.self),
      ending: String(decoding: name[dot...], as: UTF8.self), .damaged)
  }

  private func move(
    _ path: FilePath, to directory: FilePath, name: String, _ suffix: StoreLayout.Suffix,
    _ reason: Reason
  ) throws(FileError) {
    try move(path, to: directory, name: name, ending: suffix.rawValue, reason)
  }

  private func move(
    _ path: FilePath, to directory: FilePath, name: String, ending: String, _ reason: Reason
  ) throws(FileError) {
    try layout.sharing.makeDirectories(directory)
    let why = directory.appending(name + StoreLayout.Suffix.reason.rawValue)
    // A lease that begins between the first and the last step is older than the time that counts.
    // Others who share the store read it, whatever the umask of who moves.
    let sharing = layout.sharing
    try sharing.replace(why, with: Self.text(reason, isMoving: true), durably: false)
    do {
      try path.rename(to: directory.appending(name + ending))
    } catch {
      guard error.isNotFound else { throw error }
    }
    try sharing.replace(why, with: Self.text(reason), durably: false)
  }

  /// What is written beside a file in trash.
  static func text(_ reason: Reason, isMoving: Bool = false) -> [UInt8] {
    Array("shale trash 1\nreason \(reason.rawValue)\n\(isMoving ? "moving\n" : "")".utf8)
  }
}
