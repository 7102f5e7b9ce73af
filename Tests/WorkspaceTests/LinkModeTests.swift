import Foundation
import ObjectStore
import Platform
import Primitives
import TestSupport
import Testing
import Workspace

/// Large files as hard links of whole files of the store, and what becomes of them.
@Suite(.temporaryDirectory) struct LinkModeTests {
  private static let size = 1_200_000
  private static let versions = (1...2).map { sampleBytes(count: size, seed: UInt64($0)) }
  private static func id(_ version: Int) -> ObjectID {
    let bytes = versions[version]
    return SHA256.id(of: bytes.span)
  }

  private static let small = sampleBytes(count: 1_000, seed: 9)

  private static func options(_ linking: LinkSetting?, isForced: Bool = false) -> CheckoutOptions {
    var options = CheckoutOptions()
    options.linking = linking
    options.isForced = isForced
    // So that what is no link would be patched.
    options.patching.leastKept = .kibibytes(64)
    return options
  }

  /// A repository with two versions of a directory, the second of which is there.
  private func repository() throws -> Repository {
    let repository = try Repository.make()
    for version in Self.versions {
      try repository.setup.write(version, to: "data/large")
      try repository.setup.write(Self.small, to: "data/small")
      try repository.setup.write(sampleBytes(count: Self.size, seed: 5), to: "data/program")
      try path(repository, "data/program").mode(0o755)
      try repository.add("data")
      try repository.setup.commitAll("a version")
    }
    try repository.setup.git("tag", "second")
    try repository.setup.git("tag", "first", "HEAD~")
    return repository
  }

  private func path(_ repository: Repository, _ name: String = "data/large") -> FilePath {
    FilePath(repository.setup.file(name).path)
  }

  private func go(
    _ repository: Repository, to tag: String, _ options: CheckoutOptions = options(.hardlink)
  ) throws {
    try repository.setup.git("checkout", "--quiet", ByteString(tag))
    try repository.workspace.checkout(options: options)
  }

  private func expectWhole(_ repository: Repository, version: Int) throws {
    let id = Self.id(version)
    guard let whole = try repository.workspace.store.existingWholeFile(id) else {
      Issue.record("there is no whole file of version \(version)")
      return
    }
    #expect(try whole.contents(limit: .mebibytes(4)) == Self.versions[version])
    #expect(try whole.status().mode & 0o333 == 0)
  }

  @Test func `large files are links, small and executable ones are files of their own`() throws {
    let repository = try repository()
    try go(repository, to: "first")
    #expect(try repository.setup.read("data/large") == Self.versions[0])
    let link = try path(repository).status()
    #expect(link.linkCount == 2)
    #expect(link.mode & 0o333 == 0)
    for name in ["data/small", "data/program"] {
      let status = try path(repository, name).status()
      #expect(status.linkCount == 1)
      #expect(status.mode & 0o200 != 0)
    }
    #expect(try repository.state("data") == .clean)
    #expect(repository.workspace.store.takeNotices().isEmpty)
    // Back and forth: the same two files.
    try go(repository, to: "second")
    #expect(try repository.setup.read("data/large") == Self.versions[1])
    try go(repository, to: "first")
    #expect(try path(repository).status().inode == link.inode)
    #expect(try repository.setup.read("data/large") == Self.versions[0])
    #expect(try repository.changes("data") == [])
  }

  @Test func `a link that others have as well is clean without being read`() throws {
    let repository = try repository()
    try go(repository, to: "first")
    try repository.waitForTick()
    _ = try repository.state("data")
    // What nobody could notice but who reads the file.
    let before = try path(repository).status()
    try path(repository).mode(0o644)
    let file = try OpenFile.forUpdating(path(repository))
    try file.write([1, 2, 3].span, at: 0)
    try file.setModified(before.modified)
    try file.setMode(before.mode)
    try path(repository).link(to: path(repository, "elsewhere"))
    #expect(try path(repository).status().changed != before.changed)
    #expect(try repository.changes("data") == [])
    #expect(try repository.state("data") == .clean)
  }

  @Test func `a write through a link shows, stops a checkout, and is kept by force`() throws {
    let repository = try repository()
    try go(repository, to: "first")
    var changed = Self.versions[0]
    changed[7] ^= 1
    try path(repository).mode(0o644)
    try OpenFile.forUpdating(path(repository)).write(changed.span.extracting(7..<8), at: 7)
    #expect(try repository.changes("data") == ["modified data/large"])
    try repository.setup.git("checkout", "--quiet", "second")
    #expect(throws: WorkspaceError.self) {
      try repository.workspace.checkout(options: Self.options(.hardlink))
    }
    #expect(try repository.setup.read("data/large") == changed)
    try repository.workspace.checkout(options: Self.options(.hardlink, isForced: true))
    try go(repository, to: "first")
    #expect(try repository.setup.read("data/large") == Self.versions[0])
    try expectWhole(repository, version: 0)
    let saved = SHA256.id(of: changed.span)
    #expect(try repository.workspace.store.contents(of: saved, limit: .mebibytes(4)) == changed)
  }

  @Test func `what is a link is never patched, and its name is given to another file`() throws {
    let repository = try Repository.make()
    var edited = Self.versions[0]
    edited[600_000] ^= 1
    for version in [Self.versions[0], edited] {
      try repository.setup.write(version, to: "data")
      try repository.add("data")
      try repository.setup.commitAll("a version")
    }
    try repository.setup.git("tag", "second")
    try repository.setup.git("tag", "first", "HEAD~")
    try go(repository, to: "first")
    let link = try path(repository, "data").status()
    #expect(link.linkCount == 2)
    #expect(try repository.state("data") == .clean)
    try go(repository, to: "second", Self.options(nil))
    #expect(try repository.setup.read("data") == edited)
    #expect(try path(repository, "data").status().linkCount == 1)
    try expectWhole(repository, version: 0)
    try go(repository, to: "first")
    #expect(try path(repository, "data").status().inode == link.inode)
  }

  @Test func `a link becomes a file of its own that may be written to, and a link again`() throws {
    let repository = try repository()
    try go(repository, to: "first")
    try repository.workspace.checkout(options: Self.options(.copy))
    let own = try path(repository).status()
    #expect(own.linkCount == 1)
    #expect(own.mode & 0o200 != 0)
    try OpenFile.forUpdating(path(repository)).write([0].span, at: 0)
    try expectWhole(repository, version: 0)
    try repository.setup.write(Self.versions[0], to: "data/large")
    let report = try repository.workspace.checkout(options: Self.options(.hardlink))
    #expect(report.changes.map(\.filesWritten) == [1])
    #expect(try path(repository).status().linkCount == 2)
    #expect(try repository.changes("data") == [])
    // What is as it is to be stays so.
    #expect(try repository.workspace.checkout(options: Self.options(.hardlink)).changes.isEmpty)
    let program = try path(repository, "data/program").status()
    #expect(program.linkCount == 1)
  }

  @Test func `a file that gets the permission to execute is no link any more`() throws {
    let repository = try repository()
    try go(repository, to: "first")
    try repository.workspace.checkout(options: Self.options(.copy))
    try path(repository).mode(0o755)
    try repository.add("data")
    try repository.setup.commitAll("executable")
    try repository.setup.git("tag", "third")
    try go(repository, to: "first")
    try repository.workspace.checkout(options: Self.options(.hardlink))
    #expect(try path(repository).status().linkCount == 2)
    try go(repository, to: "third", Self.options(nil))
    let program = try path(repository).status()
    #expect(program.linkCount == 1)
    #expect(program.isExecutable)
    #expect(try repository.changes("data") == [])
    try expectWhole(repository, version: 0)
    // And back: one mode for all names.
    try path(repository).mode(0o644)
    try path(repository).link(to: path(repository, "mine"))
    try repository.workspace.checkout(
      [try repository.path("data")], options: Self.options(nil, isForced: true))
    #expect(try path(repository, "mine").status().mode & 0o111 == 0)
  }

  @Test func `where the disk makes no links, files are copied and that is said once`() throws {
    let repository = try repository()
    let disk = NoLinks()
    try Faults.with(disk, below: FilePath(repository.setup.path)) {
      try go(repository, to: "first")
    }
    #expect(try repository.setup.read("data/large") == Self.versions[0])
    #expect(try path(repository).status().linkCount == 1)
    let notices = repository.workspace.store.takeNotices()
    #expect(notices.count == 1)
    guard case .notLinked(.hardlink, let reason)? = notices.first else {
      Issue.record("no notice")
      return
    }
    #expect(reason.isUnsupported)
    #expect(try repository.changes("data") == [])
  }

  @Test func `reflinks are clones where files share blocks, and copies elsewhere`() throws {
    let repository = try repository()
    let options = Self.options(.reflink)
    for tag in ["first", "second", "first"] { try go(repository, to: tag, options) }
    #expect(try repository.setup.read("data/large") == Self.versions[0])
    let status = try path(repository).status()
    #expect(status.linkCount == 1)
    #expect(status.mode & 0o200 != 0)
    let id = Self.id(0)
    let whole = try repository.workspace.store.existingWholeFile(id) == nil
    // One of the two: a whole file, or word of why there is none.
    #expect(whole != repository.workspace.store.takeNotices().isEmpty)
    #expect(try repository.changes("data") == [])
  }

  /// A disk on which no file has a further name.
  private struct NoLinks: FaultyDevice {
    func refusal(of operation: FileError.Operation, on path: FilePath) -> CInt? {
      operation == .link ? FileError.unsupported : nil
    }

    func room(for count: Int, in path: FilePath) -> Int { count }
  }
}

extension FilePath {
  fileprivate func mode(_ mode: UInt32) throws(FileError) {
    try OpenDirectory(parent).setMode(of: name, to: mode)
  }
}
