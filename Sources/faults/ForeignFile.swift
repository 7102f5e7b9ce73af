internal import ObjectStore
internal import Platform
internal import Primitives

/// A file of another tool, as that tool would have committed it.
enum ForeignFile: Sendable {
  case dvc
  case lfs

  private static let content = Sample.bytes(20_000, seed: 41)

  /// Makes the file, what git has of it, and the object in the cache of the tool.
  func make(_ world: World, in directory: FilePath) throws {
    let (oid, size) = (SHA256.id(of: Self.content.span).hex, Self.content.count)
    let md5 = MD5.digest(of: Self.content.span).hex
    switch self {
    case .dvc:
      try world.write([], to: ".dvc/config", in: directory)
      try world.write(Array("/cache\n".utf8), to: ".dvc/.gitignore", in: directory)
      let out = "outs:\n- md5: \(md5)\n  size: \(size)\n  hash: md5\n  path: photo\n"
      try world.write(Array(out.utf8), to: "photos/photo.dvc", in: directory)
      try world.write(Array("/photo\n".utf8), to: "photos/.gitignore", in: directory)
      try world.write(Self.content, to: "photos/photo", in: directory)
      try world.write(
        Self.content, to: ".dvc/cache/files/md5/\(md5.prefix(2))/\(md5.dropFirst(2))",
        in: directory)
      try World.run("git", ["add", ".dvc", "photos"], in: directory)
    case .lfs:
      let pointer = """
        version https://git-lfs.github.com/spec/v1
        oid sha256:\(oid)
        size \(size)

        """
      try world.write(
        Array("photo filter=lfs diff=lfs merge=lfs -text\n".utf8), to: "photos/.gitattributes",
        in: directory)
      try world.write(Array(pointer.utf8), to: "photos/photo", in: directory)
      try world.write(
        Self.content,
        to: ".git/lfs/objects/\(oid.prefix(2))/\(oid.dropFirst(2).prefix(2))/\(oid)",
        in: directory)
      try World.run("git", ["add", "photos"], in: directory)
      // The file as Git LFS checks it out.
      try world.write(Self.content, to: "photos/photo", in: directory)
    }
    try World.run("git", ["commit", "-q", "-m", "another tool"], in: directory)
  }
}
