package import Primitives

/// Makes tree objects of a list of files, whatever directories they lie in.
package struct TreeBuilder: Sendable {
  private final class Directory {
    var files: [ByteString: TreeEntry] = [:]
    var directories: [ByteString: Directory] = [:]
  }

  private struct Item: Sendable {
    let path: RepositoryPath
    let entry: TreeEntry
  }

  private var items: [Item] = []

  package init() {}

  /// Takes a file or symlink; a directory with what is in it comes as its tree.
  ///
  /// - Parameters:
  ///   - path: Where it lies, from the root of the tree; not the root itself.
  ///   - entry: What it is; its name is taken from `path`.
  package mutating func add(_ entry: TreeEntry, at path: RepositoryPath) {
    let named = TreeEntry(
      kind: entry.kind, id: entry.id, size: entry.size, files: entry.files, name: path.name)
    items.append(Item(path: path, entry: named))
  }

  /// Stores the trees.
  ///
  /// - Returns: The root's oid, and its content.
  /// - Throws: ``StoreError``: the disk refuses, or a name may not stand in a tree.
  package func build(with writer: StoreWriter) throws(StoreError) -> (id: ObjectID, tree: Tree) {
    let root = Directory()
    for item in items {
      var directory = root
      for name in item.path.components.dropLast() {
        let next = directory.directories[name] ?? Directory()
        directory.directories[name] = next
        directory = next
      }
      directory.files[item.path.name] = item.entry
    }
    return try Self.store(root, with: writer, depth: 0)
  }

  private static func store(
    _ directory: Directory, with writer: StoreWriter, depth: Int
  ) throws(StoreError) -> (id: ObjectID, tree: Tree) {
    var entries = directory.files
    // Paths of a worktree are short; the kernel takes none with more than 4,096 bytes.
    precondition(depth <= 4_096, "a path of a file system")
    for (name, inner) in directory.directories {
      let (id, tree) = try store(inner, with: writer, depth: depth + 1)
      entries[name] = TreeEntry(
        kind: .directory, id: id, size: tree.size, files: tree.files, name: name)
    }
    let tree: Tree
    do throws(Tree.Flaw) {
      tree = try Tree(Array(entries.values))
    } catch {
      throw .invalidTree(.empty, error)
    }
    return (try writer.add(tree), tree)
  }
}
