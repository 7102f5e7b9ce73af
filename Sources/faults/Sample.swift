internal import Platform
internal import Primitives

/// The repositories that commands are run on.
enum Sample {
  static func bytes(_ count: Int, seed: UInt64) -> [UInt8] {
    var numbers = SeededNumbers(seed: seed)
    return numbers.bytes(count)
  }

  /// Makes a repository with two versions of a directory and a file, both pushed, and a clone
  /// that has the data of the first and the pointers of the second.
  static func make(at root: FilePath, isLarge: Bool) throws -> World {
    let world = World(root: root)
    try world.work.makeDirectories()
    try world.aside.makeDirectories()
    try World.run("git", ["init", "-q", "-b", "main"], in: world.work)
    // Samples, which would be copied with the repository each time.
    try world.work.appending(".git/hooks").removeTree()
    try shale(["init", "-q"], world)
    try shale(["remote", "add", "-q", "origin", "../remote"], world)
    try world.write(Array("of the user, and of nobody else\n".utf8), to: "notes", in: world.work)
    try writeFirst(world, isLarge: isLarge)
    try shale(["add", "-q", "data", "model.bin"], world)
    try shale(["commit", "-q", "-m", "one"], world)
    try World.run("git", ["tag", "v1"], in: world.work)
    try shale(["push", "-q"], world)
    try World.run("git", ["clone", "-q", "--no-hardlinks", "work", "clone"], in: root)
    try world.clone.appending(".git/hooks").removeTree()
    try shale(["pull", "-q"], world, in: world.clone)
    if isLarge {
      try world.write(bytes(20_000, seed: 5), to: "data/many/between", in: world.work)
      try shale(["commit", "-q", "-m", "between"], world)
    }
    try writeSecond(world, isLarge: isLarge)
    try shale(["commit", "-q", "-m", "two"], world)
    try shale(["push", "-q"], world)
    try World.run("git", ["pull", "-q"], in: world.clone)
    return world
  }

  private static func writeFirst(_ world: World, isLarge: Bool) throws {
    let work = world.work
    try world.write(Array("one\n".utf8), to: "data/a.txt", in: work)
    for number in 1...3 {
      try world.write([UInt8(number)], to: "data/same/\(number).txt", in: work)
    }
    try world.write(bytes(180_000, seed: 1), to: "data/deep/er/b.bin", in: work)
    try world.write(Array("becomes a directory\n".utf8), to: "data/turn", in: work)
    try world.write(Array("goes\n".utf8), to: "data/gone/c.txt", in: work)
    try world.write(Array("#!/bin/sh\n".utf8), to: "data/run.sh", in: work)
    try OpenFile.forUpdating(work.appending("data/run.sh")).setMode(0o755)
    try OpenDirectory(work.appending("data")).makeSymlink("link", to: "a.txt")
    try work.appending("data/empty").makeDirectories()
    try world.write(bytes(40_000, seed: 2), to: "model.bin", in: work)
    guard isLarge else { return }
    for number in 0..<300 {
      let path = "data/many/\(number % 12)/\(number)"
      try world.write(bytes(100 + number * 11, seed: UInt64(number)), to: path, in: work)
    }
    try run(.versions(6), world, in: work)
  }

  private static func writeSecond(_ world: World, isLarge: Bool) throws {
    let work = world.work
    try world.write(Array("two, longer\n".utf8), to: "data/a.txt", in: work)
    var large = bytes(180_000, seed: 1)
    large.replaceSubrange(90_000..<90_100, with: bytes(150, seed: 3))
    try world.write(large, to: "data/deep/er/b.bin", in: work)
    try work.appending("data/turn").remove()
    try world.write(Array("in a directory\n".utf8), to: "data/turn/inner", in: work)
    try work.appending("data/gone").removeTree()
    try world.write(Array("new\n".utf8), to: "data/new/file", in: work)
    try OpenFile.forUpdating(work.appending("data/run.sh")).setMode(0o644)
    try work.appending("data/link").remove()
    try OpenDirectory(work.appending("data")).makeSymlink("link", to: "new/file")
    try world.write(bytes(45_000, seed: 4), to: "model.bin", in: work)
    guard isLarge else { return }
    for number in stride(from: 0, to: 300, by: 3) {
      let path = "data/many/\(number % 12)/\(number)"
      try world.write(bytes(150 + number * 9, seed: UInt64(1_000 + number)), to: path, in: work)
    }
  }

  /// The file that is large enough to be patched.
  static let patched: ByteString = "large/weights"

  /// A version of a file of which most is zeros that stay, and of which the second is longer.
  private static func large(_ version: Int) -> [UInt8] {
    var start = bytes(400_000, seed: 31)
    var end = bytes(300_000, seed: 32)
    if version == 2 {
      start.replaceSubrange(150_000..<150_100, with: bytes(100, seed: 33))
      end += bytes(90_000, seed: 34)
    }
    return start + [UInt8](repeating: 0, count: 34 << 20) + end
  }

  /// Whether a file below a directory has bytes of a version of `model.bin` as they are: they are
  /// random, so that nothing makes them shorter.
  static func hasModel(in place: FilePath) throws -> Bool {
    let parts = [bytes(40_000, seed: 2), bytes(45_000, seed: 4)].map { Array($0[1_000..<1_024]) }
    return try Files(below: place).items.values.contains { item in
      guard case .file(let bytes, _) = item else { return false }
      return parts.contains { bytes.firstRange(of: $0) != nil }
    }
  }

  /// Does a step of a scenario's setup.
  static func run(_ step: Scenario.Step, _ world: World, in directory: FilePath) throws {
    switch step {
    case .shale(let words): try shale(words, world, in: directory)
    case .git(let words): try World.run("git", words, in: directory)
    case .write(let path, let bytes): try world.write(bytes, to: path, in: directory)
    case .writeLarge(let version):
      try world.write(large(version), to: patched.description, in: directory)
    case .remove(let path): try directory.appending(path).remove()
    case .damagePack(let store):
      guard let pack = try World.packs(of: directory.appending(store)).first else { return }
      var bytes = try pack.contents(limit: .mebibytes(64))
      bytes[bytes.count / 2] ^= 0x40
      try AtomicFile.replace(pack, with: bytes, durably: false)
    case .losePack(let store):
      try World.packs(of: directory.appending(store)).first?.remove()
    case .stoppedMerge(let branch):
      // A driver that merges nothing: git does not look for the program that is tried here.
      let words: [ByteString] = ["-c", "merge.shale.driver=false", "merge", "-q", branch]
      if (try? World.run("git", words, in: directory)) != nil {
        throw World.Failure(description: "the merge of \(branch) does not stop")
      }
    case .foreign(let file): try file.make(world, in: directory)
    case .versions(let count):
      for number in 0..<count {
        try world.write([7, UInt8(number)], to: "data/more/\(number)", in: directory)
        try shale(["add", "-q", "data"], world, in: directory)
      }
    }
  }

  private static func shale(
    _ words: [ByteString], _ world: World, in directory: FilePath? = nil
  ) throws {
    let outcome = World.shale(words, in: directory ?? world.work)
    guard outcome.status == 0 else {
      throw World.Failure(description: "shale \(words): \(outcome.text)")
    }
  }
}
