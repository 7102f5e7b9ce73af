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
    let commits = try World.run("git", ["rev-list", "--all"], in: directory).split(separator: "\n")
    let words = commits.map { ByteString($0.utf8) }
    let found = try World.run(
      "git", ["grep", "-E", "^(oid|kind) "] + words + ["--", "*.shale"], in: directory)
    // Each line is COMMIT:PATH:LINE, those of a file one after the other.
    var (files, texts): ([String], [String: String]) = ([], [:])
    for line in found.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 2).map(String.init)
      guard parts.count == 3 else { continue }
      let name = "\(parts[0]):\(parts[1])"
      if texts[name] == nil { files.append(name) }
      texts[name, default: ""] += parts[2] + "\n"
    }
    return try files.compactMap { name in
      try pointer(texts[name] ?? "", at: String(name.drop { $0 != ":" }.dropFirst()))
    }
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
