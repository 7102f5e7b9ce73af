import Primitives
import TestSupport

@testable import ObjectStore
@testable import Workspace

extension FuzzedParser {
  /// What lies in a worktree and beside it.
  static let worktreeParsers: [FuzzedParser] = [
    FuzzedParser(
      "pointer",
      words: ["kind tree\n", "files 1\n", "source ", "source-rev ", "<<<<<<< a\n", "=======\n"],
      seeds: {
        let source = PointerFile.Source(location: "https://x/y", path: "a", revision: "b")
        let file = PointerFile.file(.empty, size: .bytes(18_253), source: source).encoded()
        let tree = PointerFile.tree(.empty, size: .bytes(1 << 40), files: 100_000).encoded()
        return [file, tree]
      }
    ) { bytes in
      try verdict { try expectSame(try PointerFile(decoding: bytes).encoded(), as: bytes) }
    },
    FuzzedParser(
      "pointer-conflict", words: ["<<<<<<< a\n", "=======\n", ">>>>>>> b\n", "||||||| c\n"],
      texts: ["<<<<<<< HEAD\na\n||||||| base\nb\n=======\nc\n>>>>>>> other\nd\n"]
    ) { bytes in
      guard let conflict = PointerConflict(bytes) else { return .refused }
      _ = (conflict.ours.pointer, conflict.theirs.pointer, "\(conflict)")
      return .accepted
    },
    FuzzedParser(
      "stat-index", seeds: { try FormatPage.hexExamples(of: "stat-index.md") },
      repaired: { Repairs.statIndex($0) { WordChecksum.of($0) } },
      read: { bytes in
        guard let header = StatIndexHeader(decoding: bytes) else { return .refused }
        try expectSame(header.encoded(), as: Array(bytes.prefix(header.encodedCount)))
        let body = Array(bytes.dropFirst(header.encodedCount))
        guard let index = StatIndex(header: header, body: body) else { return .refused }
        for copy in [index, index.distrusted()] {
          for number in 0..<copy.directoryCount {
            let block = copy.block(number)
            var cursor = block.cursor
            while let entry = cursor.next() { _ = (cursor.name(of: entry), entry.files) }
            _ = (block.offsets(), block.stamp, copy.numbersBelow(block.path))
            guard copy.directory(block.path) != nil else {
              throw BrokenPromise("a directory of an index is not found")
            }
          }
        }
        return .accepted
      }),
    FuzzedParser("git-ignore-file", words: ["\r\n", "/data\n", "\\ "], texts: ["/a\n/b\n*.o\n"]) {
      bytes in
      let added = GitIgnoreFile.adding(["data"], to: bytes, tracked: ["a", "b"])
      _ = GitIgnoreFile.removing("a", from: added)
      _ = GitAttributesFile.completed(bytes)
      let line = GitIgnoreFile.line(ignoring: ByteString(bytes)).bytes
      guard !line.contains(0x0A) else { throw BrokenPromise("a line with a line break in it") }
      return .accepted
    },
  ]
}
