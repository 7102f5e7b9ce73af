import Foundation
import ObjectStore
import Platform
import Primitives
import TestSupport
import Testing
import Workspace

/// Whichever call is refused, the user's files are what they were or what they were to become.
@Suite(.temporaryDirectory) struct WorkspaceFaultTests {
  private static let versions = [
    ["same": "same", "changed": "one", "old/deep": "only in one", "turn": "a file"],
    ["same": "same", "changed": "two, longer", "turn/inner": "a directory", "new/file": "new"],
  ]

  /// A repository with two versions of `data`, the second of which is there.
  private func template() throws -> Repository {
    let repository = try Repository.make()
    // Samples of hooks, which would be copied with the repository each time.
    try repository.remove(".git/hooks")
    for version in Self.versions {
      if FileManager.default.fileExists(atPath: repository.setup.file("data").path) {
        try repository.remove("data")
      }
      for (name, text) in version { try repository.write(text, to: "data/" + name) }
      try repository.add("data")
      try repository.setup.commitAll("a version")
    }
    return repository
  }

  /// Calls `body` with a copy of a repository, for each call that its disk can refuse.
  private func forEachCall(
    _ fault: FaultyDisk.Fault, of template: Repository,
    _ body: (Repository, FaultyDisk) throws -> Void
  ) throws -> Int {
    try FaultyDisk.forEachCall(fault) { disk in
      try TemporaryDirectory.with { url in
        let copy = url.appending(path: "copy")
        try FileManager.default.copyItem(at: template.setup.url, to: copy)
        try body(Repository(GitSetup(at: copy)), disk)
      }
    }
  }

  /// The files of the data, without what a crash leaves under temporary names.
  private func files(_ repository: Repository) throws -> [String: String] {
    let root = repository.setup.file("data")
    let names = FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String }
    var files: [String: String] = [:]
    for name in names ?? [] where !name.contains(".shale-tmp-") {
      if try FilePath(root.appending(path: name).path).status().kind == .file {
        files[name] = try repository.text("data/" + name)
      }
    }
    return files
  }

  /// Removes the lock of git's index, which a kill leaves, as git itself does.
  private static func removeLock(of repository: Repository) throws {
    let lock = repository.setup.file(".git/index.lock").path
    if FileManager.default.fileExists(atPath: lock) {
      try FileManager.default.removeItem(atPath: lock)
    }
  }

  private func expectSound(_ repository: Repository) throws {
    let report = try Verification(ObjectStore.open(at: repository.workspace.store.root)).run()
    #expect(report.isSound, "\(report.damage)")
  }

  @Test(arguments: [FaultyDisk.Fault.error, .stop])
  func `whichever call of a checkout is refused, each file is the old or the new one`(
    fault: FaultyDisk.Fault
  ) throws {
    let template = try template()
    try template.setup.git("checkout", "--quiet", "HEAD~")
    var absent = 0
    let calls = try forEachCall(fault, of: template) { repository, disk in
      let outcome = Result {
        try disk.run(below: FilePath(repository.setup.path)) {
          try repository.workspace.checkout()
        }
      }
      if case .failure(let error) = outcome { #expect(error is WorkspaceError, "\(error)") }
      for (name, text) in try files(repository) {
        #expect(Self.versions.contains { $0[name] == text }, "\(name) \(text)")
      }
      // What made way for what could not be brought is told.
      let turn = repository.setup.file("data/turn").path
      if fault == .error, !FileManager.default.fileExists(atPath: turn) {
        let told =
          switch outcome {
          case .success(let report): report.failures.filter(\.isAbsent).map(\.path.description)
          case .failure(let error): ["\(error)"]
          }
        #expect(told.contains { $0.contains("data/turn") }, "\(outcome)")
        absent += 1
      }
      try expectSound(repository)
      let again = try Repository(repository.setup)
      try again.workspace.checkout()
      #expect(try files(again) == Self.versions[0], "\(String(describing: disk.refused))")
      #expect(try again.state("data") == .clean)
    }
    #expect(calls > 20)
    #expect(absent > 0 || fault == .stop)
  }

  @Test(arguments: [FaultyDisk.Fault.error, .stop])
  func `whichever call of an add is refused, no file changes and the pointer leads to all of it`(
    fault: FaultyDisk.Fault
  ) throws {
    let template = try template()
    try template.write("three", to: "data/changed")
    try template.write("one more", to: "data/more")
    let before = try files(template)
    let old = try template.pointer("data")
    let calls = try forEachCall(fault, of: template) { repository, disk in
      let outcome = Result {
        try disk.run(below: FilePath(repository.setup.path)) { try repository.add("data") }
      }
      if case .failure(let error) = outcome { #expect(error is WorkspaceError, "\(error)") }
      #expect(try files(repository) == before)
      let store = try ObjectStore.open(at: repository.workspace.store.root)
      let pointer = try repository.pointer("data")
      let root = ClosureRoot(id: pointer.id, isTree: true, path: try repository.path("data"))
      #expect(try store.closureProblems(of: [root]).problems == [])
      try expectSound(repository)
      if fault == .stop { try Self.removeLock(of: repository) }
      let again = try Repository(repository.setup)
      try again.add("data")
      #expect(try again.pointer("data") != old)
      #expect(try again.state("data") == .clean)
    }
    #expect(calls > 20)
  }

  /// What git says of a repository, without what a crash leaves under temporary names.
  private static func status(_ repository: Repository) throws -> [Substring] {
    try repository.setup.git("status", "--porcelain").split(separator: "\n")
      .filter { !$0.contains(".shale-tmp-") }
  }

  @Test(arguments: [FaultyDisk.Fault.error, .stop])
  func `whichever call of an add of new data is refused, the same command stages all of it`(
    fault: FaultyDisk.Fault
  ) throws {
    let template = try template()
    try template.write("one", to: "extra/file")
    let calls = try forEachCall(fault, of: template) { repository, disk in
      _ = Result {
        try disk.run(below: FilePath(repository.setup.path)) { try repository.add("extra") }
      }
      try Self.removeLock(of: repository)
      let again = try Repository(repository.setup)
      try again.add("extra")
      let status = try Self.status(again)
      #expect(status == ["M  .gitignore", "A  extra.shale"], "\(String(describing: disk.refused))")
    }
    #expect(calls > 20)
  }

  @Test(arguments: [FaultyDisk.Fault.error, .stop])
  func `whichever call of a removal is refused, the same command does the rest`(
    fault: FaultyDisk.Fault
  ) throws {
    let calls = try forEachCall(fault, of: template()) { repository, disk in
      let path = try repository.path("data")
      _ = Result {
        try disk.run(below: FilePath(repository.setup.path)) {
          try repository.workspace.remove([path])
        }
      }
      try expectSound(repository)
      try Self.removeLock(of: repository)
      let again = try Repository(repository.setup)
      do throws(WorkspaceError) {
        try again.workspace.remove([path])
      } catch {
        // All was done but for giving up the lock.
        #expect(error == .notTracked(path))
      }
      let refused = String(describing: disk.refused)
      #expect(!FileManager.default.fileExists(atPath: again.setup.file("data").path), "\(refused)")
      let status = try Self.status(again)
      #expect(status == ["D  .gitignore", "D  data.shale"], "\(refused)")
    }
    #expect(calls > 10)
  }

  @Test(arguments: ["renamed", "elsewhere/new"], [FaultyDisk.Fault.error, .stop])
  func `whichever call of a move is refused, the same command does the rest`(
    target: String, fault: FaultyDisk.Fault
  ) throws {
    let calls = try forEachCall(fault, of: template()) { repository, disk in
      let (source, target) = (try repository.path("data"), try repository.path(target))
      let pointer = try repository.pointer("data")
      // The files of the copy have other times.
      try repository.add("data")
      _ = Result {
        try disk.run(below: FilePath(repository.setup.path)) {
          try repository.workspace.move(source, to: target)
        }
      }
      try Self.removeLock(of: repository)
      let again = try Repository(repository.setup)
      do throws(WorkspaceError) {
        try again.workspace.move(source, to: target)
      } catch {
        #expect(error == .notTracked(source), "\(String(describing: disk.refused))")
      }
      #expect(!FileManager.default.fileExists(atPath: again.setup.file("data").path))
      #expect(try again.text("\(target)/changed") == "two, longer")
      #expect(try again.pointer("\(target)") == pointer)
      #expect(try again.state("\(target)") == .clean)
      let status = try Self.status(again)
      let refused = String(describing: disk.refused)
      #expect(status.contains("R  data.shale -> \(target).shale"), "\(refused)")
      let isAllStaged = status.allSatisfy { $0.dropFirst().first == " " }
      #expect(status.count > 1 && isAllStaged, "\(status) \(refused)")
    }
    #expect(calls > 5)
  }

  @Test func `a move of which only the pointer is done is finished by the same command`()
    throws
  {
    let repository = try template()
    let (source, target) = (try repository.path("data"), try repository.path("new"))
    let pointer = try repository.pointer("data")
    let root = FilePath(repository.setup.path)
    try OpenDirectory(root).rename("data.shale", toFree: "new.shale", in: OpenDirectory(root))
    try repository.workspace.move(source, to: target)
    #expect(try repository.text("new/changed") == "two, longer")
    #expect(try repository.pointer("new") == pointer)
    #expect(try repository.state("new") == .clean)
    #expect(!FileManager.default.fileExists(atPath: repository.setup.file("data").path))
    #expect(try Self.status(repository).contains("R  data.shale -> new.shale"))
  }

  @Test func `a commit waits for a pointer, its name, and the directories above it`() throws {
    let repository = try template()
    let root = FilePath(repository.setup.path)
    try repository.workspace.move(repository.path("data"), to: repository.path("deep/er/new"))
    let log = CallLog()
    let files = try ["deep/er/new.shale", "data.shale"].map { try repository.path($0) }
    try Faults.with(log, below: root) { try repository.workspace.synchronize(files) }
    let synced = Set(log.calls.filter { $0.operation == .sync }.map(\.path.name))
    let wanted: Set<ByteString> = ["new.shale", "er", "deep"]
    #expect(synced.isSuperset(of: wanted), "\(synced)")
    #expect(log.calls.count { $0.operation == .sync } == 4)
  }

  @Test func `what is replaced is on disk in the store before the first file changes`() throws {
    let template = try template()
    // The second version was added and never synced.
    try template.setup.git("checkout", "--quiet", "HEAD~")
    let log = CallLog()
    try Faults.with(log, below: FilePath(template.setup.path)) {
      _ = try template.workspace.checkout()
    }
    let data = template.setup.file("data").path + "/"
    let touched = log.calls.indices.filter { index in
      let call = log.calls[index]
      return [.rename, .remove].contains(call.operation)
        && call.path.description.hasPrefix(data)
    }
    let first = try #require(touched.first)
    let packs = log.places(.sync) { $0.hasSuffix(".pack") }
    #expect(packs.count >= 2 && packs.allSatisfy { $0 < first })
    #expect(log.places(.rename) { $0.hasSuffix(".safe") }.contains { $0 < first })
  }
}
