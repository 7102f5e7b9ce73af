internal import ObjectStore
internal import Platform
internal import Primitives

extension ClosureRoot {
  /// What the pointers in files stand for.
  static func pointers(in files: Files) throws -> [ClosureRoot] {
    try files.items.sorted { $0.key < $1.key }.compactMap { name, item in
      guard case .file(let bytes, _) = item, name.description.hasSuffix(".shale") else {
        return nil
      }
      return try pointer(String(decoding: bytes, as: UTF8.self), at: name.description)
    }
  }

  /// What the pointers of all commits stand for.
  static func committed(in directory: FilePath) throws -> [ClosureRoot] {
    var roots: [ClosureRoot] = []
    for commit in try World.run("git", ["rev-list", "--all"], in: directory).split(separator: "\n")
    {
      let tree = try World.run(
        "git", ["ls-tree", "-r", "--name-only", ByteString(commit.utf8)], in: directory)
      for path in tree.split(separator: "\n") where path.hasSuffix(".shale") {
        let text = try World.run(
          "git", ["show", ByteString("\(commit):\(path)".utf8)], in: directory)
        if let root = try pointer(text, at: String(path)) { roots.append(root) }
      }
    }
    return roots
  }

  /// Whether a file is a pointer that can be read.
  static func isPointer(_ item: Files.Item?, _ name: ByteString) -> Bool {
    guard case .file(let bytes, _) = item, name.description.hasSuffix(".shale") else {
      return false
    }
    return ((try? pointer(String(decoding: bytes, as: UTF8.self), at: name.description)) ?? nil)
      != nil
  }

  private static func pointer(_ text: String, at path: String) throws -> ClosureRoot? {
    let lines = text.split(separator: "\n")
    guard let oid = lines.first(where: { $0.hasPrefix("oid sha256:") }),
      let id = ObjectID(hex: String(oid.dropFirst("oid sha256:".count)))
    else { return nil }
    return ClosureRoot(
      id: id, isTree: lines.contains("kind tree"), path: try RepositoryPath(ByteString(path)))
  }
}
