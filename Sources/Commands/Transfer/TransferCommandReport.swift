internal import Arguments
internal import ObjectStore
package import Primitives
package import Remotes
package import Terminal

/// What `push` or `fetch` moved, or would move.
package struct TransferCommandReport: Report {
  /// A path that could not be moved as a whole.
  package struct Problem: Encodable, Sendable {
    let path: RepositoryPath

    /// The first object that is lacking: the content of the path, or a part of it.
    let oid: ObjectID

    /// The commits that a push was to send and that lack it, the newest first.
    let commits: [String]

    /// Whether what there is of it is damaged; otherwise no store has it.
    let isDamaged: Bool

    /// Why in words.
    let reason: String
  }

  package let remote: RemoteName
  package let isDryRun: Bool

  /// How many records moved.
  package let objects: Int

  /// Their size as stored.
  package let bytes: ByteCount

  /// How many commits were recorded on the remote.
  package let commits: Int
  package let problems: [Problem]

  /// How many problems there are, listed or not.
  package let problemCount: Int

  /// How many contents stayed where they are, because they were forgotten on purpose.
  package let withheld: Int

  /// What was forgotten elsewhere, and was not known here.
  package let forgotten: [ObjectID]

  /// Pointers that cannot be read, so that nobody knows what they stand for.
  package let unreadable: [UnreadablePointer]

  /// What was read from the remote again, where that is asked for.
  package internal(set) var proof: VerifyReport?
  private let refusal: CommandFailure?
  private let isPush: Bool

  private enum CodingKeys: CodingKey {
    case remote, isDryRun, objects, bytes, commits, problems, problemCount, withheld, forgotten,
      unreadable, proof
  }

  init(
    _ report: TransferReport, remote: Remote, isPush: Bool, isDryRun: Bool,
    unreadable: [UnreadablePointer], refusal: CommandFailure? = nil
  ) {
    self.unreadable = unreadable
    self.refusal = refusal
    self.remote = remote.name
    self.isPush = isPush
    self.isDryRun = isDryRun
    objects = report.records
    bytes = report.bytes
    commits = report.commits
    problemCount = report.problemCount
    withheld = report.withheld.count
    forgotten = report.tombstones.filter { $0.state == .forgotten }.map(\.id).sorted()
    problems = report.problems.map { problem in
      var damage: StoreError?
      if case .damaged(let error) = problem.kind { damage = error }
      return Problem(
        path: problem.path, oid: problem.id, commits: problem.commits, isDamaged: damage != nil,
        reason: damage?.description ?? "missing")
    }
  }

  package var failure: CommandFailure? {
    guard let first = problems.first else {
      return CommandFailure(unreadable) ?? refusal ?? proof?.failure
    }
    let others = problemCount > 1 ? " and \(grouped(problemCount - 1)) more" : ""
    let place = isPush ? "this clone" : "remote '\(remote)'"
    return CommandFailure(
      .missing, id: "object-missing",
      "Content of '\(first.path)'\(others) is not whole in \(place)",
      hints: [
        isPush
          ? "Run `shale fetch REMOTE --all` to get it from a remote that has it, or push from the clone"
            + " that made it"
          : "Run `shale push` in the clone that made it"
      ])
  }

  package var isConfirmation: Bool { true }

  package func write(to text: inout StyledText) {
    writeSummary(to: &text)
    writeProblems(to: &text)
    proof?.write(to: &text)
  }

  /// Tells in a line how much moved.
  func writeSummary(to text: inout StyledText) {
    let verb =
      switch (isPush, isDryRun) {
      case (true, true): "Would send"
      case (true, false): "Sent"
      case (false, true): "Would get"
      case (false, false): "Got"
      }
    let way = isPush ? "to" : "from"
    if objects == 0, failure != nil {
      text.line("\(verb) nothing \(way) \("\(remote)", .remote)")
    } else if objects == 0 {
      text.line(
        isPush
          ? "\("\(remote)", .remote) has everything already."
          : "Everything is here already.")
    } else {
      text.line(
        "\(verb) \(counted(objects, "object"), .number) (\(bytes)) \(way) \("\(remote)", .remote)")
    }
  }

  /// Lists what could not be moved: the first lines of it unless the user wants to read all.
  func writeProblems(to text: inout StyledText) {
    let limit = text.verbosity == .verbose ? problems.count : min(20, problems.count)
    for problem in problems.prefix(limit) {
      let names = problem.commits.prefix(3).map { String($0.prefix(10)) }.joined(separator: ", ")
      let others = problem.commits.count > 3 ? " and \(problem.commits.count - 3) more" : ""
      let reason = problem.isDamaged ? ": \(problem.reason)" : ""
      text.line(
        """
        \(problem.isDamaged ? "damaged" : "missing", .absent) \(problem.path, .path)\
        \(names.isEmpty ? "" : " in ")\(names, .commit)\(others)\(reason)
        """)
    }
    if problemCount > limit { text.line("  … and \(grouped(problemCount - limit)) more") }
  }
}

extension TransferCommandReport {
  /// The keys of its JSON.
  static let keys = [
    ResultKey("remote", "The remote"),
    ResultKey("isDryRun", "Whether nothing was moved"),
    ResultKey("objects", "How many objects moved"),
    ResultKey("bytes", "Their size as stored"),
    ResultKey("commits", "How many commits were recorded on the remote"),
    ResultKey(
      "problems", "What could not be moved: the first 10,000",
      each: [
        ResultKey("path", "The file or directory that needs it"),
        ResultKey("oid", "The first such object: the content of the path, or a part of it"),
        ResultKey("commits", "The commits of a push that lack it"),
        ResultKey("isDamaged", "Whether it is damaged; otherwise it is missing"),
        ResultKey("reason", "Why, in words"),
      ]),
    ResultKey("problemCount", "How many problems there are, listed or not"),
    ResultKey("withheld", "How many contents stayed where they are, because they were forgotten"),
    ResultKey("forgotten", "What was forgotten elsewhere, and was not known here: oids"),
    ResultKey("unreadable", "Pointers that cannot be read", each: UnreadablePointer.keys),
    ResultKey(
      "proof", "What a push read from the remote again, where `shale.verifyOnPush` is set",
      isOptional: true, of: VerifyReport.keys),
  ]
}
