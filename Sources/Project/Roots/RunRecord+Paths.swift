package import Lineage
package import Primitives
package import Remotes

extension RunRecord {
  /// What a record leads to: itself, the code, its lists, and the data that Shale tracks.
  ///
  /// - Parameters:
  ///   - id: The id of the record.
  ///   - size: The size of its file.
  ///   - place: The directory that holds records, which the paths begin with.
  package func paths(
    _ id: ObjectID, size: ByteCount, below place: RepositoryPath
  ) -> [TransferPath] {
    guard let home = try? place.appending(ByteString(id.hex)) else { return [] }
    var paths: [TransferPath] = []
    func add(_ name: ByteString, _ object: RunObject?, isTree: Bool = false) {
      guard let object, let path = try? home.appending(name) else { return }
      paths.append(
        TransferPath(
          path: path, isTree: isTree, id: object.oid, size: object.size,
          files: isTree ? object.files ?? 0 : 1))
    }
    add("record", RunObject(oid: id, size: size))
    add("code", code.tree, isTree: true)
    add("patch", code.patch)
    add("packages", tools?.packages)
    for (name, artifacts) in [("inputs", inputs), ("outputs", outputs)] {
      guard let directory = try? home.appending(ByteString(name)) else { continue }
      for artifact in artifacts where artifact.tracked != nil {
        paths.append(
          TransferPath(
            path: directory.appending(artifact.path), isTree: artifact.kind == .tree,
            id: artifact.oid, size: artifact.size, files: artifact.files ?? 1))
      }
    }
    guard let lists = try? home.appending("read") else { return Self.rooted(paths) }
    for input in inputs {
      guard let read = input.read else { continue }
      paths.append(
        TransferPath(
          path: lists.appending(input.path), isTree: false, id: read.oid, size: read.size, files: 1)
      )
    }
    return Self.rooted(paths)
  }

  /// Paths as a root can have them, each once and with no count below nothing: a record that others
  /// wrote may say anything, and a root that cannot be read would spoil the remote for all.
  private static func rooted(_ paths: [TransferPath]) -> [TransferPath] {
    var seen: Set<RepositoryPath> = []
    return paths.filter { $0.files >= 0 && seen.insert($0.path).inserted }
  }
}
