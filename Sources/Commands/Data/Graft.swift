internal import ObjectStore
internal import Primitives
internal import Workspace

/// Puts parts of one directory in the place that they have in another.
struct Graft {
  let store: ObjectStore

  /// The directory of a pointer, with some parts as another pointer's directory has them.
  ///
  /// The new directories go into the store.
  func pointer(
    _ base: PointerFile, taking parts: [ByteString], from source: PointerFile
  ) throws(CommandFailure) -> PointerFile {
    let entries = try explaining { () throws(StoreError) in
      try parts.map { part throws(StoreError) in
        let entry =
          source.kind == .tree
          ? try path(part).flatMap { path throws(StoreError) in
            try store.entry(at: path, in: source.id)
          } : nil
        return (part, entry)
      }
    }
    return try pointer(base, placing: entries)
  }

  private func path(_ part: ByteString) -> RepositoryPath? { try? RepositoryPath(part) }

  /// The directory of a pointer with some entries in the place of what it has there; without a
  /// pointer, a directory of nothing else.
  ///
  /// An entry that is `nil` goes. The new directories go into the store.
  func pointer(
    _ base: PointerFile?, placing entries: [(part: ByteString, entry: TreeEntry?)]
  ) throws(CommandFailure) -> PointerFile {
    try explaining { () throws(StoreError) in
      let writer = try store.writer()
      var tree = try Self.empty()
      if let base, base.kind == .tree { tree = try store.tree(base.id) }
      for (part, entry) in entries {
        let names = part.bytes.split(separator: UInt8(ascii: "/")).map { ByteString($0) }
        tree = try place(entry, at: names[...], in: tree, writer)
      }
      let id = try writer.add(tree)
      try writer.finish(durably: false)
      return .tree(id, size: tree.size, files: tree.files)
    }
  }

  private func place(
    _ entry: TreeEntry?, at names: ArraySlice<ByteString>, in base: Tree, _ writer: StoreWriter
  ) throws(StoreError) -> Tree {
    guard let name = names.first else { preconditionFailure("a part has a name") }
    let old = base[name]
    var new = entry
    if names.count > 1 {
      let below =
        old?.kind == .directory ? try store.tree(old?.id ?? .empty) : try Self.empty()
      let tree = try place(entry, at: names.dropFirst(), in: below, writer)
      new = TreeEntry(
        kind: .directory, id: try writer.add(tree), size: tree.size, files: tree.files, name: name)
    }
    do {
      return try Tree(base.entries.filter { $0.name != name } + [new].compactMap(\.self))
    } catch {
      throw .invalidTree(new?.id ?? .empty, error)
    }
  }

  private static func empty() throws(StoreError) -> Tree {
    do {
      return try Tree([])
    } catch {
      throw .invalidTree(.empty, error)
    }
  }
}
