internal import ObjectStore
internal import Platform
internal import Primitives
internal import Workspace

/// Writes content below a directory, and nowhere else.
///
/// Each name on the way is opened by itself and no symlink is followed, so that a record cannot
/// lead a write out of the directory, whatever its code tree holds.
struct SiteWriter: Sendable {
  let root: FilePath
  let store: ObjectStore
  let progress: ProgressCounter?

  /// So many files of one directory are one piece of work.
  private static let batchSize = 256

  private struct Batch: Sendable {
    let directory: RepositoryPath
    let entries: ArraySlice<TreeEntry>
  }

  /// Writes a directory with all that lies in it, in place of files that are there.
  ///
  /// - Parameters:
  ///   - tree: Its oid.
  ///   - path: Where it goes.
  /// - Throws: ``PipelineError/leadsAstray(_:)``, and what the store and the disk throw.
  func write(tree: ObjectID, at path: RepositoryPath) throws(PipelineError) {
    var batches: [Batch] = []
    var expansion = TreeExpansion()
    try collect(tree, at: path, as: nil, into: &batches, &expansion)
    let work = batches
    try Threads.forEach(work.count) { number throws(PipelineError) in
      let batch = work[number]
      let directory = try makeDirectory(batch.directory)
      for entry in batch.entries { try write(entry, in: directory, at: batch.directory) }
    }
  }

  /// Writes a file.
  func write(file id: ObjectID, at path: RepositoryPath) throws(PipelineError) {
    let entry = TreeEntry(kind: .file, id: id, size: .zero, name: path.name)
    let parent = path.parent ?? .root
    try write(entry, in: makeDirectory(parent), at: parent)
  }

  /// Copies a file, which has to have a content.
  ///
  /// - Returns: Whether it had; otherwise nothing was written.
  func copy(_ source: FilePath, at path: RepositoryPath, ifItIs id: ObjectID)
    throws(PipelineError) -> Bool
  {
    let directory = try makeDirectory(path.parent ?? .root)
    try check(path.name, at: path)
    return try onFiles { () throws(FileError) in
      try clear(path.name, in: directory)
      let input = try OpenFile.forReading(source, followingSymlink: false)
      let status = try input.status()
      let output = try directory.creating(path.name, mode: status.isExecutable ? 0o777 : 0o666)
      var hash = SHA256()
      var offset = 0
      while true {
        let bytes = try input.upTo(.mebibytes(1), at: offset)
        if bytes.isEmpty { break }
        hash.update(bytes.span)
        try output.write(bytes.span, at: offset)
        offset += bytes.count
      }
      if hash.finalize() == id { return true }
      try directory.remove(path.name)
      return false
    }
  }

  /// Opens the directory at a path, and makes what is missing on the way.
  ///
  /// - Throws: ``PipelineError/leadsAstray(_:)`` where a symlink or a file is in the way.
  @discardableResult
  func makeDirectory(_ path: RepositoryPath) throws(PipelineError) -> OpenDirectory {
    for name in path.components { try check(name, at: path) }
    do throws(FileError) {
      return try OpenDirectory(root, followingSymlink: false).making(path)
    } catch {
      throw error.isNotFound || error.isSymlink ? .leadsAstray(path) : .file(error)
    }
  }

  // MARK: - Entries

  /// Lists the files of a directory and of those below it.
  private func collect(
    _ id: ObjectID, at path: RepositoryPath, as entry: TreeEntry?, into batches: inout [Batch],
    _ expansion: inout TreeExpansion
  ) throws(PipelineError) {
    let tree = try onStore { () throws(StoreError) in
      let tree = try store.tree(id)
      try expansion.count(id, tree, at: path.bytes)
      return tree
    }
    if let entry, (entry.size, entry.files) != (tree.size, tree.files) {
      throw .store(.invalidTree(id, .differsFromEntry))
    }
    let files = tree.entries.filter { $0.kind != .directory }
    if files.isEmpty { batches.append(Batch(directory: path, entries: [])) }
    for start in stride(from: 0, to: files.count, by: Self.batchSize) {
      batches.append(Batch(directory: path, entries: files[start...].prefix(Self.batchSize)))
    }
    for directory in tree.entries where directory.kind == .directory {
      guard let inner = try? path.appending(directory.name) else { throw .leadsAstray(path) }
      try collect(directory.id, at: inner, as: directory, into: &batches, &expansion)
    }
  }

  private func write(
    _ entry: TreeEntry, in directory: borrowing OpenDirectory, at path: RepositoryPath
  ) throws(PipelineError) {
    try check(entry.name, at: path)
    try onFiles { () throws(FileError) in try clear(entry.name, in: directory) }
    try onStore { () throws(StoreError) in
      _ = try store.write(entry, as: entry.name, in: directory, progress: progress)
    }
    progress?.advance(files: 1)
  }

  /// Takes away the file or symlink that has a name; a directory stays, and is in the way.
  private func clear(
    _ name: ByteString, in directory: borrowing OpenDirectory
  ) throws(FileError) {
    guard let status = try directory.statusIfPresent(of: name), status.kind != .directory else {
      return
    }
    try directory.remove(name)
  }

  /// A record has no business in git's own directory.
  private func check(_ name: ByteString, at path: RepositoryPath) throws(PipelineError) {
    do { try Tree.check(name) } catch { throw .leadsAstray(path) }
  }
}
