internal import Commands
internal import ObjectStore
internal import Platform
internal import Primitives
internal import Terminal
internal import Workspace

/// Benchmarks whose work is counted in items: one for each 1,024 bytes of the size.
extension Benchmark {
  /// Looks up records that a store has, in any order.
  static let indexLookup = Benchmark(name: "index lookup") { size in
    let place = try Place()
    let store = try ObjectStore.create(at: place.path, format: StoreFormat())
    let writer = try store.writer()
    var ids: [ObjectID] = []
    for number in 0..<max(64, size >> 10) {
      ids.append(try writer.add(Array("content \(number)".utf8), class: .data))
    }
    try writer.finish(durably: false)
    // Oids are random: their order has nothing of the order in which they were stored.
    ids.sort()
    let wanted = (0..<ids.count).map { ids[$0 * 7 % ids.count] }
    return Work(amount: wanted.count, unit: .lookups) {
      _ = place
      var found: UInt64 = 0
      for id in wanted where try store.contains(id) { found += 1 }
      return Check(value: found, share: nil)
    }
  }

  /// Compares two directories of which every hundredth entry differs.
  static let treeDiff = Benchmark(name: "tree diff") { size in
    let place = try Place()
    let store = try ObjectStore.create(at: place.path, format: StoreFormat())
    let writer = try store.writer()
    let count = max(200, size >> 10)
    let pointers = try (1...2).map { version in
      let tree = try Tree(
        (0..<count).map { number in
          let content = "\(number % 100 == 0 ? version : 0) \(number)"
          return TreeEntry(
            kind: .file, id: SHA256.id(of: Array(content.utf8).span), size: .kibibytes(1),
            name: ByteString("file-\(number)"))
        })
      return PointerFile.tree(try writer.add(tree), size: tree.size, files: tree.files)
    }
    try writer.finish(durably: false)
    let path = try RepositoryPath("data")
    return Work(amount: count, unit: .entries) {
      _ = place
      let changes = try TreeDiff(in: store).changes(of: path, from: pointers[0], to: pointers[1])
      return Check(value: UInt64(changes.count), share: nil)
    }
  }

  /// `status` of a tracked directory of unchanged files, on all cores.
  static let statScan = Benchmark(name: "stat scan") { size in
    let place = try Place()
    try place.run("git", ["init", "-q"])
    try place.shale(["init", "-q"])
    let count = max(100, size >> 10)
    let data = place.path.appending("data")
    for number in 0..<count {
      let directory = data.appending("\(number / 1_000)")
      if number % 1_000 == 0 { try directory.makeDirectories() }
      try AtomicFile.replace(
        directory.appending("file-\(number)"), with: Array("\(number)".utf8), durably: false)
    }
    // Younger than the clock's last tick, they would be read again.
    Clock.sleep(milliseconds: 20)
    try place.shale(["add", "-q", "data"])
    return Work(amount: count, unit: .files) {
      let text = try place.shale(["status", "--json"])
      return Check(value: SHA256.id(of: Array(text.utf8).span).words.0, share: nil)
    }
  }
}

/// A directory that goes with its owner.
private final class Place: Sendable {
  let path: FilePath

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  init() throws {
    let parent = FilePath(Startup.environment()["TMPDIR"] ?? "/tmp")
    path = parent.appending("shale-benchmark-\(UInt64.random(in: 0...UInt64.max))")
    try path.makeDirectories()
  }

  deinit {
    // What stays is in the directory for such things.
    _ = try? path.removeTree()
  }

  private static let environment: [ByteString: ByteString] = [
    "HOME": "/nonexistent", "PATH": Startup.environment()["PATH"] ?? "/usr/bin:/bin",
    "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C.UTF-8",
  ]

  func run(_ program: ByteString, _ words: [ByteString]) throws {
    let outcome = try ChildProcess(
      program, words, environment: Self.environment, directory: path
    ).run()
    guard outcome.succeeded else {
      throw Failure(description: String(decoding: outcome.errors, as: UTF8.self))
    }
  }

  /// Runs a command line of Shale in this process.
  @discardableResult func shale(_ words: [ByteString]) throws -> String {
    let (output, errors) = (MemoryOutput(), MemoryOutput())
    let context = CommandContext(
      environment: Self.environment, workingDirectory: path, output: OutputStream(output),
      errorOutput: OutputStream(errors))
    guard Tool.run(words, in: context).code == 0 else { throw Failure(description: errors.text) }
    return output.text
  }
}
