import Foundation
import ObjectStore
import Platform
import Primitives
import Synchronization
import TestSupport
import Testing
import Workspace

/// Large files of which most stays are patched where they lie, if nobody can notice.
@Suite(.temporaryDirectory) struct PatchingTests {
  private static let size = 1 << 20

  /// A version with other bytes in two places.
  private static func edited(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    bytes.replaceSubrange(100_000..<104_000, with: sampleBytes(count: 4_000, seed: 8))
    bytes.replaceSubrange(700_000..<701_000, with: sampleBytes(count: 1_000, seed: 9))
    return bytes
  }

  private static let versions: [[UInt8]] = {
    let first = sampleBytes(count: size, seed: 1)
    return [first, edited(first)]
  }()

  private static let options: CheckoutOptions = {
    var options = CheckoutOptions()
    options.patching.leastKept = .kibibytes(64)
    // Programs that other tests start meanwhile hold our files for a moment.
    options.patching.milliseconds = 10_000
    return options
  }()

  /// A repository with versions of a file, the last of which is there, and of a directory with it.
  private func repository(
    _ versions: [[UInt8]] = Self.versions, isTree: Bool = false
  ) throws -> Repository {
    let repository = try Repository.make()
    for version in versions {
      try repository.setup.write(version, to: isTree ? "data/file" : "data")
      if isTree { try repository.write("beside", to: "data/other") }
      try repository.add("data")
      try repository.setup.commitAll("a version")
    }
    return repository
  }

  /// Goes back by one version.
  @discardableResult
  private func goBack(
    _ repository: Repository, _ options: CheckoutOptions = Self.options
  ) throws -> CheckoutReport {
    try repository.setup.git("checkout", "--quiet", "HEAD~")
    return try repository.workspace.checkout(options: options)
  }

  private func status(_ repository: Repository, _ path: String = "data") throws -> FileStatus {
    try FilePath(repository.setup.file(path).path).status()
  }

  /// Whether files of the test share blocks where they can: then a clone is patched, and no file in
  /// its place.
  private func isCloning() throws -> Bool {
    let place = FilePath(try TemporaryDirectory.requiredPath())
    let one = try AtomicFile(in: place)
    let other = try AtomicFile(in: place)
    try one.file.write([1, 2, 3].span, at: 0)
    return try other.file.clone(one.file)
  }

  /// A patched file is the one that it was, or a clone of it.
  private func expectPatched(_ repository: Repository, _ before: FileStatus) throws {
    #expect(try status(repository).inode == before.inode || isCloning())
  }

  /// The names beside the data that only Shale gives.
  private func temporaries(_ repository: Repository, in directory: String = "") throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: repository.setup.file(directory).path)
      .filter { $0.hasPrefix(".shale-tmp-") }
  }

  @Test func `a file is patched there and back, and stays the same file`() throws {
    let repository = try repository()
    let before = try status(repository)
    let log = CallLog()
    _ = try Faults.with(log, below: FilePath(repository.setup.path)) { try goBack(repository) }
    #expect(try repository.setup.read("data") == Self.versions[0])
    try expectPatched(repository, before)
    let places = log.places(.write) { $0.hasSuffix("/data") }
    #expect(try !places.isEmpty && places.count < 8 || isCloning())
    #expect(try repository.status("data").state == .clean)
    #expect(try repository.add("data").filesRead == 0)
    try repository.setup.git("checkout", "--quiet", "main")
    try repository.workspace.checkout(options: Self.options)
    #expect(try repository.setup.read("data") == Self.versions[1])
    try expectPatched(repository, before)
    #expect(try temporaries(repository).isEmpty)
  }

  @Test func `nothing has the path until name and content are on disk`() throws {
    if try isCloning() { return }
    let repository = try repository(isTree: true)
    let log = CallLog()
    _ = try Faults.with(log, below: FilePath(repository.setup.path)) { try goBack(repository) }
    let note = try #require(log.places(.sync) { $0.hasSuffix(".checkout") }.first)
    let renamings = log.places(.rename) { $0.hasSuffix("/repository/data") }
    let names = log.places(.sync) { $0.hasSuffix("/repository/data") }
    let content = try #require(log.places(.sync) { $0.hasSuffix("/data/file") }.first)
    let writes = log.places(.write) { $0.hasSuffix("/data/file") }
    try #require(renamings.count == 2 && names.count == 2)
    #expect(note < renamings[0] && renamings[0] < names[0])
    #expect(writes.allSatisfy { $0 > names[0] && $0 < content })
    #expect(content < renamings[1] && renamings[1] < names[1])
    let end = try #require(log.places(.remove) { $0.hasSuffix(".checkout") }.first)
    #expect(names[1] < end)
    #expect(try repository.state("data") == .clean)
  }

  @Test(arguments: [-300_000, 300_000])
  func `a file that grew or shrank is patched`(difference: Int) throws {
    var other = Self.edited(Self.versions[0])
    if difference < 0 {
      other.removeLast(-difference)
    } else {
      other += sampleBytes(count: difference, seed: 4)
    }
    let repository = try repository([Self.versions[0], other])
    let before = try status(repository)
    try goBack(repository)
    #expect(try repository.setup.read("data") == Self.versions[0])
    try repository.setup.git("checkout", "--quiet", "main")
    try repository.workspace.checkout(options: Self.options)
    #expect(try repository.setup.read("data") == other)
    try expectPatched(repository, before)
    #expect(try repository.state("data") == .clean)
  }

  @Test func `holes stay holes`() throws {
    var first = Self.versions[0] + [UInt8](repeating: 0, count: 4 << 20)
    let second = Self.edited(first)
    first += [1]
    let repository = try repository([first, second])
    try repository.remove("data")
    try repository.workspace.checkout(options: Self.options)
    let before = try status(repository)
    #expect(before.allocated < .mebibytes(2))
    try goBack(repository)
    #expect(try repository.setup.read("data") == first)
    try expectPatched(repository, before)
    #expect(try status(repository).allocated < .mebibytes(2))
  }

  @Test func `a patch sets the permission to execute, and keeps the rest of the mode`() throws {
    let repository = try repository(isTree: true)
    let file = FilePath(repository.setup.file("data/file").path)
    try OpenFile.forUpdating(file).setMode(0o750)
    try repository.add("data")
    try repository.setup.commitAll("executable")
    try repository.setup.write(Self.versions[0], to: "data/file")
    try repository.add("data")
    try repository.setup.commitAll("executable, and old")
    try OpenFile.forUpdating(file).setMode(0o640)
    try repository.add("data")
    try repository.setup.commitAll("old")
    let before = try status(repository, "data/file").inode
    try repository.setup.git("checkout", "--quiet", "HEAD~2")
    try repository.workspace.checkout(options: Self.options)
    #expect(try repository.setup.read("data/file") == Self.versions[1])
    if try !isCloning() {
      #expect(try status(repository, "data/file").mode == 0o750)
      #expect(try status(repository, "data/file").inode == before)
    }
    #expect(try repository.state("data") == .clean)
  }

  // MARK: - What is not patched

  enum Obstacle: CaseIterable {
    case hardLink, readOnly, reader, mapping, writer, small, executable
  }

  @Test(arguments: Obstacle.allCases)
  func `what somebody else could notice is replaced as a whole`(obstacle: Obstacle) throws {
    let repository = try repository()
    let path = FilePath(repository.setup.file("data").path)
    let other = repository.setup.url.appending(path: "../other")
    var options = Self.options
    options.patching.milliseconds = 1
    var held: [Held] = []
    switch obstacle {
    case .hardLink:
      try FileManager.default.linkItem(at: repository.setup.file("data"), to: other)
    case .readOnly: try OpenFile.forUpdating(path).setMode(0o444)
    case .reader: held.append(Held(try OpenFile.forReading(path)))
    case .mapping:
      let url = repository.setup.file("data")
      held.append(Held(try Data(contentsOf: url, options: .alwaysMapped)))
    case .writer: held.append(Held(try OpenFile.forUpdating(path)))
    case .small: options.patching.leastKept = .bytes(Self.size)
    case .executable: try OpenFile.forUpdating(path).setMode(0o755)
    }
    let before = try status(repository)
    try goBack(repository, options)
    #expect(try repository.setup.read("data") == Self.versions[0])
    #expect(try status(repository).inode != before.inode)
    #expect(try repository.state("data") == .clean)
    if obstacle == .hardLink { #expect(try Data(contentsOf: other) == Data(Self.versions[1])) }
    for held in held { #expect(try held.bytes() == Self.versions[1]) }
    #expect(try temporaries(repository).isEmpty)
  }

  /// Something that has a file open.
  private final class Held {
    private let file: Either

    private enum Either: ~Copyable {
      case open(OpenFile)
      case mapped(Data)
    }

    init(_ file: consuming OpenFile) { self.file = .open(file) }
    init(_ data: Data) { file = .mapped(data) }

    func bytes() throws -> [UInt8] {
      switch file {
      case .open(let file): try file.contents(limit: .mebibytes(4))
      case .mapped(let data): Array(data)
      }
    }
  }

  @Test func `what was never restored or made here is proven by writing all of it`() throws {
    let repository = try repository()
    let shale = FilePath(repository.setup.file(".git/shale").path)
    try shale.appending("proofs").remove()
    let stranger = try Repository(repository.setup)
    let before = try status(stranger).inode
    try goBack(stranger)
    #expect(try stranger.setup.read("data") == Self.versions[0])
    #expect(try status(stranger).inode != before)
  }

  // MARK: - Others at the same time

  /// A disk that does something of another program's just before a call.
  private final class Intruder: FaultyDevice {
    private let isMoment: @Sendable (FileError.Operation, FilePath) -> Bool
    private let act: Mutex<(@Sendable () throws -> Void)?>

    init(
      before isMoment: @escaping @Sendable (FileError.Operation, FilePath) -> Bool,
      _ act: @escaping @Sendable () throws -> Void
    ) {
      self.isMoment = isMoment
      self.act = Mutex(act)
    }

    var hasActed: Bool { act.withLock { $0 == nil } }

    func refusal(of operation: FileError.Operation, on path: FilePath) -> CInt? {
      guard isMoment(operation, path) else { return nil }
      let now = act.withLock { act in
        defer { act = nil }
        return act
      }
      #expect(throws: Never.self) { try now?() }
      return nil
    }

    func room(for count: Int, in path: FilePath) -> Int { count }
  }

  @Test func `a file that somebody writes to after the plan was made is not patched`() throws {
    let repository = try repository()
    let url = repository.setup.file("data")
    let intruder = Intruder(before: { $0 == .create && $1.name == "repository" }) {
      let file = try FileHandle(forUpdating: url)
      try file.write(contentsOf: Data("mine".utf8))
      try file.close()
    }
    let report = try Faults.with(intruder, below: FilePath(repository.setup.path)) {
      try goBack(repository)
    }
    #expect(intruder.hasActed)
    #expect(report.failures.map(\.path) == [try repository.path("data")])
    #expect(try repository.setup.read("data") == Array("mine".utf8) + Self.versions[1].dropFirst(4))
    #expect(try temporaries(repository).isEmpty)
  }

  @Test func `a file that somebody puts in the place of one that is being patched stays`() throws {
    let repository = try repository()
    let url = repository.setup.file("data")
    if try isCloning() { return }
    let intruder = Intruder(before: { $0 == .write && $1.name == "data" }) {
      try Data("mine".utf8).write(to: url, options: .withoutOverwriting)
    }
    let report = try Faults.with(intruder, below: FilePath(repository.setup.path)) {
      try goBack(repository)
    }
    #expect(intruder.hasActed)
    #expect(report.failures.map(\.path) == [try repository.path("data")])
    #expect(try repository.setup.read("data") == Array("mine".utf8))
    #expect(try repository.state("data") != .clean)
    #expect(try temporaries(repository).isEmpty)
  }

  @Test func `a file that is replaced before it is taken away is left alone`() throws {
    let repository = try repository()
    let url = repository.setup.file("data")
    let intruder = Intruder(before: { $0 == .rename && $1.name == "repository" }) {
      try Data("mine".utf8).write(to: url, options: .atomic)
    }
    let report = try Faults.with(intruder, below: FilePath(repository.setup.path)) {
      try goBack(repository)
    }
    #expect(intruder.hasActed)
    #expect(report.failures.map(\.path) == [try repository.path("data")])
    #expect(try repository.setup.read("data") == Array("mine".utf8))
    #expect(try temporaries(repository).isEmpty)
  }

  // MARK: - What goes wrong

  @Test(arguments: [false, true])
  func `a chunk that is damaged leaves the old content`(isTree: Bool) throws {
    let made = try repository(isTree: isTree)
    // Random bytes are stored as they are.
    let part = Data(Self.versions[0][700_000..<700_032])
    var isDamaged = false
    for pack in try made.packs() {
      var bytes = try Data(contentsOf: pack)
      guard let place = bytes.range(of: part) else { continue }
      bytes[place.lowerBound] ^= 1
      try bytes.write(to: pack, options: .atomic)
      isDamaged = true
    }
    #expect(isDamaged)
    let repository = try Repository(made.setup)
    let log = CallLog()
    let report = try Faults.with(log, below: FilePath(repository.setup.path)) {
      try goBack(repository)
    }
    let name = isTree ? "data/file" : "data"
    if try !isCloning() {
      #expect(!log.places(.write) { $0.hasSuffix("/repository/" + name) }.isEmpty)
    }
    #expect(report.missing.map(\.path) == [try repository.path(name)])
    #expect(try repository.setup.read(name) == Self.versions[1])
    // What an earlier version left is no change of the user's.
    #expect(try repository.changes("data").isEmpty)
    #expect(try temporaries(repository, in: isTree ? "data" : "").isEmpty)
  }

  @Test(arguments: FaultyDisk.Fault.allCases, [false, true])
  func `whichever call of a patch is refused, the file is old, new, or absent and told`(
    fault: FaultyDisk.Fault, isTree: Bool
  ) throws {
    let made = try repository(isTree: isTree)
    try made.setup.git("checkout", "--quiet", "HEAD~")
    let name = isTree ? "data/file" : "data"
    var absent = 0
    let calls = try FaultyDisk.forEachCall(fault) { disk in
      try TemporaryDirectory.with { url in
        let copy = url.appending(path: "copy")
        try FileManager.default.copyItem(at: made.setup.url, to: copy)
        let repository = try Repository(GitSetup(at: copy))
        _ = Result {
          try disk.run(below: FilePath(repository.setup.path)) {
            try repository.workspace.checkout(options: Self.options)
          }
        }
        if FileManager.default.fileExists(atPath: repository.setup.file(name).path) {
          let now = try repository.setup.read(name)
          #expect(Self.versions.contains(now), "\(String(describing: disk.refused))")
        } else {
          absent += 1
          #expect(try repository.status("data").unfinishedCheckout != nil)
          #expect(throws: WorkspaceError.self) { try repository.add("data") }
        }
        let again = try Repository(repository.setup)
        try again.workspace.checkout(options: Self.options)
        #expect(try repository.setup.read(name) == Self.versions[0])
        #expect(try again.state("data") == .clean, "\(String(describing: disk.refused))")
        // A kill may leave what a clone has replaced, until the file is written next.
        if try fault != .stop || !isCloning() {
          #expect(try temporaries(repository, in: isTree ? "data" : "").isEmpty)
        }
      }
    }
    #expect(calls > 20)
    if fault == .stop, try !isCloning() { #expect(absent > 3) }
  }

  /// A disk on which nothing works from a call on.
  private final class Stop: FaultyDevice {
    private let isMoment: @Sendable (FileError.Operation, FilePath) -> Bool
    private let isStopped = Atomic(false)

    init(at isMoment: @escaping @Sendable (FileError.Operation, FilePath) -> Bool) {
      self.isMoment = isMoment
    }

    func refusal(of operation: FileError.Operation, on path: FilePath) -> CInt? {
      if isMoment(operation, path) { isStopped.store(true, ordering: .relaxed) }
      return isStopped.load(ordering: .relaxed) ? EIO : nil
    }

    func room(for count: Int, in path: FilePath) -> Int { count }
  }

  @Test func `a part that a cut-off patch took away is not taken for removed`() throws {
    if try isCloning() { return }
    let made = try repository(isTree: true)
    try made.setup.git("checkout", "--quiet", "HEAD~")
    let file = made.setup.file("data/file")
    let stop = Stop { $0 == .write && $1.description.hasSuffix("/data/file") }
    _ = Result {
      try Faults.with(stop, below: FilePath(made.setup.path)) {
        try made.workspace.checkout(options: Self.options)
      }
    }
    #expect(!FileManager.default.fileExists(atPath: file.path))
    let again = try Repository(made.setup)
    try again.workspace.checkout([try again.path("data/other")], options: Self.options)
    #expect(!FileManager.default.fileExists(atPath: file.path))
    #expect(try again.changes("data").isEmpty)
    try again.workspace.checkout(options: Self.options)
    #expect(try again.setup.read("data/file") == Self.versions[0])
    #expect(try again.state("data") == .clean)
  }
}

extension Repository {
  /// The packs of the store.
  fileprivate func packs() throws -> [URL] {
    let store = setup.file(".git/shale/store/packs")
    return try FileManager.default.subpathsOfDirectory(atPath: store.path)
      .filter { $0.hasSuffix(".pack") }.map { store.appending(path: $0) }
  }
}
