internal import Arguments
internal import Primitives
package import Terminal

// MARK: - For people

extension ForgetReport {
  package func write(to text: inout StyledText) {
    writeAffected(to: &text)
    if isLifted { return }
    for place in places { Self.write(place, to: &text) }
    if !unseen.isEmpty {
      text.line(
        """
        \("note:", .warning) \(counted(unseen.count, "version")) that others pushed are not known \
        here: run \("git fetch", .command), then this command again
        """)
      for version in unseen.prefix(Self.lines) {
        let commit = String(version.commit.prefix(10))
        text.line("  \(commit, .commit) \(version.path, .path)")
      }
    }
    if !notReached.isEmpty { text.line("Not reached:") }
    for place in notReached { text.line("  \(place)") }
    text.line(
      "Clones keep what they fetched until \("shale forget", .command) runs there; so do backups and snapshots."
    )
    if let report { text.line("Report: \(report)") }
  }

  /// How many lines of each list are shown, unless the user wants to read all.
  private static let lines = 20

  private var title: String {
    if isLifted { return isDryRun ? "To be allowed again:" : "May be stored again:" }
    return isDryRun ? "To forget:" : "Forgotten:"
  }

  /// Tells what has to do with what is forgotten.
  func writeAffected(to text: inout StyledText) {
    let limit = text.verbosity == .verbose ? Int.max : Self.lines
    text.line(
      "\(title) \(counted(versionCount, "content"), .number) (\(bytes)) in \(counted(directories, "directory state"))"
    )
    for version in versions.prefix(limit) {
      let id = String(version.oid.hex.prefix(10))
      let paths = version.paths.map(\.description).joined(separator: ", ")
      text.line("  \(id, .objectID)  \(version.size)  \(paths, .path)")
    }
    Self.writeRest(versionCount, limit, to: &text)
    if !commits.isEmpty { text.line("\(counted(commitCount, "commit")) brought data with it:") }
    for commit in commits.prefix(limit) {
      let id = String(commit.commit.prefix(10))
      let day = String(commit.date.description.prefix(10))
      text.line("  \(id, .commit) \(day, .faint) \(commit.author): \(commit.summary)")
    }
    Self.writeRest(commitCount, limit, to: &text)
    if !references.isEmpty {
      text.line("In \(references.prefix(limit).map(\.description).joined(separator: ", "))")
    }
    for run in runs.prefix(limit) {
      let id = String(run.id.hex.prefix(10))
      let name = run.name.map { " \($0)" } ?? ""
      text.line("  run \(id, .objectID)\(name, .reference): \(run.uses.joined(separator: ", "))")
    }
    Self.writeRest(runs.count, limit, to: &text)
    for model in models.prefix(limit) {
      text.line("  model \(model.path, .path) \(String(model.oid.hex.prefix(10)), .objectID)")
    }
    Self.writeRest(models.count, limit, to: &text)
  }

  private static func writeRest(_ count: Int, _ limit: Int, to text: inout StyledText) {
    if count > limit { text.line("  … and \(grouped(count - limit)) more") }
  }

  private static func write(_ place: Place, to text: inout StyledText) {
    let name = place.remote.map { "remote \($0)" } ?? "this clone"
    let what = "\(counted(place.contents, "content")), \(place.bytes)"
    switch place.state {
    case .clean: text.line("\(name, .remote): nothing of it is here")
    case .planned: text.line("\(name, .remote): \(what) would be removed")
    case .left: text.line("\(name, .remote): \(what) stay")
    case .forgotten: text.line("\("forgotten", .removed) \(name, .remote): \(what) removed")
    case .unknown: text.line("\("unknown", .warning) \(name, .remote): \(place.problem ?? "")")
    case .failed: text.line("\("not done", .error) \(name, .remote): \(place.problem ?? "")")
    }
    if !place.shared.isEmpty {
      let holders = Set(place.shared.flatMap(\.holders)).sorted()
      let names = holders.prefix(3).joined(separator: ", ")
      let others = holders.count > 3 ? " and \(grouped(holders.count - 3)) more" : ""
      let who: StyledString = holders.isEmpty ? "others" : "\(names, .path)\(others)"
      text.line("  \(place.sharedBytes, .number) of it stay: the same bytes are in \(who)")
    }
    if !place.unreadable.isEmpty {
      text.line(
        "  \("damaged", .error) \(counted(place.unreadable.count, "list")) of chunks: chunks of theirs may have stayed"
      )
    }
  }
}

// MARK: - JSON

extension ForgetReport {
  /// The keys of its JSON.
  static let keys = [
    ResultKey("isDryRun", "Whether nothing was changed"),
    ResultKey("isLifted", "Whether the contents may be stored again"),
    ResultKey("asked", "What was asked for"),
    ResultKey("reason", "Why; empty where nobody said"),
    ResultKey(
      "versions", "The contents: the first 1,000",
      each: [
        ResultKey("oid", "The oid"), ResultKey("size", "The size in bytes"),
        ResultKey("paths", "Where it lies or lay"),
      ]),
    ResultKey("versionCount", "How many contents there are"),
    ResultKey("bytes", "Their size together"),
    ResultKey("directories", "How many states of directories list one of them"),
    ResultKey(
      "commits", "Commits that brought data with one of them: the newest 1,000",
      each: [
        ResultKey("commit", "The commit"), ResultKey("date", "When it was written, as RFC 3339"),
        ResultKey("author", "Who wrote it"), ResultKey("summary", "The first line of its message"),
      ]),
    ResultKey("commitCount", "How many such commits there are"),
    ResultKey("references", "Branches and tags whose tips have one of them"),
    ResultKey(
      "runs", "Runs that have to do with one of them",
      each: [
        ResultKey("id", "The id of the run"),
        ResultKey("name", "What the user called it", isOptional: true),
        ResultKey("started", "When it began, as RFC 3339"),
        ResultKey("uses", "`input`, `output`, `code`, or `descendant` where it came of them"),
      ]),
    ResultKey(
      "models", "What is called a model: contents themselves, and what was made of them",
      each: [ResultKey("path", "The path"), ResultKey("oid", "The oid")]),
    ResultKey("places", "The stores", each: placeKeys),
    ResultKey("notReached", "Where copies may be that were not reached, in words"),
    ResultKey(
      "unseen", "Versions that somebody pushed and that this clone does not know",
      each: [
        ResultKey("commit", "The commit"), ResultKey("path", "The tracked path"),
        ResultKey("oid", "What it tracks there"),
      ]),
    ResultKey("report", "Where the report was written", isOptional: true),
  ]

  private static let placeKeys = [
    ResultKey("remote", "The remote; left out for the store of the clone", isOptional: true),
    ResultKey("location", "Where the remote is", isOptional: true),
    ResultKey(
      "state",
      "`clean`, `planned`, `left`, `forgotten`, `unknown` (could not be asked) or `failed`"),
    ResultKey("contents", "How many of the contents it has, or had"),
    ResultKey("records", "How many records are removed"),
    ResultKey("bytes", "What they take, or took"),
    ResultKey(
      "shared", "Bytes that stay, because other contents have the same: the first 1,000",
      each: [
        ResultKey("oid", "The record"), ResultKey("size", "How many bytes of content"),
        ResultKey("holders", "Some of what needs it: paths, or oids"),
      ]),
    ResultKey("sharedBytes", "How many bytes of content stay"),
    ResultKey("unreadable", "Contents whose list of chunks is damaged"),
    ResultKey("problem", "Why it could not be asked or changed, in words", isOptional: true),
  ]
}
