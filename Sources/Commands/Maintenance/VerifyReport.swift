internal import Arguments
internal import ObjectStore
internal import Primitives
internal import Project
package import Terminal

/// What was proven to be restorable, or was not.
package struct VerifyReport: Report {
  /// One proof.
  package struct Record: Encodable, Sendable {
    let time: Timestamp
    let outcome: VerificationRecord.Outcome
    let commit: String?
    let name: ByteString
    let remote: ByteString?
    let store: String?
    let files: Int
    let filesRead: Int
    let bytes: ByteCount
    let seconds: Int
    let sample: String?
    let seed: UInt64?

    private enum CodingKeys: CodingKey {
      case time, outcome, commit, name, remote, store, files, filesRead, bytes, seconds, sample
      case seed
    }

    init(_ record: VerificationRecord) {
      time = record.time
      outcome = record.outcome
      commit = record.commit
      name = record.name
      remote = record.place
      store = record.store
      files = record.files
      filesRead = record.filesRead
      bytes = record.bytes
      seconds = record.seconds
      sample = record.sample?.percent
      seed = record.sample?.seed
    }

    /// What it was about: `main (1f0e2d3c4b)`.
    var subject: String {
      commit.map { name.text == $0 ? String($0.prefix(10)) : "\(name) (\($0.prefix(10)))" }
        ?? "\(name)"
    }

    /// Where everything had to come from.
    var place: String { remote.map { "\($0)" } ?? "the local store" }
  }

  /// Something that cannot be restored.
  package struct Problem: Encodable, Sendable {
    let path: RepositoryPath
    let oid: ObjectID
    let isDamaged: Bool
    let reason: String

    private enum CodingKeys: CodingKey {
      case path, oid, isDamaged, reason
    }
  }

  /// The proof that was made, or those that were made before, the oldest first.
  package let records: [Record]
  package let problems: [Problem]
  package let problemCount: Int
  private let isListing: Bool

  private enum CodingKeys: CodingKey {
    case records, problems, problemCount
  }

  init(_ result: RestoreProof.Result) {
    records = [Record(result.record)]
    problems = result.problems.map { problem in
      var damage: StoreError?
      if case .damaged(let error) = problem.kind { damage = error }
      return Problem(
        path: problem.path, oid: problem.id, isDamaged: damage != nil,
        reason: damage?.description ?? "missing")
    }
    problemCount = result.problemCount
    isListing = false
  }

  init(listing records: [VerificationRecord], isAsked: Bool = true) {
    self.records = records.map { Record($0) }
    problems = []
    problemCount = 0
    isListing = isAsked
  }

  /// Where nothing had to be proven.
  static var nothing: Self { Self(listing: [], isAsked: false) }

  package var failure: CommandFailure? {
    guard let first = problems.first, let record = records.first else { return nil }
    let isDamaged = problems.contains(where: \.isDamaged)
    let others = problemCount > 1 ? " and \(grouped(problemCount - 1)) more" : ""
    return CommandFailure(
      isDamaged ? .damaged : .missing, id: isDamaged ? "not-restorable" : "object-missing",
      "Content of '\(first.path)'\(others) cannot be restored from \(record.place)",
      hints: [
        record.remote.map { "Run `shale push \($0)` in a clone that has it" }
          ?? "Run `shale fetch` to get what is missing",
        record.remote.map { "Run `shale repair --remote \($0)`" }
          ?? "Run `shale repair` to bring back what there is a good copy of",
      ])
  }

  package func write(to text: inout StyledText) {
    if isListing { return list(to: &text) }
    for problem in problems {
      let reason = problem.isDamaged ? ": \(problem.reason)" : ""
      text.line(
        """
          \(problem.isDamaged ? "damaged" : "missing", .absent) \(problem.path, .path) \
        \(problem.oid.abbreviated, .objectID)\(reason)
        """)
    }
    guard let record = records.first, problems.isEmpty else { return }
    let work =
      record.sample.map {
        "\(grouped(record.filesRead)) read (\($0)%, seed \(record.seed ?? 0), \(record.bytes)), "
          + "the others looked up"
      } ?? "\(record.bytes) read"
    text.line(
      """
      \("All \(counted(record.files, "file"))", .number) of \(record.subject) \
      \("restorable", .success) from \(record.place): \(work) in \(Self.duration(record.seconds))
      """)
  }

  private func list(to text: inout StyledText) {
    if records.isEmpty { text.line("Nothing was verified yet.") }
    for record in records {
      let share = record.sample.map { ", \($0)% read with seed \(record.seed ?? 0)" } ?? ""
      text.line(
        """
        \(String(record.time.description.prefix(16)), .faint) \
        \(record.outcome.rawValue, record.outcome == .restorable ? .success : .error) \
        \(record.subject) from \(record.place): \(counted(record.files, "file"), .number), \
        \(record.bytes)\(share)
        """)
    }
  }

  private static func duration(_ seconds: Int) -> String {
    switch seconds {
    case ..<1: "less than a second"
    case ..<120: counted(seconds, "second")
    case ..<7_200: "\(seconds / 60) min"
    default: "\(seconds / 3_600) h \(seconds % 3_600 / 60) min"
    }
  }
}

extension VerifyReport {
  /// The keys of its JSON.
  static let keys = [
    ResultKey(
      "records", "The proof that was made; with `--list` those made before, the oldest first",
      each: recordKeys),
    ResultKey(
      "problems", "What cannot be restored: the first 10,000",
      each: [
        ResultKey("path", "The file or directory"),
        ResultKey("oid", "The object that is not good: the content of the path, or a part of it"),
        ResultKey("isDamaged", "Whether it is damaged; otherwise it is missing"),
        ResultKey("reason", "Why, in words"),
      ]),
    ResultKey("problemCount", "How many problems there are, listed or not"),
  ]

  /// The keys of one record.
  static let recordKeys = [
    ResultKey("time", "When it ended"),
    ResultKey("outcome", "`restorable`, `damaged` or `missing`"),
    ResultKey("commit", "The commit; left out for all commits", isOptional: true),
    ResultKey("name", "What the commit was called"),
    ResultKey("remote", "The remote; left out for the local store", isOptional: true),
    ResultKey("store", "The id of the store, if it has one", isOptional: true),
    ResultKey("files", "How many files it was about"),
    ResultKey("filesRead", "How many of them were read"),
    ResultKey("bytes", "How much content was hashed"),
    ResultKey("seconds", "How long it took"),
    ResultKey("sample", "The share that was to be read, in percent", isOptional: true),
    ResultKey("seed", "What chose the files of the sample", isOptional: true),
  ]
}
