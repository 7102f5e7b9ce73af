import Documents
import Foundation
import ObjectStore
import Platform
import Primitives
import TestSupport

@testable import Lineage

extension FuzzedParser {
  /// Run records, what is kept of them, and questions about them.
  static let runParsers: [FuzzedParser] = [
    FuzzedParser(
      "run-record", words: ["\"oid\" : \"", "-1", "null", "[", "{", "../", "\"\\\"\\\\377\\\"\""],
      seeds: { [try SampleRun.bytes()] }, read: readRecord),
    FuzzedParser(
      "run-journal", words: ["\"paths\":[", "..", "null"], seeds: { [try SampleRun.journal()] },
      read: readJournal),
    FuzzedParser(
      "run-index", seeds: { [try SampleRun.index(of: try SampleRun.bytes())] },
      repaired: Repairs.runIndex, read: readIndex),
    FuzzedParser(
      "run-filter", words: [" and ", " or ", "not ", "(", ")", "lr<", "started>=", "~", "'", "`"],
      texts: [
        "lr<0.1 and acc>0.9", "not (state = failed or started>=2026-01-31)", "duration>1h30m",
      ],
      read: readFilter),
    FuzzedParser(
      "secrets", words: ["://", "@", "token=", "password: ", "ghp_", "--api-key ", "Cookie: "],
      texts: [
        "curl https://ada:secret@host/x -H 'Authorization: Bearer abc'", "hf_token=hf_abcdef",
      ],
      read: readSecrets),
    FuzzedParser(
      "read-list", words: ["/", "\\", "\n", "  "],
      texts: ["\(ObjectID.empty.hex)  data/a\n\\\(ObjectID.empty.hex)  a\\nb/c\n"],
      read: { ReadList($0) == nil ? .refused : .accepted }),
  ]

  private static func readRecord(_ bytes: [UInt8]) throws -> Verdict {
    try verdict {
      let record = try RunRecord(bytes, id: SHA256.id(of: bytes.span))
      let (id, again) = record.encoded()
      guard try RunRecord(again, id: id) == record else {
        throw BrokenPromise("a record does not come back")
      }
      _ = try SampleRun.index(of: bytes)
      _ = RunStatement.make(for: record)
    }
  }

  private static func readJournal(_ bytes: [UInt8]) throws -> Verdict {
    guard let entry = RunJournal.decode(bytes) else { return .refused }
    return entry.paths.count >= 0 ? .accepted : .refused
  }

  /// Reads an index of runs in both ways.
  private static func readIndex(_ bytes: [UInt8]) throws -> Verdict {
    try TemporaryDirectory.with { directory in
      let file = directory.appending(path: "runs.idx")
      try Data(bytes).write(to: file)
      let index = RunIndex(path: FilePath(file.path))
      let ids: Set<ObjectID> = [try SampleRun.id(), .empty]
      var count = 0
      for withData in [true, false] {
        count += try index.summaries(of: ids, withData: withData).count
      }
      return count > 0 ? .accepted : .refused
    }
  }

  private static func readFilter(_ bytes: [UInt8]) throws -> Verdict {
    try verdict {
      let run = try SampleRun.summary()
      for runs in [[run], []] {
        let filter = try RunFilter(String(decoding: bytes, as: UTF8.self), in: RunKeys(runs))
        _ = filter.matches(run)
      }
    }
  }

  private static func readSecrets(_ bytes: [UInt8]) throws -> Verdict {
    let text = String(decoding: bytes, as: UTF8.self)
    _ = SecretSearch.redacted(text, as: .command)
    _ = SecretSearch.redacted(text, as: .document)
    return .accepted
  }
}
