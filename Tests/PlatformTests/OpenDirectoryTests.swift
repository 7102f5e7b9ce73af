import Platform
import Primitives
import TestSupport
import Testing

@Suite(.temporaryDirectory) struct OpenDirectoryTests {
  @Test func `entries say what they are`() throws {
    let place = try FilePath.place()
    try place.appending("file").make([1])
    try place.appending("folder").makeDirectories()
    try Program.succeed("ln", ["-s", "file", place.appending("link").bytes])
    try Program.succeed("mkfifo", [place.appending("pipe").bytes])
    let entries = try OpenDirectory(place).entries().sorted { $0.name < $1.name }
    #expect(entries.map(\.name) == ["file", "folder", "link", "pipe"])
    let kinds = entries.map { $0.kind ?? .special }
    #expect(kinds == [.file, .directory, .symlink, .special])
    #expect(try OpenDirectory(place).entries().count == 4)
  }

  @Test func `a directory that is read in several steps is listed whole, and again`() throws {
    let place = try FilePath.place().appending("many")
    try place.makeDirectories()
    let names = (0..<1_000).map { ByteString("\($0)" + String(repeating: "n", count: 100)) }
    for name in names { try place.appending(name).make([]) }
    let directory = try OpenDirectory(place)
    for _ in 0..<2 { #expect(Set(try directory.entries().map(\.name)) == Set(names)) }
    #expect(try place.names() == names.sorted())
    let status = try place.appending(names[0]).status()
    #expect(try directory.entries().first { $0.name == names[0] }?.inode == status.inode)
    try place.removeTree()
    #expect(try directory.entries().isEmpty)
  }

  @Test func `a symlink leads nowhere: not to a file, not to a directory`() throws {
    let place = try FilePath.place()
    try place.appending("folder").makeDirectories()
    try place.appending("file").make([1])
    try Program.succeed("ln", ["-s", "folder", place.appending("to-folder").bytes])
    try Program.succeed("ln", ["-s", "file", place.appending("to-file").bytes])
    let directory = try OpenDirectory(place)
    #expect(throws: FileError.self) { _ = try directory.directory("to-folder") }
    #expect(throws: FileError.self) { _ = try directory.file("to-file") }
    #expect(throws: FileError.self) {
      _ = try OpenDirectory(place.appending("to-folder"), followingSymlink: false)
    }
    #expect(try directory.symlinkTarget("to-file") == "file")
    #expect(try directory.status(of: "to-file").kind == .symlink)
    #expect(try directory.directory("folder").path == place.appending("folder"))
    #expect(try directory.file("file").upTo(.bytes(9), at: 0) == [1])
  }

  @Test func `things are made, renamed and removed in it`() throws {
    let place = try FilePath.place()
    let directory = try OpenDirectory(place)
    try directory.makeDirectory("folder")
    try directory.makeSymlink("link", to: "folder")
    try directory.creating("new").write([1].span, at: 0)
    try directory.rename("new", to: "file")
    try directory.setMode(of: "file", to: 0o700)
    #expect(try directory.status(of: "file").isExecutable)
    #expect(try place.names() == ["file", "folder", "link"])
    let error = #expect(throws: FileError.self) { _ = try directory.creating("file") }
    #expect(error?.isExisting == true)
    #expect(error?.path == place.appending("file"))
    try directory.remove("file")
    try directory.remove("link")
    try directory.removeDirectory("folder")
    #expect(try directory.statusIfPresent(of: "file") == nil)
    #expect(try place.names() == [])
  }

  @Test func `only what was looked at is replaced, and nothing where a name should be free`() throws
  {
    let place = try FilePath.place()
    let directory = try OpenDirectory(place)
    for name: ByteString in ["new", "old"] { try place.appending(name).make(name.bytes) }
    let seen = try directory.status(of: "old")
    // Somebody saves the file anew, as editors do.
    try place.appending("saved").make([1, 2, 3])
    try directory.rename("saved", to: "old")
    #expect(try !directory.rename("new", to: "old", replacing: seen))
    #expect(try !directory.rename("new", to: "old", replacing: nil))
    #expect(try !directory.rename("new", to: "gone", replacing: seen))
    #expect(try place.appending("old").contents() == [1, 2, 3])
    #expect(try place.appending("new").contents() == Array("new".utf8))
    #expect(try place.names() == ["new", "old"])
    let now = try directory.status(of: "old")
    #expect(try directory.rename("new", to: "old", replacing: now))
    #expect(try directory.rename("old", to: "free", replacing: nil))
    #expect(try place.names() == ["free"])
    #expect(try place.appending("free").contents() == Array("new".utf8))
    try place.appending("other").make([1])
    let error = #expect(throws: FileError.self) {
      try directory.rename("other", toFree: "free", in: directory)
    }
    #expect(error?.isExisting == true)
  }

  @Test func `names inside stay with the directory when its path is taken by another`() throws {
    let place = try FilePath.place()
    try place.appending("a").makeDirectories()
    let directory = try OpenDirectory(place.appending("a"))
    try place.appending("a").rename(to: place.appending("b"))
    try place.appending("a").makeDirectories()
    _ = try directory.creating("file")
    #expect(try place.appending("b").names() == ["file"])
    #expect(try place.appending("a").names() == [])
  }
}
