package import ObjectStore
package import Platform
package import Primitives

extension ObjectStore {
  /// Writes a file or a symlink of a tree, which is proven on the way.
  ///
  /// - Parameters:
  ///   - entry: What to write.
  ///   - name: Its name meanwhile, which is free. What fails leaves it to the caller to remove.
  ///   - holder: Where.
  ///   - progress: Told of the bytes of files.
  /// - Returns: What a symlink leads to, `nil` for a file.
  /// - Throws: ``StoreError``.
  package func write(
    _ entry: TreeEntry, as name: ByteString, in holder: borrowing OpenDirectory,
    progress: ProgressCounter?
  ) throws(StoreError) -> ByteString? {
    if entry.kind == .symlink {
      let target = try symlinkTarget(entry.id, for: holder.path.appending(entry.name))
      try StoreError.onFiles { () throws(FileError) in try holder.makeSymlink(name, to: target) }
      return target
    }
    let file = try StoreError.onFiles { () throws(FileError) in
      try holder.creating(name, mode: entry.kind == .executable ? 0o777 : 0o666)
    }
    try restore(entry.id, into: file, progress: progress)
    return nil
  }

  /// What a symlink leads to.
  ///
  /// - Throws: ``StoreError/file(_:)`` with operation `.link` and `place` for what no symlink can
  ///   lead to: the operating system would cut it at a zero byte.
  func symlinkTarget(
    _ id: ObjectID, for place: FilePath
  ) throws(StoreError) -> ByteString {
    let target = ByteString(try contents(of: id, limit: .kibibytes(4)))
    if target.isEmpty || target.bytes.contains(0) {
      throw .file(FileError(.link, place, code: nil))
    }
    return target
  }
}
