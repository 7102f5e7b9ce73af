internal import Arguments
package import Terminal

/// What `doctor` found, in sections.
package struct DoctorReport: Report {
  /// How something is.
  package enum Outcome: String, Encodable, Sendable {
    case ok
    /// It works, and something about it should be known.
    case note
    /// Something does not work, or data is in danger.
    case problem
  }

  /// One thing that was looked at.
  package struct Check: Encodable, Sendable {
    /// A name that stays the same between versions, for programs: `git`, `store-space`.
    let id: String
    let outcome: Outcome

    /// A sentence without a full stop.
    let finding: String

    /// What to do, in the imperative.
    let hints: [String]

    /// Something that is as it should be.
    init(_ id: String, _ finding: String) {
      self.init(id, .ok, finding)
    }

    init(_ id: String, _ outcome: Outcome, _ finding: String, hints: [String] = []) {
      self.id = id
      self.outcome = outcome
      self.finding = finding
      self.hints = hints
    }

    /// What kept something from working.
    init(_ id: String, _ failure: CommandFailure) {
      self.init(id, .problem, failure.message, hints: failure.hints)
    }
  }

  /// Checks that belong together.
  package struct Section: Encodable, Sendable {
    let title: String
    let checks: [Check]
  }

  package let sections: [Section]
  package let problems: Int
  package let notes: Int

  init(_ sections: [Section]) {
    self.sections = sections.filter { !$0.checks.isEmpty }
    let outcomes = sections.flatMap(\.checks).map(\.outcome)
    problems = outcomes.count { $0 == .problem }
    notes = outcomes.count { $0 == .note }
  }

  package var failure: CommandFailure? {
    if problems == 0 { return nil }
    return CommandFailure(
      .refused, id: "problems-found",
      problems == 1 ? "There is a problem" : "There are \(problems) problems",
      hints: ["Do what is said where `problem` stands"])
  }

  package func write(to text: inout StyledText) {
    for section in sections {
      text.line("\(section.title, .heading)")
      for check in section.checks {
        text.line("  \(Self.word(check.outcome)) \(check.finding)")
        for hint in check.hints { text.line("          \("hint:", .hint) \(hint)") }
      }
    }
    if problems == 0 {
      text.line("\("No problems", .success)\(notes == 0 ? "" : ", \(counted(notes, "note"))")")
    }
  }

  /// The outcome in a column.
  private static func word(_ outcome: Outcome) -> StyledString {
    switch outcome {
    case .ok: "\("ok", .success)     "
    case .note: "\("note", .warning)   "
    case .problem: "\("problem", .error)"
    }
  }
}

extension DoctorReport {
  /// The keys of its JSON.
  static let keys = [
    ResultKey(
      "sections", "What was looked at, in groups",
      each: [
        ResultKey("title", "What the group is about"),
        ResultKey(
          "checks", "What was looked at",
          each: [
            ResultKey("id", "A name that stays the same between versions"),
            ResultKey("outcome", "`ok`, `note` or `problem`"),
            ResultKey("finding", "What was found, in words"),
            ResultKey("hints", "What to do about it"),
          ]),
      ]),
    ResultKey("problems", "How many problems there are"),
    ResultKey("notes", "How many notes there are"),
  ]
}
