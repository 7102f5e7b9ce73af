import Foundation
import Git
import ObjectStore
import Platform
import Primitives
import Synchronization
import TestSupport
import Testing
import Workspace

/// Pointers and trees that somebody made up, and people who work at the same time.
@Suite(.temporaryDirectory) struct HostileInputTests {
  /// A tree object of one file with any name, whatever the rules say.
  private static func rawTree(_ names: [ByteString], id: ObjectID, size: Int) -> [UInt8] {
    var bytes = Tree.magic
    for name in names {
      bytes += [0x66, UInt8(name.count)]
      bytes.append(littleEndian: UInt64(size))
      bytes.append(id)
      bytes += name.bytes
    }
    return bytes
  }

  @Test(arguments: [
    [".git"], [".GIT"], ["..", "a"], ["."], ["a/../../b"], ["b", "a"], ["a", "a"], ["/etc/passwd"],
  ])
  func `a tree with a name that leads astray is refused before anything is written`(
    names: [String]
  ) throws {
    let repository = try Repository.make()
    let writer = try repository.workspace.store.writer()
    let content = try writer.add(Array("evil".utf8), class: .data)
    let id = try writer.add(
      Self.rawTree(names.map { ByteString($0) }, id: content, size: 4), class: .tree)
    try writer.finish(durably: false)
    let pointer = PointerFile.tree(id, size: .bytes(4), files: names.count)
    try repository.setup.write(pointer.encoded(), to: "data.shale")
    try repository.setup.git("add", "data.shale")
    do {
      let report = try repository.workspace.checkout()
      Issue.record("\(report)")
    } catch {
      guard case .content(_, .invalidTree(id, _)) = error else {
        Issue.record("\(error)")
        return
      }
    }
    #expect(!FileManager.default.fileExists(atPath: repository.setup.file("data").path))
  }

  @Test func `a pointer that says tree for a file, or lies about sizes, does no harm`() throws {
    let repository = try Repository.make()
    let writer = try repository.workspace.store.writer()
    let content = try writer.add(Array("content".utf8), class: .data)
    try writer.finish(durably: false)
    try repository.setup.write(
      PointerFile.tree(content, size: .bytes(7), files: 1).encoded(), to: "data.shale")
    try repository.setup.write(
      PointerFile.file(content, size: .bytes(1 << 60)).encoded(), to: "large.shale")
    try repository.setup.git("add", "data.shale", "large.shale")
    #expect(throws: WorkspaceError.self) {
      try repository.workspace.checkout([repository.path("data")])
    }
    try repository.workspace.checkout([repository.path("large")])
    #expect(try repository.text("large") == "content")
  }

  @Test func `a pointer in git's own directory, or of git's files, is refused`() throws {
    let repository = try Repository.make()
    let pointer = PointerFile.file(.empty, size: .zero)
    for name in [".git/config", "sub/.GIT/hooks", ".gitattributes", "x/.gitignore", ".shale/c"] {
      let target = CheckoutTarget(path: try repository.path(name), pointer: pointer)
      #expect(throws: WorkspaceError.notForData(try repository.path(name))) {
        try repository.workspace.checkout([target])
      }
    }
  }

  @Test func `a pointer that is a symlink or a directory is none`() throws {
    let repository = try Repository.make()
    try FileManager.default.createSymbolicLink(
      atPath: repository.setup.file("data.shale").path, withDestinationPath: "/etc/passwd")
    try repository.write("x", to: "more.shale/file")
    try repository.setup.commitAll("links")
    #expect(try repository.workspace.trackedPaths().isEmpty)
    #expect(try repository.workspace.status().paths.isEmpty)
  }

  @Test func `a symlink on the way to the data is not followed`() throws {
    let repository = try Repository.make()
    let outside = try TemporaryDirectory.required().appending(path: "outside")
    try FileManager.default.createDirectory(at: outside, withIntermediateDirectories: true)
    try repository.write("one", to: "sub/data/a")
    try repository.add("sub/data")
    let pointer = try repository.pointer("sub/data")
    try repository.remove("sub")
    try FileManager.default.createSymbolicLink(
      at: repository.setup.file("sub"), withDestinationURL: outside)
    let target = CheckoutTarget(path: try repository.path("sub/data"), pointer: pointer)
    #expect(throws: WorkspaceError.self) { try repository.workspace.checkout([target]) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: outside.path).isEmpty)
  }

  @Test func `links that lead out of the data are brought, and said`() throws {
    let repository = try Repository.make()
    try repository.write("one", to: "data/sub/a")
    for (name, target) in [("in", "../sub/a"), ("out", "../../x"), ("root", "/etc/passwd")] {
      try FileManager.default.createSymbolicLink(
        atPath: repository.setup.file("data/sub/" + name).path, withDestinationPath: target)
    }
    try repository.add("data")
    try repository.remove("data")
    let report = try repository.workspace.checkout()
    #expect(report.outsideLinks.map(\.bytes) == ["data/sub/out", "data/sub/root"])
    #expect(try repository.state("data") == .clean)
  }

  @Test func `two who add at once both succeed`() throws {
    let repository = try Repository.make()
    for number in 0..<6 {
      for file in 0..<20 { try repository.write("\(number) \(file)", to: "d\(number)/f\(file)") }
    }
    let failures = Mutex<[String]>([])
    let paths = try (0..<6).map { try repository.path("d\($0)") }
    let workspace = repository.workspace
    let others = try (0..<3).map { _ in try Repository(repository.setup).workspace } + [workspace]
    Threads.run(4) { thread in
      do {
        // Everybody adds two paths that another one adds, too.
        for number in [thread, thread + 1, thread + 2] {
          _ = try others[thread].add([paths[number]])
        }
      } catch {
        failures.withLock { $0.append("\(error)") }
      }
    }
    #expect(failures.withLock { $0 } == [])
    for path in paths { #expect(try repository.state("\(path)") == .clean) }
    #expect(
      try repository.text(".gitignore") == (0..<6).map { "/d\($0)\n" }.joined())
  }

  @Test func `names that are not UTF-8 come back`() throws {
    let repository = try Repository.make()
    let names: [ByteString] = [ByteString([0xFF, 0x0A]), ByteString([0xC3, 0x28]), "new\nline"]
    let data = FilePath(repository.setup.path).appending("data")
    try data.makeDirectories()
    for name in names {
      try OpenFile.creating(data.appending(name)).write(name.bytes.span, at: 0)
    }
    try repository.add("data")
    try data.removeTree()
    try repository.workspace.checkout()
    #expect(try data.names() == names.sorted())
    for name in names { #expect(try data.appending(name).contents() == name.bytes) }
  }

  @Test func `a sparse file comes back sparse`() throws {
    let repository = try Repository.make()
    let file = repository.setup.file("sparse.bin").path
    try Program.succeed("truncate", ["-s", "8M", ByteString(file)])
    try OpenFile.forUpdating(FilePath(file)).write(Array("end".utf8).span, at: (8 << 20) - 3)
    try repository.add("sparse.bin")
    try repository.remove("sparse.bin")
    try repository.workspace.checkout()
    let status = try FilePath(file).status()
    #expect(status.size == .mebibytes(8))
    #expect(status.allocated < .mebibytes(1))
    #expect(try repository.state("sparse.bin") == .clean)
  }

  @Test func `a pointer that cannot be read stops nothing else`() throws {
    let repository = try Repository.make()
    try repository.write("one", to: "data/a")
    try repository.write("two", to: "other/b")
    try repository.add("data", "other")
    try repository.remove("other")
    try repository.write("shale 9\n", to: "data.shale")
    let report = try repository.workspace.checkout()
    #expect(
      report.unreadable == [try repository.path("data"): .newerVersion(9)])
    #expect(try repository.text("other/b") == "two")
    #expect(try repository.text("data/a") == "one")
    #expect(try repository.state("data") == .unreadablePointer)
  }
}
