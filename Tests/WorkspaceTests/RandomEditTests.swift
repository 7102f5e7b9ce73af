import Foundation
import Git
import ObjectStore
import Platform
import Primitives
import TestSupport
import Testing
import Workspace

/// Random edits, recorded and brought back, compared byte by byte.
@Suite(.temporaryDirectory) struct RandomEditTests {
  @Test(arguments: 1...12)
  func `what was recorded comes back as it was`(seed: UInt64) throws {
    let repository = try Repository.make()
    var random = SeededGenerator(seed: seed)
    var versions: [(pointer: PointerFile, listing: [String])] = []
    try repository.write("first", to: "data/a")
    for turn in 0..<8 {
      for _ in 0..<Int.random(in: 1...5, using: &random) {
        try Self.edit(repository, turn, &random)
      }
      // A part, now and then, before the whole.
      if Bool.random(using: &random), versions.count > 0 {
        let names = try FileManager.default.contentsOfDirectory(
          atPath: repository.setup.file("data").path)
        if let name = names.sorted().randomElement(using: &random) {
          try repository.add("data/" + name)
        }
      }
      try repository.add("data")
      #expect(try repository.state("data") == .clean, "seed \(seed), turn \(turn)")
      versions.append((try repository.pointer("data"), try Self.listing(repository)))
    }
    for turn in 0..<10 {
      let version = try #require(versions.randomElement(using: &random))
      try repository.setup.write(version.pointer.encoded(), to: "data.shale")
      let report = try repository.workspace.checkout()
      #expect(report.failures.isEmpty && report.missing.isEmpty, "\(report.failures)")
      let difference = try Self.listing(repository).difference(from: version.listing)
      #expect(difference.isEmpty, "seed \(seed), turn \(turn): \(difference)")
      #expect(try repository.state("data") == .clean, "seed \(seed), turn \(turn)")
      if Bool.random(using: &random) {
        // Without any index, everything is found out again.
        let path = try repository.path("data")
        try repository.workspace.indexes.remove(path)
        for _ in 0..<100 where try repository.workspace.indexes.load(path).index == nil {
          #expect(try repository.state("data") == .clean, "seed \(seed), turn \(turn)")
        }
      }
      if turn % 4 == 3 {
        let file = repository.workspace.indexes.file(of: try repository.path("data"))
        if let bytes = try file.contentsIfPresent(), bytes.count > 300 {
          try AtomicFile.replace(file, with: Array(bytes.dropLast(9)), durably: false)
        }
      }
    }
  }

  private static func edit(
    _ repository: Repository, _ turn: Int, _ random: inout SeededGenerator
  ) throws {
    let names = ["a", "b", "d/e", "d/f/g", "h", "h/i", "j k", "empty/"]
    let name = try #require(names.randomElement(using: &random))
    let file = repository.setup.file("data/" + name)
    let manager = FileManager.default
    let parts = name.split(separator: "/").dropLast()
    // Whatever stands where a directory is needed goes.
    for count in 1..<(parts.count + 1) where parts.count > 0 {
      let parent = repository.setup.file("data/" + parts.prefix(count).joined(separator: "/"))
      let type = try? manager.attributesOfItem(atPath: parent.path)[.type]
      if type as? FileAttributeType != .typeDirectory { try? manager.removeItem(at: parent) }
    }
    switch Int.random(in: 0..<6, using: &random) {
    case 0: try? manager.removeItem(at: file)
    case 1 where !name.hasSuffix("/"):
      try? manager.removeItem(at: file)
      try manager.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try manager.createSymbolicLink(atPath: file.path, withDestinationPath: "target \(turn)")
    case 2
    where (try? manager.attributesOfItem(atPath: file.path)[.type] as? FileAttributeType)
      == .typeRegular:
      try manager.setAttributes(
        [.posixPermissions: Bool.random(using: &random) ? 0o755 : 0o644],
        ofItemAtPath: file.path)
    default:
      try? manager.removeItem(at: file)
      if name.hasSuffix("/") {
        try manager.createDirectory(at: file, withIntermediateDirectories: true)
      } else {
        let count = [0, 3, 3, 40_000, 300_000].randomElement(using: &random) ?? 0
        try repository.setup.write(
          sampleBytes(count: count, seed: UInt64(turn)), to: "data/" + name)
      }
    }
    try manager.createDirectory(
      at: repository.setup.file("data"), withIntermediateDirectories: true)
  }

  /// Kind, mode, name and content of everything in the data.
  private static func listing(_ repository: Repository) throws -> [String] {
    let script = """
      find . -mindepth 1 \\( -type l -printf '%y %p %l\\n' -o -type d -printf '%y %p\\n' -o \
      -perm -100 -printf 'x %p\\n' -o -printf 'f %p\\n' \\) | sort
      find . -type f -exec sha256sum {} + | sort
      """
    let found = try Program.succeed(
      "sh", ["-c", ByteString(script)], in: ByteString(repository.setup.file("data").path))
    return found.line.split(separator: "\n").map { String($0) }
  }
}
