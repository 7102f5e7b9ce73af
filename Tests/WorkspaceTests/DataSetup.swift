import Foundation
import ObjectStore
import Platform
import Primitives
import TestSupport
import Testing

@testable import Workspace

/// The tracked directory `data` in a worktree, with a stat index and without a store.
struct DataSetup {
  let root: URL
  let path: RepositoryPath
  let files: IndexFiles

  static func make() throws -> Self {
    let root = try TemporaryDirectory.required().appending(path: "work")
    let setup = Self(
      root: root, path: try RepositoryPath("data"),
      files: IndexFiles(directory: FilePath(root.path).appending(".git/shale/index")))
    try setup.files.directory.makeDirectories()
    try FileManager.default.createDirectory(
      at: root.appending(path: "data"), withIntermediateDirectories: true)
    return setup
  }

  func file(_ name: String) -> URL { root.appending(path: "data/" + name) }

  func write(_ text: String, to name: String) throws {
    let file = file(name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  /// A little of everything, older than the clock's last tick.
  func fill() throws {
    try write("alpha", to: "a.txt")
    try write("beta", to: "b.txt")
    try write("hello", to: "sub/same-size")
    try write("deep", to: "sub/deep/file")
    try write("", to: "sub/nothing")
    try FileManager.default.createDirectory(
      at: file("empty"), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: file("link").path, withDestinationPath: "a.txt")
    try waitForTick()
  }

  func clock() -> Timestamp? {
    guard let device = try? FilePath(root.path).status().device else { return nil }
    return FileSystemClock.now(onDevice: device, tryingIn: [files.directory])
  }

  /// Waits until the file system's clock has moved on.
  func waitForTick() throws {
    let start = try #require(clock())
    while try #require(clock()) <= start { Clock.sleep(milliseconds: 1) }
  }

  func index() throws -> StatIndex? { try files.load(path).index }

  private var outerRules: (rules: IgnoreRules, digest: UInt64) {
    let content = (try? Data(contentsOf: root.appending(path: ".shaleignore"))).map { Array($0) }
    let rules = content.map { IgnoreRules.none.adding($0, in: .root) } ?? .none
    let bytes = content ?? []
    return (rules, WordChecksum.of(bytes.span))
  }

  func scanner(fresh: Bool = false) throws -> Scan {
    let index = fresh ? nil : try index()
    let (rules, digest) = outerRules
    return Scan(
      root: FilePath(root.path), path: path, index: index, rules: rules,
      areRulesUnchanged: index?.header.ignoreDigest == digest)
  }

  func scan(from start: ByteString = "") throws -> Scan.Result {
    try scanner().run(from: start)
  }

  /// What a scan found, as `path deviation`.
  func changes(from start: ByteString = "") throws -> [String] {
    var lines: [String] = []
    for directory in try scan(from: start).directories {
      var cursor = directory.deviations.cursor
      while let entry = cursor.next() {
        let path = Scan.join(directory.path, cursor.name(of: entry).bytes)
        lines.append("\(path) \(entry.deviation.map { "\($0)" } ?? "?")")
      }
    }
    return lines
  }

  /// Makes the data the base, or the part of it below `start`.
  func record(
    from start: ByteString = "", clock given: Timestamp? = nil, device: UInt64? = nil
  ) throws {
    let clock = given ?? self.clock()
    _ = try write(scanner(), from: start, clock: clock, device: device, to: path)
  }

  /// The base that the data would have without any index.
  func freshBase() throws -> ObjectID? {
    let other = try RepositoryPath("other")
    return try write(scanner(fresh: true), from: "", clock: nil, device: nil, to: other)
  }

  private func write(
    _ scan: Scan, from start: ByteString, clock: Timestamp?, device: UInt64?,
    to path: RepositoryPath
  ) throws -> ObjectID? {
    var directories = try scan.run(from: start).directories
    for number in directories.indices {
      directories[number].deviations = hashed(directories[number])
    }
    let header = StatIndexHeader(
      path: path, isDirectory: true, base: nil,
      device: try device ?? FilePath(root.path).status().device, ignoreDigest: outerRules.digest,
      clock: clock)
    var writer = try StatIndexWriter(replacing: files.file(of: path), header: header)
    var update = IndexUpdate(.record, scan, clock: clock) { tree throws(WorkspaceError) in
      SHA256.id(of: tree.encoded().span)
    }
    let sums = try update.run(directories, writer: &writer)
    try writer.finish(base: sums.id)
    return sums.id
  }

  /// The deviations with the oids of what is on disk.
  private func hashed(_ directory: ScannedDirectory) -> EntryList {
    var result = EntryList()
    var cursor = directory.deviations.cursor
    while var entry = cursor.next() {
      let name = cursor.name(of: entry)
      let place = FilePath(root.path).appending(path)
        .appending(directory.path).appending(name)
      if entry.kind == .symlink, let parent = try? OpenDirectory(place.parent),
        let target = try? parent.symlinkTarget(name)
      {
        entry.id = SHA256.id(of: target.bytes.span)
      } else if entry.kind != .directory, let bytes = try? place.contents() {
        entry.id = SHA256.id(of: bytes.span)
      }
      result.append(entry, name: name)
    }
    return result
  }

  /// How many directories the data has, with itself.
  func directoryCount() throws -> Int {
    let found = try Program.succeed("find", [ByteString(file("").path), "-type", "d"])
    return found.line.split(separator: "\n").count
  }
}
