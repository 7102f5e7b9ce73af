import Platform
import Primitives
import TestSupport
import Testing

@Suite(.temporaryDirectory) struct FilePathTests {
  @Test(arguments: [
    ("/a/b", "b", "/a"), ("/a", "a", "/"), ("a", "a", "."), ("a/b//", "b", "a"), ("/", "", "/"),
  ])
  func `a path has a name and a parent`(path: String, name: String, parent: String) {
    #expect(FilePath(path).name == ByteString(name))
    #expect(FilePath(path).parent == FilePath(parent))
  }

  @Test func `names are appended with one slash, and an absolute one replaces the path`() {
    #expect(FilePath("/a").appending("b") == FilePath("/a/b"))
    #expect(FilePath("/a/").appending("b") == FilePath("/a/b"))
    #expect(FilePath("/").appending("b") == FilePath("/b"))
    #expect(FilePath("").appending("b") == FilePath("b"))
    #expect(FilePath("/a").appending("/b") == FilePath("/b"))
    #expect(FilePath("/a").appending("") == FilePath("/a"))
  }

  @Test func `a small file is read whole, and a larger one than allowed is refused`() throws {
    let path = try FilePath.place().appending("file")
    #expect(try path.contentsIfPresent() == nil)
    let bytes = sampleBytes(count: 10_000, seed: 1)
    try path.make(bytes)
    #expect(try path.contents() == bytes)
    #expect(try path.contents(limit: .bytes(10_000)) == bytes)
    let error = #expect(throws: FileError.self) { try path.contents(limit: .bytes(9_999)) }
    #expect(error?.operation == .read)
    #expect(try FilePath("/proc/self/status").contents().count > 100)
    #expect(throws: FileError.self) { try FilePath("/").contents() }
  }

  @Test func `directories are made with those above them, and removed with what is in them`() throws
  {
    let place = try FilePath.place()
    let deep = place.appending("a/b/c")
    try deep.makeDirectories()
    try deep.makeDirectories()
    try deep.appending("file").make([1])
    try Program.succeed("ln", ["-s", "/etc", deep.appending("link").bytes])
    #expect(try deep.names() == ["file", "link"])
    #expect(try place.appending("none").namesIfPresent() == [])
    let taken = #expect(throws: FileError.self) {
      try deep.appending("file").makeDirectories()
    }
    #expect(taken?.isExisting == true)
    let full = #expect(throws: FileError.self) { try deep.removeDirectory() }
    #expect(full?.isExisting == true)
    try place.appending("a").removeTree()
    #expect(try place.names() == [])
    #expect(try FilePath("/etc").status().kind == .directory)
    try place.appending("a").removeTree()
  }

  @Test func `renaming replaces, linking does not`() throws {
    let place = try FilePath.place()
    let (one, two) = (place.appending("one"), place.appending("two"))
    try one.make([1])
    try two.make([2])
    let error = #expect(throws: FileError.self) { try one.link(to: two) }
    #expect(error?.isExisting == true)
    try one.rename(to: two)
    #expect(try two.contents() == [1])
    #expect(try one.statusIfPresent() == nil)
    try two.link(to: one)
    #expect(try one.status().linkCount == 2)
    #expect(try one.status().inode == two.status().inode)
  }

  @Test func `a name that is not text is kept as it is`() throws {
    let place = try FilePath.place()
    let name = ByteString([0xFF, 0x0A, 0x20])
    try place.appending(name).make([1])
    #expect(try place.names() == [name])
  }

  @Test func `a resolved path has no symlinks`() throws {
    let place = try FilePath.place()
    try place.appending("real").makeDirectories()
    try Program.succeed("ln", ["-s", "real", place.appending("link").bytes])
    #expect(try place.appending("link/../link").resolved() == place.appending("real"))
  }
}
