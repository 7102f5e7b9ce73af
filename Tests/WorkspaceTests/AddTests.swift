import Foundation
import Git
import ObjectStore
import Platform
import Primitives
import TestSupport
import Testing
import Workspace

@Suite(.temporaryDirectory) struct AddTests {
  @Test func `a file gets a pointer, a line in gitignore, and both are staged`() throws {
    let repository = try Repository.make()
    try repository.write("hi\n", to: "data/model.bin")
    let report = try repository.add("data/model.bin")
    #expect(report.changes.map(\.path.bytes) == ["data/model.bin"])
    #expect(report.notIgnored.isEmpty)
    let pointer = try repository.pointer("data/model.bin")
    #expect(pointer.id == SHA256.id(of: Array("hi\n".utf8).span))
    #expect(try repository.text("data/.gitignore") == "/model.bin\n")
    #expect(
      try repository.setup.git("status", "--porcelain")
        == "A  data/.gitignore\nA  data/model.bin.shale")
    #expect(try repository.workspace.store.contents(of: pointer.id, limit: .bytes(9)).count == 3)
    #expect(try repository.state("data/model.bin") == .clean)
  }

  @Test func `what many paths share is written once, in one step for each directory`() throws {
    let repository = try Repository.make()
    for name in ["b", "a", "d", "c"] { try repository.write(name, to: "data/\(name)") }
    try repository.write("e", to: "other/e")
    let log = CallLog()
    let paths = try ["data/b", "data/a", "data/d", "data/c", "other/e"].map(repository.path)
    let report = try Faults.with(log, below: FilePath(repository.setup.path)) {
      try repository.workspace.add(paths)
    }
    #expect(report.changes.count == 5)
    #expect(try repository.text("data/.gitignore") == "/a\n/b\n/c\n/d\n")
    // Each file is written under a name that is made of its own.
    let rules = "/data/.shale-tmp-" + SHA256.id(of: Array(".gitignore".utf8).span).hex.prefix(16)
    let synced = log.places(.sync) { $0.contains("/data/.shale-tmp-") }
    #expect(synced.count == 5)
    #expect(log.places(.sync) { $0.hasSuffix(rules) } == Array(synced.prefix(1)))
    for path in paths {
      let state = try repository.state("\(path)")
      #expect(state == .clean)
    }
    #expect(try repository.setup.git("status", "--porcelain").contains("?? ") == false)
  }

  @Test func `what lies deeper than a checkout can go is refused, and what does not comes back`()
    throws
  {
    let repository = try Repository.make()
    let deepest = "data" + String(repeating: "/d", count: TreeExpansion.depthLimit - 1)
    try repository.write("one", to: "\(deepest)/a")
    try repository.add("data")
    try repository.remove("data/d")
    try repository.workspace.checkout()
    #expect(try repository.text("\(deepest)/a") == "one")
    try repository.write("two", to: "\(deepest)/d/b")
    let path = try repository.path("\(deepest)/d")
    #expect {
      try repository.add("data")
    } throws: { error in
      if case .tooDeep(path)? = error as? WorkspaceError { true } else { false }
    }
  }

  @Test func `a directory becomes a tree with symlinks, modes and empty directories`() throws {
    let repository = try Repository.make()
    try repository.write("one", to: "data/a")
    try repository.write("two", to: "data/sub/b")
    try FileManager.default.createDirectory(
      at: repository.setup.file("data/empty"), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: repository.setup.file("data/link").path, withDestinationPath: "../elsewhere")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: repository.setup.file("data/a").path)
    try repository.add("data")
    let pointer = try repository.pointer("data")
    #expect(pointer.files == 3)
    #expect(pointer.size == .bytes(6 + 12))
    let tree = try repository.workspace.store.tree(pointer.id)
    #expect(tree.entries.map(\.name) == ["a", "empty", "link", "sub"])
    #expect(tree.entries.map(\.kind) == [.executable, .directory, .symlink, .directory])
    let link = try repository.workspace.store.contents(
      of: tree.entries[2].id, limit: .bytes(100))
    #expect(link == Array("../elsewhere".utf8))
    #expect(try repository.state("data") == .clean)
  }

  @Test func `adding again changes nothing, and reads nothing`() throws {
    let repository = try Repository.make()
    try repository.write("one", to: "data/a")
    try repository.waitForTick()
    try repository.add("data")
    let before = try repository.pointer("data")
    let report = try repository.add("data")
    #expect(report.changes.isEmpty)
    #expect(report.filesRead == 0)
    #expect(report.unchanged == [try repository.path("data")])
    #expect(try repository.pointer("data") == before)
  }

  @Test func `a part is added without the rest`() throws {
    let repository = try Repository.make()
    for name in ["a", "b", "sub/c", "sub/d"] { try repository.write(name, to: "data/" + name) }
    try repository.waitForTick()
    try repository.add("data")
    try repository.write("changed a", to: "data/a")
    try repository.write("changed c", to: "data/sub/c")
    try repository.write("new", to: "data/new/deep/e")
    try repository.write("other", to: "data/new/other")
    try repository.remove("data/sub/d")
    let report = try repository.add("data/sub", "data/new/deep")
    #expect(report.filesRead == 2)
    #expect(try repository.state("data") == .modified)
    #expect(try repository.changes("data") == ["modified data/a", "added data/new/other"])
    try repository.add("data/a")
    #expect(try repository.changes("data") == ["added data/new/other"])
    try repository.add("data/new/other")
    #expect(try repository.state("data") == .clean)
    let parts = try repository.pointer("data")
    try repository.workspace.indexes.remove(repository.path("data"))
    try repository.remove("data.shale")
    try repository.add("data")
    #expect(try repository.pointer("data") == parts)
  }

  @Test func `a deletion inside is added by the name that is gone`() throws {
    let repository = try Repository.make()
    for name in ["a", "sub/c"] { try repository.write(name, to: "data/" + name) }
    try repository.add("data")
    try repository.remove("data/sub")
    try repository.add("data/sub")
    #expect(try repository.state("data") == .clean)
    #expect(try repository.pointer("data").files == 1)
    let path = try repository.path("data/never")
    #expect(throws: WorkspaceError.notFound(path)) { try repository.add("data/never") }
  }

  @Test(arguments: [
    ("nothing", "Path 'nothing' does not exist"),
    (".git/config", "Path '.git/config' cannot hold data: it belongs to git or to Shale"),
    (".shale/x", "Path '.shale/x' cannot hold data: it belongs to git or to Shale"),
    ("x.shale", "Path 'x.shale' has the name of a pointer"),
    ("tracked.txt", "Path 'tracked.txt' is tracked by git"),
    ("code", "Git tracks 1 file in 'code'"),
    ("pipe", "Path 'pipe' is neither a file nor a directory"),
    ("link", "Path 'link' is neither a file nor a directory"),
    ("data/inner/deep", "Path 'data/inner' lies in the tracked path 'data'"),
    ("ignored/x", "Pointer 'ignored/x.shale' is ignored by git"),
    ("outer", "Path 'outer/in' lies in the tracked path 'outer'"),
    ("repos", "'repos/vendored/.git' is a git repository"),
    ("pipes", "'pipes/p' is no regular file"),
  ])
  func `what cannot be tracked is refused with its name`(path: String, message: String) throws {
    let repository = try Repository.make()
    try repository.write("x", to: "tracked.txt")
    try repository.write("x", to: "code/main.c")
    try repository.write("ignored/\n", to: ".gitignore")
    try repository.setup.commitAll("code")
    try repository.write("x", to: "ignored/x")
    try repository.write("x", to: "x.shale")
    try repository.write("x", to: "outer/in")
    try repository.write("x", to: "repos/vendored/.git/config")
    try repository.write("x", to: "pipes/a")
    for name in ["pipe", "pipes/p"] {
      try Program.succeed("mkfifo", [ByteString(repository.setup.file(name).path)])
    }
    try FileManager.default.createSymbolicLink(
      atPath: repository.setup.file("link").path, withDestinationPath: "code")
    try repository.add("outer/in")
    if path.hasPrefix("data") {
      try repository.write("x", to: "data/inner/deep")
      try repository.add("data")
      // Whoever tracks a part and then its directory is told, too.
      #expect(try repository.workspace.tracked(containing: repository.path(path)) != nil)
      return
    }
    do {
      try repository.add(path)
      Issue.record("'\(path)' was added")
    } catch {
      #expect("\(error)" == message)
    }
  }

  @Test func `hard links are read once`() throws {
    let repository = try Repository.make()
    try repository.write("many names", to: "data/a")
    for name in ["b", "c"] {
      try FileManager.default.linkItem(
        at: repository.setup.file("data/a"), to: repository.setup.file("data/" + name))
    }
    let report = try repository.add("data")
    #expect(report.filesRead == 1)
    let tree = try repository.workspace.store.tree(repository.pointer("data").id)
    #expect(Set(tree.entries.map(\.id)).count == 1)
  }

  @Test func `names that differ in case only are said`() throws {
    let repository = try Repository.make()
    for name in ["Readme", "README", "other", "É", "é"] {
      try repository.write("x", to: "data/" + name)
    }
    let report = try repository.add("data")
    #expect(
      report.caseCollisions.map { $0.map(\.bytes) } == [
        ["data/README", "data/Readme"], ["data/É", "data/é"],
      ])
  }

  @Test func `data that is behind is left alone, and diverged data is refused`() throws {
    let repository = try Repository.make()
    try repository.write("one", to: "data/a")
    try repository.add("data")
    try repository.setup.commitAll("one")
    try repository.write("two!", to: "data/a")
    try repository.add("data")
    let two = try repository.pointer("data")
    try repository.setup.git("checkout", "--quiet", "HEAD", "--", "data.shale")
    let one = try repository.pointer("data")
    #expect(try repository.state("data") == .behind)
    #expect(try repository.add("data").behind == [repository.path("data")])
    #expect(try repository.pointer("data") == one)
    try repository.write("three", to: "data/a")
    #expect(try repository.state("data") == .diverged)
    let path = try repository.path("data")
    #expect(throws: WorkspaceError.diverged(path, isBaseKnown: true)) {
      try repository.add("data")
    }
    #expect(try repository.pointer("data") == one)
    // Going back to what the pointer says is no divergence.
    try repository.write("one", to: "data/a")
    #expect(try repository.state("data") == .clean)
    try repository.write("three", to: "data/a")
    var options = AddOptions()
    options.isForced = true
    _ = try repository.workspace.add([path], options: options)
    #expect(try repository.pointer("data") != two)
    #expect(try repository.state("data") == .clean)
  }

  @Test func `a pointer with conflict markers is not replaced`() throws {
    let repository = try Repository.make()
    try repository.write("one", to: "data/a")
    try repository.add("data")
    let text = try repository.text("data.shale")
    try repository.write("<<<<<<< a\n\(text)=======\n\(text)>>>>>>> b\n", to: "data.shale")
    #expect(try repository.state("data") == .unreadablePointer)
    #expect(throws: WorkspaceError.self) { try repository.add("data") }
  }
}
