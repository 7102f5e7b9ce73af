import Foundation
import Platform
import Primitives
import TestSupport
import Workspace

@testable import ObjectStore

/// What somebody may put into the store of a repository, and git's part of it.
struct HostileStore {
  let scene: Scene
  private let records: RecordStore

  init(_ scene: Scene) throws {
    self.scene = scene
    let root = FilePath(scene.setup.path).appending(".git/shale/store")
    records = try RecordStore.open(at: root, options: RecordStore.Options())
  }

  /// Puts records into the store as they are, whatever their names promise.
  func put(_ records: [(id: ObjectID, kind: RecordKind, length: Int, stored: [UInt8])]) throws {
    let session = try self.records.session()
    for record in records {
      try session.append(
        record.id, kind: record.kind, length: record.length, stored: record.stored.span)
    }
    _ = try session.finish(durably: false)
  }

  /// Puts a directory into the store whose bytes need not keep the rules.
  func putTree(_ bytes: [UInt8]) throws -> ObjectID {
    let id = SHA256.id(of: bytes.span)
    try put([(id, Self.tree, bytes.count, bytes)])
    return id
  }

  /// Puts a node of a recipe into the store, under its own name or that of a content.
  func putRecipe(_ recipe: Recipe, as id: ObjectID? = nil) throws -> ObjectID {
    let bytes = recipe.encoded()
    let kind = RecordKind(codec: .stored, form: id == nil ? .content : .recipe, class: .recipe)
    let name = id ?? SHA256.id(of: bytes.span)
    try put([(name, kind, bytes.count, bytes)])
    return name
  }

  /// Directories that each hold the one before several times: `fan` to the power of `depth` paths.
  func putNest(depth: Int, fan: Int, filesEach: Int) throws -> (id: ObjectID, files: Int) {
    let names = (0..<fan).map { ByteString("n\($0)") }
    let leaf = try Tree(
      (0..<filesEach).map {
        TreeEntry(kind: .file, id: .empty, size: .zero, name: ByteString("f\($0)"))
      })
    var trees = [leaf.encoded()]
    var (id, files) = (Self.id(of: trees[0]), filesEach)
    for _ in 0..<depth {
      let tree = try Tree(
        names.map {
          TreeEntry(kind: .directory, id: id, size: .zero, files: files, name: $0)
        })
      let bytes = tree.encoded()
      id = SHA256.id(of: bytes.span)
      trees.append(bytes)
      files *= fan
    }
    // At once: each session makes a pack.
    try put(trees.map { bytes in (Self.id(of: bytes), Self.tree, bytes.count, bytes) })
    try put([(.empty, Self.data, 0, [])])
    return (id, files)
  }

  /// Commits a pointer with plain git.
  func commit(_ pointer: PointerFile, at path: String) throws {
    try scene.setup.write(pointer.encoded(), to: path)
    try scene.setup.git("add", "-f", "--", ByteString(path))
    try scene.setup.git("commit", "-q", "-m", "hostile")
  }

  private static func id(of bytes: [UInt8]) -> ObjectID { SHA256.id(of: bytes.span) }

  static let tree = RecordKind(codec: .stored, form: .content, class: .tree)
  static let data = RecordKind(codec: .stored, form: .content, class: .data)
}
