package import Platform

/// Who may use the files of a store: git's `core.sharedRepository`.
///
/// A mode is given to files and directories when they are made, and never to those that exist.
package enum StoreSharing: Hashable, Sendable {
  /// What the process's umask leaves.
  case umask

  /// The group reads and writes.
  case group

  /// The group reads and writes, everybody reads.
  case all

  /// These permission bits, whatever the umask: `0640` for instance.
  case mode(UInt32)

  /// Reads a value of `core.sharedRepository`.
  ///
  /// - Returns: `nil` for a value that git refuses, too.
  package init?(gitValue: String) {
    switch gitValue.lowercased() {
    case "umask", "false", "no", "off", "0", "": self = .umask
    case "group", "true", "yes", "on", "1": self = .group
    case "all", "world", "everybody", "2": self = .all
    default:
      // Git wants the owner to read and write.
      guard let mode = UInt32(gitValue, radix: 8), mode <= 0o777, mode & 0o600 == 0o600 else {
        return nil
      }
      self = .mode(mode & 0o666)
    }
  }

  /// This sharing, or, where it is none, that of a store's directory: one that its group may write
  /// to, or that hands its group down, is shared as its mode says.
  ///
  /// A remote has no configuration; who made its directory has said for whom it is. For a store that
  /// is still to be made, the directory that it will lie in says so, where it hands its group down.
  package func orThatOf(_ root: FilePath) throws(StoreError) -> Self {
    guard self == .umask else { return self }
    do {
      guard let mode = try root.statusIfPresent(followingSymlink: true)?.mode else {
        let above = try root.parent.statusIfPresent(followingSymlink: true)?.mode ?? 0
        return above & 0o2020 == 0o2020 ? .mode(above & 0o666) : self
      }
      return mode & 0o2020 == 0 ? self : .mode(mode & 0o666)
    } catch {
      throw .file(error)
    }
  }

  /// The mode of a new file or directory, given the one that it was made with.
  ///
  /// As git computes it: a file without any right to write stays so, who may read a directory may
  /// enter it, and a directory that the group may use hands its group down.
  func adjusted(_ mode: UInt32, isDirectory: Bool) -> UInt32 {
    var bits: UInt32
    let base: UInt32
    switch self {
    case .umask: return mode
    case .group: (bits, base) = (0o660, mode)
    case .all: (bits, base) = (0o664, mode)
    case .mode(let exact): (bits, base) = (exact & 0o666, mode & ~0o777)
    }
    if !isDirectory, mode & 0o200 == 0 { bits &= ~0o222 }
    var result = base | bits
    if isDirectory {
      result |= (result & 0o444) >> 2
      if result & 0o060 != 0 { result |= 0o2000 }
    }
    return result
  }

  /// Replaces a small file of a store in one step, and makes the directories above it.
  ///
  /// - Parameters:
  ///   - path: The file. One that exists keeps its mode.
  ///   - bytes: The whole new content.
  ///   - durably: Whether it has to survive a power cut.
  /// - Throws: ``FileError``; the old content is then still there.
  package func replace(
    _ path: FilePath, with bytes: [UInt8], durably: Bool = true
  ) throws(FileError) {
    let old = try path.statusIfPresent()
    let made = try makeDirectories(path.parent)
    let new = try AtomicFile(in: path.parent)
    try new.file.write(bytes.span, at: 0)
    if let old { try new.file.setMode(old.mode) } else { try apply(to: new.file) }
    try new.commit(to: path, durably: durably)
    guard durably else { return }
    for directory in made { try directory.parent.synchronizeDirectory() }
  }

  /// Gives a file that was just made its mode.
  package func apply(to file: borrowing OpenFile) throws(FileError) {
    if self == .umask { return }
    try file.setMode(adjusted(try file.status().mode, isDirectory: false))
  }

  /// Makes a directory, and those above it that are missing, each with its mode.
  ///
  /// - Returns: Those that were made, the outermost first.
  @discardableResult
  func makeDirectories(_ path: FilePath) throws(FileError) -> [FilePath] {
    if try path.statusIfPresent(followingSymlink: true)?.kind == .directory { return [] }
    let above = path.parent == path ? [] : try makeDirectories(path.parent)
    do {
      let parent = try OpenDirectory(path.parent)
      try parent.makeDirectory(path.name)
      if self == .umask { return above + [path] }
      let mode = try parent.status(of: path.name).mode
      try parent.setMode(of: path.name, to: adjusted(mode, isDirectory: true))
    } catch {
      // Another process may have made it in between.
      guard error.isExisting else { throw error }
    }
    return above + [path]
  }
}
