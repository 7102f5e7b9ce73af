import Platform
import Primitives

@testable import Project
@testable import Remotes

extension FuzzedParser {
  /// Roots of a store, and the log of operations: lines that end in, or begin with, a checksum.
  static let rootParsers: [FuzzedParser] = [
    FuzzedParser(
      "commit-root", words: ["complete tree ", "partial file ", "paths ", "%0A"],
      seeds: { [try commitRoot(.commit)] }, repaired: Repairs.root
    ) { bytes in
      try verdict { try expectSame(try CommitRoot(decoding: bytes).encoded(), as: bytes) }
    },
    FuzzedParser(
      "run-root", words: ["complete tree "], seeds: { [try commitRoot(.run)] },
      repaired: Repairs.root
    ) { bytes in
      try verdict { try expectSame(try CommitRoot(decoding: bytes, as: .run).encoded(), as: bytes) }
    },
    FuzzedParser(
      "ref-root",
      seeds: {
        [ReferenceRoot(name: "refs/heads/main", commit: commit, date: 1_767_323_045).encoded()]
      }, repaired: Repairs.root
    ) { bytes in
      try verdict { try expectSame(try ReferenceRoot(decoding: bytes).encoded(), as: bytes) }
    },
    FuzzedParser(
      "clone-root",
      seeds: {
        [CloneRoot(id: .empty, isTree: true, path: try RepositoryPath("data/tr ain")).encoded()]
      }, repaired: Repairs.root
    ) { bytes in
      try verdict { try expectSame(try CloneRoot(decoding: bytes).encoded(), as: bytes) }
    },
    FuzzedParser(
      "operation", words: ["\tpointer - ", "%20", "%2D", "\t"], seeds: { [try operation()] },
      repaired: Repairs.operation
    ) { bytes in
      guard let operation = Operation(line: bytes[...]) else { return .refused }
      guard Operation(line: operation.encoded().dropLast()) == operation else {
        throw BrokenPromise("an operation does not come back")
      }
      return .accepted
    },
    FuzzedParser(
      "remote-location", words: ["file://", "~/", "-", "ext::", "%2e"],
      texts: ["/srv/data", "~/x", "file:///a%20b", "../up"]
    ) { bytes in
      try verdict {
        let location = try RemoteLocation(
          ByteString(bytes), relativeTo: FilePath("/w"), home: FilePath("/h"))
        guard "\(location)".utf8.prefix(2).contains(UInt8(ascii: "/")) else {
          throw BrokenPromise("a location that is no path: \(location)")
        }
      }
    },
  ]

  private static let commit = String(repeating: "ab", count: 20)

  private static func commitRoot(_ kind: CommitRoot.Kind) throws -> [UInt8] {
    let paths = ["data/a.csv", "data/b", "m\nodel"]
    return CommitRoot(
      kind, commit: kind == .commit ? commit : ObjectID.empty.hex, generation: 2,
      date: 1_767_323_045,
      entries: try paths.enumerated().map { number, path in
        .init(
          path: try RepositoryPath(ByteString(path)), isTree: number == 1, id: .empty,
          size: .bytes(number * 77), files: 1 + number, isComplete: number != 2)
      }
    ).encoded()
  }

  private static func operation() throws -> [UInt8] {
    let path = try RepositoryPath("data/train")
    return Array(
      Operation(
        time: Timestamp(seconds: 1_767_323_045, nanoseconds: 5),
        worktree: FilePath("/home/ada/project"),
        command: ["add", "two words", "-"],
        changes: [
          .pointer(path, old: nil, new: .empty), .saved(path, as: .empty),
          .init(.setting, old: "-", new: "a b", subject: "shared shale.link"),
        ]
      ).encoded().dropLast())
  }
}
