import Primitives
import TestSupport
import Testing
import Workspace

@testable import ObjectStore

/// Objects of a few kilobytes that stand for more than any disk holds.
@Suite(.temporaryDirectory) struct BombTests {
  @Test(arguments: [1, 0])
  func `directories that hold each other over and over are refused before anything is written`(
    filesEach: Int
  ) throws {
    let scene = try Scene.committed()
    let store = try HostileStore(scene)
    let (id, files) = try store.putNest(depth: 60, fan: 2, filesEach: filesEach)
    try store.commit(.tree(id, size: .zero, files: files), at: "bomb.shale")
    for words: [ByteString] in [["status"], ["ls", "bomb"], ["log"], ["fsck"]] {
      let result = try Shale.run(words, in: scene.setup.path)
      #expect(result.status == 0, "\(words): \(result.text)\(result.errorText)")
    }
    try scene.expectRefusal("checkout", "bomb", status: 4, mentions: "'bomb", "over and over")
    try scene.expectRefusal("restore", "bomb", status: 4, mentions: "'bomb")
    // By their oids there are sixty of them: a transfer is small.
    _ = try scene.addRemote()
    try scene.succeed("push", "-q")
  }

  @Test func `directories deeper than any path are refused`() throws {
    let scene = try Scene.committed()
    let store = try HostileStore(scene)
    let (id, files) = try store.putNest(depth: 3_000, fan: 1, filesEach: 1)
    try store.commit(.tree(id, size: .zero, files: files), at: "deep.shale")
    try scene.expectRefusal("checkout", "deep", status: 4, mentions: "'deep/", "too deep")
    #expect(try scene.shale("status").status == 0)
    #expect(try scene.shale("diff", "HEAD~1", "HEAD").status != 139)
  }

  @Test func `a recipe that repeats its nodes is walked once, and not hashed without end`() throws {
    let scene = try Scene.committed()
    let store = try HostileStore(scene)
    let chunk = [UInt8](repeating: 0, count: 1 << 20)
    var id = SHA256.id(of: chunk.span)
    try store.put([(id, HostileStore.data, chunk.count, chunk)])
    var length = chunk.count
    for level in 0..<3 {
      let parts = [Recipe.Part](repeating: .init(id: id, length: length), count: 1_024)
      id = try store.putRecipe(Recipe(level: level, parts: parts))
      length *= 1_024
    }
    let parts = [Recipe.Part](repeating: .init(id: id, length: length), count: 8)
    let name = ObjectID(words: (7, 7, 7, 7))
    _ = try store.putRecipe(Recipe(level: 3, parts: parts), as: name)
    try store.commit(.file(name, size: .bytes(length * 8)), at: "bomb.shale")
    try scene.expectRefusal("fsck", status: 4, mentions: "damaged")
    _ = try scene.addRemote()
    let push = try scene.shale("push")
    #expect(push.status == 0, "\(push.errorText)")
  }

  @Test func `sizes that lie are refused by name`() throws {
    let scene = try Scene.committed()
    let store = try HostileStore(scene)
    let inner = try store.putTree(Tree([]).encoded())
    let liar = try store.putTree(
      Tree([
        TreeEntry(kind: .directory, id: inner, size: .bytes(1 << 60), files: 7, name: "inner")
      ]).encoded())
    try store.commit(.tree(liar, size: .bytes(1 << 60), files: 7), at: "liar.shale")
    try scene.expectRefusal("checkout", "liar", status: 4, mentions: "'liar/inner'", "parent says")
    let name = ObjectID(words: (9, 9, 9, 9))
    let lie = RecordKind(codec: .zstd, form: .content, class: .data)
    try store.put([(name, lie, (16 << 20) - 1, Array("not zstd".utf8))])
    try store.commit(.file(name, size: .bytes((16 << 20) - 1)), at: "lie.shale")
    let result = try scene.shale("checkout", "lie")
    result.expectFailure(5, mentions: ["'lie'"])
  }

  @Test func `a recipe that contains itself is refused`() throws {
    let scene = try Scene.committed()
    let store = try HostileStore(scene)
    let name = ObjectID(words: (3, 3, 3, 3))
    let parts = [Recipe.Part](repeating: .init(id: name, length: 100), count: 2)
    _ = try store.putRecipe(Recipe(level: 1, parts: parts), as: name)
    try store.commit(.file(name, size: .bytes(200)), at: "self.shale")
    let result = try scene.shale("cat", "self")
    #expect(result.status == 4 && result.text.isEmpty, "\(result.errorText)")
    let checkout = try scene.shale("checkout", "self")
    checkout.expectFailure(5, mentions: ["'self'"])
  }
}
