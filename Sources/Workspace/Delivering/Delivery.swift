package import ObjectStore
package import Platform
package import Primitives
internal import Synchronization

/// Writes a file or directory out of a store to any place, outside of worktrees as well.
///
/// It is built beside its place under a temporary name and appears there in one step, whole. Every
/// content is proven while it is written.
package struct Delivery: Sendable {
  private let store: ObjectStore
  private let progress: ProgressCounter?

  /// Above this a file is written by all cores, below by one of many threads: 32 MiB.
  private static let largeFile = 32 << 20

  /// Prepares to write from a store.
  package init(from store: ObjectStore, progress: ProgressCounter? = nil) {
    self.store = store
    self.progress = progress
  }

  /// Writes an entry of a tree.
  ///
  /// - Parameters:
  ///   - entry: What to write; its own name does not count.
  ///   - name: The name that it gets.
  ///   - directory: Where, a directory that is there.
  ///   - isForced: Whether what has the name goes, and is in no store afterwards.
  /// - Returns: The symlinks that lead out of a directory, from its top.
  /// - Throws: ``StoreError``; nothing has changed then. `isExisting` of the error of the operating
  ///   system says that something has the name.
  package func deliver(
    _ entry: TreeEntry, as name: ByteString, in directory: FilePath, replacing isForced: Bool
  ) throws(StoreError) -> [RepositoryPath] {
    progress?.begin(.restoring, bytes: entry.size.bytes, files: entry.files)
    defer { progress?.end() }
    let holder = try StoreError.onFiles { () throws(FileError) in try OpenDirectory(directory) }
    let temporary = AtomicFile.temporaryName()
    do throws(StoreError) {
      let links = try build(entry, as: temporary, in: holder)
      try StoreError.onFiles { () throws(FileError) in
        try Self.name(temporary, name, in: holder, replacing: isForced)
      }
      return links
    } catch {
      // After the renaming nothing has this name any more.
      _ = try? directory.appending(temporary).removeTree()
      throw error
    }
  }

  /// Gives what is finished its name.
  private static func name(
    _ temporary: ByteString, _ name: ByteString, in holder: borrowing OpenDirectory,
    replacing isForced: Bool
  ) throws(FileError) {
    guard isForced, try holder.statusIfPresent(of: name) != nil else {
      return try holder.rename(temporary, toFree: name, in: holder)
    }
    do throws(FileError) {
      try holder.exchange(temporary, name)
      return try holder.path.appending(temporary).removeTree()
    } catch {
      guard error.operation == .rename, error.isUnsupported else { throw error }
    }
    // Where names cannot be exchanged, nothing has the name for a moment.
    let aside = AtomicFile.temporaryName()
    try holder.rename(name, toFree: aside, in: holder)
    do throws(FileError) {
      try holder.rename(temporary, toFree: name, in: holder)
    } catch {
      try holder.rename(aside, toFree: name, in: holder)
      throw error
    }
    try holder.path.appending(aside).removeTree()
  }

  // MARK: - Building

  private func build(
    _ entry: TreeEntry, as name: ByteString, in holder: borrowing OpenDirectory
  ) throws(StoreError) -> [RepositoryPath] {
    guard entry.kind == .directory else {
      _ = try store.write(entry, as: name, in: holder, progress: progress)
      return []
    }
    let top = try StoreError.onFiles { () throws(FileError) -> OpenDirectory in
      try holder.makeDirectory(name)
      return try holder.directory(name)
    }
    var work = Work()
    try make(entry.id, at: .root, below: top, &work)
    try flush(&work, below: top)
    return work.outsideLinks.sorted()
  }

  /// Files of one directory that are still to be written.
  private struct Group: Sendable {
    let directory: RepositoryPath
    let entries: ArraySlice<TreeEntry>
  }

  private struct Work {
    var expansion = TreeExpansion()
    var groups: [Group] = []
    var pending = 0
    var outsideLinks: [RepositoryPath] = []
  }

  /// How many files one thread takes, and how many are gathered before any is written.
  private static let groupSize = 256
  private static let batchSize = 8_192

  /// Makes a directory's directories and writes its files, or leaves them for the next batch.
  private func make(
    _ id: ObjectID, at path: RepositoryPath, below top: borrowing OpenDirectory, _ work: inout Work
  ) throws(StoreError) {
    let tree = try store.tree(id)
    try work.expansion.count(id, tree, at: path.bytes)
    let directories = tree.entries.filter { $0.kind == .directory }
    if !directories.isEmpty {
      try StoreError.onFiles { () throws(FileError) in
        let here = try top.descending(to: path)
        for directory in directories { try here.makeDirectory(directory.name) }
      }
    }
    let files = tree.entries.filter { $0.kind != .directory }
    for start in stride(from: 0, to: files.count, by: Self.groupSize) {
      let end = min(start + Self.groupSize, files.count)
      work.groups.append(Group(directory: path, entries: files[start..<end]))
      work.pending += end - start
      if work.pending >= Self.batchSize { try flush(&work, below: top) }
    }
    for directory in directories {
      guard let below = try? path.appending(directory.name) else {
        throw .invalidTree(id, .badName(directory.name))
      }
      try make(directory.id, at: below, below: top, &work)
    }
  }

  /// Writes the files that were gathered: large ones by all cores each, the others side by side.
  private func flush(
    _ work: inout Work, below top: borrowing OpenDirectory
  ) throws(StoreError) {
    let groups = work.groups
    (work.groups, work.pending) = ([], 0)
    for group in groups {
      let large = group.entries.filter { $0.size.bytes >= Self.largeFile }
      if !large.isEmpty { _ = try write(large[...], of: group.directory, below: top) }
    }
    let place = top.path
    let found = Mutex<[RepositoryPath]>([])
    try Threads.forEach(groups.count) { number throws(StoreError) in
      let group = groups[number]
      let small = group.entries.filter { $0.size.bytes < Self.largeFile }
      if small.isEmpty { return }
      let top = try StoreError.onFiles { () throws(FileError) in
        try OpenDirectory(place, followingSymlink: false)
      }
      let links = try write(small[...], of: group.directory, below: top)
      if !links.isEmpty { found.withLock { $0 += links } }
    }
    work.outsideLinks += found.withLock { $0 }
  }

  private func write(
    _ entries: ArraySlice<TreeEntry>, of directory: RepositoryPath,
    below top: borrowing OpenDirectory
  ) throws(StoreError) -> [RepositoryPath] {
    let holder = try StoreError.onFiles { () throws(FileError) in
      try top.descending(to: directory)
    }
    var outside: [RepositoryPath] = []
    for entry in entries {
      let target = try store.write(entry, as: entry.name, in: holder, progress: progress)
      progress?.advance(files: 1)
      guard let target, let path = try? directory.appending(entry.name) else { continue }
      if CheckoutRun.leadsOutside(target, from: path, of: .root) { outside.append(path) }
    }
    return outside
  }
}
