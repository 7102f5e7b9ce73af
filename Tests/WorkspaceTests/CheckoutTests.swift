import Foundation
import Git
import ObjectStore
import Platform
import Primitives
import TestSupport
import Testing
import Workspace

@Suite(.temporaryDirectory) struct CheckoutTests {
  /// A repository with two commits of `data`, the second of which is checked out.
  private static func twoVersions() throws -> (Repository, one: PointerFile, two: PointerFile) {
    let repository = try Repository.make()
    try repository.write("same", to: "data/same")
    try repository.write("one", to: "data/changed")
    try repository.write("only in one", to: "data/old/deep/file")
    try repository.write("becomes a directory", to: "data/turn")
    try repository.add("data")
    try repository.setup.commitAll("one")
    let one = try repository.pointer("data")
    try repository.write("two, longer", to: "data/changed")
    try repository.remove("data/old")
    try repository.remove("data/turn")
    try repository.write("in a directory", to: "data/turn/inner")
    try repository.write("new", to: "data/new/file")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: repository.setup.file("data/same").path)
    try repository.add("data")
    try repository.setup.commitAll("two")
    return (repository, one, try repository.pointer("data"))
  }

  @Test func `data follows its pointer there and back`() throws {
    let (repository, one, two) = try Self.twoVersions()
    try repository.setup.git("checkout", "--quiet", "HEAD~")
    #expect(try repository.state("data") == .behind)
    let report = try repository.workspace.checkout()
    #expect(report.changes.map(\.new) == [one.id])
    #expect(report.changes.map(\.old) == [two.id])
    #expect(try repository.state("data") == .clean)
    #expect(try repository.text("data/changed") == "one")
    #expect(try repository.text("data/turn") == "becomes a directory")
    #expect(try repository.text("data/old/deep/file") == "only in one")
    #expect(!FileManager.default.fileExists(atPath: repository.setup.file("data/new").path))
    #expect(
      !FileManager.default.isExecutableFile(atPath: repository.setup.file("data/same").path))
    try repository.setup.git("checkout", "--quiet", "main")
    try repository.workspace.checkout()
    #expect(try repository.state("data") == .clean)
    #expect(try repository.text("data/turn/inner") == "in a directory")
    #expect(!FileManager.default.fileExists(atPath: repository.setup.file("data/old").path))
    #expect(
      FileManager.default.isExecutableFile(atPath: repository.setup.file("data/same").path))
    #expect(try repository.workspace.checkout().unchanged == [repository.path("data")])
  }

  @Test func `what was checked out is not read again`() throws {
    let (repository, _, _) = try Self.twoVersions()
    try repository.remove("data")
    try repository.workspace.checkout()
    // A file that cannot be read is no trouble for who does not read it.
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o644], ofItemAtPath: repository.setup.file("data/changed").path)
    #expect(try repository.workspace.add([repository.path("data")]).filesRead <= 1)
  }

  @Test func `data that was never here is not deleted but not here`() throws {
    let (repository, _, two) = try Self.twoVersions()
    let clone = GitSetup(at: repository.setup.url.appending(path: "../clone"))
    try repository.setup.git("clone", "--quiet", ".", ByteString(clone.url.path))
    let other = try Repository(clone)
    #expect(try other.state("data") == .notHere)
    #expect(try other.status("data").filesNotHere == two.files)
    #expect(try !other.status("data").isInStore)
    #expect(try other.workspace.addTracked().absent == [other.path("data")])
    let report = try other.workspace.checkout()
    #expect(report.missing.map(\.id) == [two.id])
    #expect(try other.state("data") == .notHere)
  }

  @Test func `changes that are in no store are named, and nothing is touched`() throws {
    let (repository, _, two) = try Self.twoVersions()
    try repository.write("precious", to: "data/changed")
    try repository.setup.git("checkout", "--quiet", "HEAD~")
    #expect(try repository.state("data") == .diverged)
    let path = try repository.path("data/changed")
    #expect(throws: WorkspaceError.wouldOverwrite([path], count: 1)) {
      try repository.workspace.checkout()
    }
    #expect(try repository.text("data/changed") == "precious")
    #expect(try repository.text("data/turn/inner") == "in a directory")
    var options = CheckoutOptions()
    options.isForced = true
    let report = try repository.workspace.checkout(options: options)
    let saved = try #require(report.saved.first)
    #expect(saved.path == path)
    #expect(
      try repository.workspace.store.contents(of: saved.id, limit: .bytes(99))
        == Array("precious".utf8))
    #expect(try repository.text("data/changed") == "one")
    #expect(try repository.state("data") == .clean)
    #expect(two.id != report.changes.first?.new)
  }

  @Test func `changes where the versions do not differ are kept, or replaced by restore`() throws {
    let (repository, _, _) = try Self.twoVersions()
    try repository.write("mine", to: "data/same")
    try repository.write("untracked", to: "data/extra")
    try repository.remove("data/new/file")
    try repository.setup.git("checkout", "--quiet", "HEAD~")
    // `same` lost its permission to execute in one of the versions: it is in the way.
    #expect(throws: WorkspaceError.self) { try repository.workspace.checkout() }
    try repository.setup.git("checkout", "--quiet", "main")
    let report = try repository.workspace.checkout()
    #expect(report.kept == [try repository.path("data/same")])
    #expect(try repository.text("data/new/file") == "new")
    #expect(try repository.text("data/same") == "mine")
    #expect(try repository.changes("data") == ["added data/extra", "modified data/same"])
    var options = CheckoutOptions()
    options.localChanges = .replace
    #expect(throws: WorkspaceError.self) {
      try repository.workspace.checkout([repository.path("data")], options: options)
    }
    options.isForced = true
    try repository.workspace.checkout([repository.path("data/same")], options: options)
    #expect(try repository.text("data/same") == "same")
    #expect(try repository.text("data/extra") == "untracked")
  }

  @Test func `a part is brought without the rest, and the rest is not deleted`() throws {
    let (repository, _, two) = try Self.twoVersions()
    try repository.remove("data")
    try repository.workspace.indexes.remove(repository.path("data"))
    #expect(try repository.state("data") == .notHere)
    try repository.workspace.checkout([repository.path("data/new")])
    #expect(try repository.text("data/new/file") == "new")
    #expect(!FileManager.default.fileExists(atPath: repository.setup.file("data/same").path))
    let status = try repository.status("data")
    #expect(status.state == .clean)
    #expect(status.filesNotHere == two.files - 1)
    try repository.write("changed", to: "data/new/file")
    try repository.write("brand new", to: "data/turn/other")
    #expect(
      try repository.changes("data") == ["modified data/new/file", "added data/turn/other"])
    try repository.add("data")
    let added = try repository.pointer("data")
    #expect(added.files == two.files + 1)
    try repository.workspace.checkout()
    #expect(try repository.text("data/same") == "same")
    #expect(try repository.text("data/turn/inner") == "in a directory")
    #expect(try repository.text("data/new/file") == "changed")
    #expect(try repository.state("data") == .clean)
    #expect(try repository.status("data").filesNotHere == 0)
  }

  @Test func `data of which no base is known is taken for what it equals, or is in the way`() throws
  {
    let (repository, _, _) = try Self.twoVersions()
    let path = try repository.path("data")
    try repository.workspace.indexes.remove(path)
    #expect(try repository.state("data") == .clean)
    try repository.workspace.indexes.remove(path)
    try repository.write("unheard of", to: "data/changed")
    #expect(try repository.state("data") == .diverged)
    #expect(throws: WorkspaceError.diverged(path, isBaseKnown: false)) {
      try repository.add("data")
    }
    let file = try repository.path("data/changed")
    try repository.write("unseen", to: "data/changed")
    #expect(throws: WorkspaceError.wouldOverwrite([file], count: 1)) {
      try repository.workspace.checkout()
    }
    #expect(try repository.text("data/changed") == "unseen")
    // What the store has may go, and can be had back.
    try repository.write("unheard of", to: "data/changed")
    let report = try repository.workspace.checkout()
    #expect(report.saved.map(\.path) == [file])
    #expect(report.saved.map(\.id) == [SHA256.id(of: Array("unheard of".utf8).span)])
  }

  @Test func `a file whose content is nowhere stays what it was, and is not taken for it`() throws {
    let repository = try Repository.make()
    try repository.write("one", to: "m.bin")
    try repository.add("m.bin")
    let one = try repository.pointer("m.bin")
    let gone = PointerFile.file(
      SHA256.id(of: Array("gone".utf8).span), size: .bytes(4))
    try repository.setup.write(gone.encoded(), to: "m.bin.shale")
    let report = try repository.workspace.checkout()
    #expect(report.missing.map(\.id) == [gone.id])
    #expect(report.changes.map(\.filesWritten) == [0])
    #expect(try repository.text("m.bin") == "one")
    #expect(try repository.state("m.bin") == .behind)
    #expect(try repository.status("m.bin").base == one.id)
    // An edit of it is an edit of what it was.
    try repository.write("an edit", to: "m.bin")
    #expect(try repository.state("m.bin") == .diverged)
  }

  @Test func `what a crash left beside a tracked file goes with the next checkout`() throws {
    let repository = try Repository.make()
    try repository.write("one", to: "m.bin")
    try repository.add("m.bin")
    let name = SHA256.id(of: Array("m.bin".utf8).span).hex.prefix(16)
    try repository.write("half", to: ".shale-tmp-\(name)")
    try FileManager.default.removeItem(at: repository.setup.file("m.bin"))
    try repository.workspace.checkout()
    #expect(try repository.text("m.bin") == "one")
    let names = try FileManager.default.contentsOfDirectory(atPath: repository.setup.url.path)
    #expect(!names.contains { $0.hasPrefix(".shale-tmp-") })
  }

  @Test func `a tracked file follows its pointer`() throws {
    let repository = try Repository.make()
    try repository.write("one", to: "models/m.bin")
    try repository.add("models/m.bin")
    try repository.setup.commitAll("one")
    try repository.write("two!", to: "models/m.bin")
    #expect(try repository.state("models/m.bin") == .modified)
    try repository.add("models/m.bin")
    try repository.setup.commitAll("two")
    try repository.setup.git("checkout", "--quiet", "HEAD~")
    #expect(try repository.state("models/m.bin") == .behind)
    try repository.workspace.checkout()
    #expect(try repository.text("models/m.bin") == "one")
    #expect(try repository.state("models/m.bin") == .clean)
    try repository.write("mine", to: "models/m.bin")
    try repository.setup.git("checkout", "--quiet", "main")
    #expect(try repository.state("models/m.bin") == .diverged)
    #expect(throws: WorkspaceError.self) { try repository.workspace.checkout() }
    try repository.remove("models")
    try repository.setup.git("checkout", "--quiet", "--", "models")
    #expect(try repository.state("models/m.bin") == .missing)
    try repository.workspace.checkout()
    #expect(try repository.text("models/m.bin") == "two!")
  }

  @Test func `a file becomes a directory and a directory a file`() throws {
    let repository = try Repository.make()
    try repository.write("file", to: "thing")
    try repository.add("thing")
    try repository.setup.commitAll("file")
    try repository.remove("thing")
    try repository.write("inner", to: "thing/inner")
    #expect(try repository.state("thing") == .modified)
    #expect(try repository.changes("thing") == ["type-changed thing"])
    try repository.add("thing")
    try repository.setup.commitAll("directory")
    for _ in 0..<2 {
      try repository.setup.git("checkout", "--quiet", "main~")
      try repository.workspace.checkout()
      #expect(try repository.text("thing") == "file")
      #expect(try repository.state("thing") == .clean)
      try repository.setup.git("checkout", "--quiet", "main")
      try repository.workspace.checkout()
      #expect(try repository.text("thing/inner") == "inner")
      #expect(try repository.state("thing") == .clean)
    }
  }

  @Test func `a missing object stops nothing else`() throws {
    let (repository, _, two) = try Self.twoVersions()
    let gone = SHA256.id(of: Array("never stored".utf8).span)
    var entries = try repository.workspace.store.tree(two.id).entries
    entries.append(
      TreeEntry(kind: .file, id: gone, size: .bytes(12), files: 1, name: "zzz missing"))
    let tree = try Tree(entries)
    let writer = try repository.workspace.store.writer()
    let id = try writer.add(tree)
    try writer.finish(durably: false)
    let pointer = PointerFile.tree(id, size: tree.size, files: tree.files)
    try repository.setup.write(pointer.encoded(), to: "data.shale")
    try repository.remove("data")
    let report = try repository.workspace.checkout()
    #expect(report.missing.map(\.path.bytes) == ["data/zzz missing"])
    #expect(try repository.text("data/same") == "same")
    #expect(try repository.state("data") == .clean)
    #expect(try repository.status("data").filesNotHere == 1)
  }

  @Test func `no symlink in the way is followed`() throws {
    let (repository, _, _) = try Self.twoVersions()
    try repository.remove("data/new")
    try repository.write("outside", to: "elsewhere/keep")
    try FileManager.default.createSymbolicLink(
      atPath: repository.setup.file("data/new").path,
      withDestinationPath: repository.setup.file("elsewhere").path)
    // The link is the user's, in no store.
    #expect(throws: WorkspaceError.self) { try repository.workspace.checkout() }
    var options = CheckoutOptions()
    options.isForced = true
    try repository.workspace.checkout(options: options)
    #expect(try repository.text("data/new/file") == "new")
    #expect(
      try FileManager.default.contentsOfDirectory(
        atPath: repository.setup.file("elsewhere").path) == ["keep"])
  }

  @Test func `an interrupted checkout goes on`() throws {
    let (repository, one, _) = try Self.twoVersions()
    try repository.setup.git("checkout", "--quiet", "HEAD~")
    // Half done: some files are there already, a temporary file was left behind.
    try repository.workspace.indexes.setUnfinishedCheckout(one.id, of: repository.path("data"))
    try repository.write("one", to: "data/changed")
    try repository.write("half", to: "data/.shale-tmp-0123456789abcdef")
    #expect(try repository.status("data").unfinishedCheckout == one.id)
    try repository.workspace.checkout()
    #expect(try repository.state("data") == .clean)
    #expect(try repository.status("data").unfinishedCheckout == nil)
    #expect(
      !FileManager.default.fileExists(
        atPath: repository.setup.file("data/.shale-tmp-0123456789abcdef").path))
  }

  @Test func `data is taken away where its pointer is no more`() throws {
    let (repository, _, _) = try Self.twoVersions()
    let path = try repository.path("data")
    try repository.write("keep me", to: "data/extra")
    try repository.workspace.checkout([CheckoutTarget(path: path, pointer: nil)])
    #expect(
      try FileManager.default.contentsOfDirectory(
        atPath: repository.setup.file("data").path) == ["extra"])
  }
}
