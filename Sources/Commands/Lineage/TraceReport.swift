package import Arguments
internal import Git
internal import Lineage
internal import ObjectStore
internal import Primitives
package import Terminal

/// Where some bytes were found.
package struct TraceReport: Report {
  /// How many files, and how many runs or models of each, are told.
  static let limit = 100

  /// A stored file that has some of the bytes.
  package struct Found: Encodable, Sendable {
    struct Place: Encodable {
      let path: RepositoryPath
      let commit: String?
      let date: Timestamp?
      let versions: Int
      let isCode: Bool
    }

    struct Run: Encodable {
      let id: ObjectID
      let name: String?
      let started: Timestamp
    }

    struct Model: Encodable {
      let path: RepositoryPath
      let oid: ObjectID
    }

    let oid: ObjectID
    let size: ByteCount
    let isSame: Bool
    let shared: ByteCount
    let offset: Int?
    let places: [Place]

    /// Runs that used it, and those that used what they made.
    let runs: [Run]
    let models: [Model]

    init(
      _ match: ContentSearch.Match, origins: [TraceOrigins.Place], runs: [RunSummary],
      store: ObjectStore
    ) {
      (oid, size, isSame) = (match.id, match.size, match.isSame)
      (shared, offset) = (match.shared, match.offset)
      places = origins.map { place in
        Place(
          path: place.path, commit: place.commit?.id.hex, date: place.commit?.author.time,
          versions: place.versions, isCode: place.isCode)
      }
      let starts = origins.filter { !$0.isCode }.map { place in
        LineageStart.artifact(
          RunSummary.Artifact(
            path: place.path, isTree: false, oid: match.id, size: match.size, isDeclared: false,
            tracked: nil))
      }
      let graph = LineageGraph(from: starts, .down, in: runs, objects: store)
      self.runs = graph.runs.prefix(TraceReport.limit).map {
        Run(id: $0.id, name: $0.name, started: $0.started)
      }
      models = graph.nodes.compactMap { node in
        guard case .artifact(let artifact) = node.content, artifact.isModel,
          !node.notes.contains(.focus)
        else { return nil }
        return Model(path: artifact.paths[0], oid: artifact.oid)
      }
    }
  }

  let file: ByteString
  let probe: ContentProbe
  let found: [Found]

  /// How many files have some of the bytes, those that are not told included.
  let matchCount: Int
  let fileCount: Int
  let unreadCount: Int

  package var status: ExitStatus { found.isEmpty ? .failed : .done }

  // MARK: - Text

  package func write(to text: inout StyledText) {
    let wanted = ByteCount.bytes(probe.range.count)
    for match in found { write(match, wanted, to: &text) }
    if matchCount > found.count {
      text.line("… and \(counted(matchCount - found.count, "file")) that share less")
    }
    if found.isEmpty {
      text.line("\(file, .path): not found in \(counted(fileCount, "file"))")
    }
    if unreadCount > 0 {
      text.line(
        "\(counted(unreadCount, "object")) could not be looked into: not here, or damaged", )
    }
  }

  private func write(_ match: Found, _ wanted: ByteCount, to text: inout StyledText) {
    let short = String(match.oid.hex.prefix(10))
    let what: StyledString =
      match.isSame
      ? "\("the same file", .success)"
      : "shares \(match.shared, .number) of \(wanted)"
    let offset = match.offset.map { ", found at byte \($0)" } ?? ""
    text.line("\(short, .objectID)  \(match.size)  \(what)\(offset)")
    for place in match.places { write(place, to: &text) }
    for run in match.runs {
      let name = run.name.map { " \($0)" } ?? ""
      let id = String(run.id.hex.prefix(10))
      let day = String(run.started.description.prefix(10))
      text.line("  run   \(id, .objectID)\(name, .reference) \(day, .faint)")
    }
    for model in match.models {
      text.line("  model \(model.path, .path)  \(String(model.oid.hex.prefix(10)), .objectID)")
    }
  }
}

extension TraceReport {
  private func write(_ place: Found.Place, to text: inout StyledText) {
    var line: StyledString = "  data  \(place.path, .path)"
    if let commit = place.commit, let date = place.date {
      let day = String(date.description.prefix(10))
      line = "\(line)  since \(String(commit.prefix(10)), .commit) \(day, .faint)"
    } else {
      line = "\(line)  \(place.isCode ? "code of a run" : "in no commit", .faint)"
    }
    if place.versions > 1 { line = "\(line), in \(counted(place.versions, "version"))" }
    text.line(line)
  }
}

// MARK: - JSON

extension TraceReport: Encodable {
  /// The keys of its JSON.
  package static let keys = [
    ResultKey("file", "The file, as it was given"),
    ResultKey("oid", "Its oid"),
    ResultKey("size", "Its size in bytes"),
    ResultKey("first", "The first byte that was looked for, counted from 0"),
    ResultKey("last", "The last byte"),
    ResultKey("fileCount", "How many different files were asked"),
    ResultKey("matchCount", "How many have some of the bytes"),
    ResultKey("unreadCount", "How many objects could not be looked into"),
    ResultKey(
      "found", "The files that have some of the bytes, most first, at most 100",
      each: [
        ResultKey("oid", "The oid of the file"), ResultKey("size", "Its size in bytes"),
        ResultKey("isSame", "Whether it is the file that was given, as a whole"),
        ResultKey("shared", "How many of the bytes are in it, as chunks tell"),
        ResultKey("offset", "Where a scan found all of them in a row", isOptional: true),
        ResultKey(
          "places", "Where it lies or lay",
          each: [
            ResultKey("path", "The path"),
            ResultKey("commit", "The oldest commit that has it there", isOptional: true),
            ResultKey("date", "When that was made, as RFC 3339", isOptional: true),
            ResultKey("versions", "In how many states of a tracked directory, or of code"),
            ResultKey("isCode", "Whether it is known from the code of runs only"),
          ]),
        ResultKey(
          "runs", "Runs that used it, and those that used what they made",
          each: [
            ResultKey("id", "The id of the run"),
            ResultKey("name", "What the user called it", isOptional: true),
            ResultKey("started", "When it began, as RFC 3339"),
          ]),
        ResultKey(
          "models", "What was made of it and is called a model",
          each: [ResultKey("path", "The path"), ResultKey("oid", "The oid")]),
      ]),
  ]

  private enum CodingKeys: CodingKey {
    case file, oid, size, first, last, fileCount, matchCount, unreadCount, found
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(file, forKey: .file)
    try container.encode(probe.id, forKey: .oid)
    try container.encode(probe.size, forKey: .size)
    try container.encode(probe.range.lowerBound, forKey: .first)
    try container.encode(probe.range.upperBound - 1, forKey: .last)
    try container.encode(fileCount, forKey: .fileCount)
    try container.encode(matchCount, forKey: .matchCount)
    try container.encode(unreadCount, forKey: .unreadCount)
    try container.encode(found, forKey: .found)
  }
}
