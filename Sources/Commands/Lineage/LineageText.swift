internal import Documents
internal import Git
internal import Lineage
internal import Primitives
internal import Terminal

/// A graph of lineage as lines, one for each node, in the manner of `git log --graph`.
struct LineageText {
  private let report: LineageReport
  private let graph: LineageGraph

  /// What describes a run, by the run's position: code, parameters, metrics.
  private var details: [Int: [Int]] = [:]

  /// The columns that a line takes at most.
  static let width = 80

  /// How many lanes are drawn; what lies further right is drawn there.
  private static let laneLimit = 20

  init(_ report: LineageReport) {
    self.report = report
    graph = report.graph
    for edge in graph.edges where !edge.relation.isFlow {
      let isMetrics = edge.relation == .metrics
      let (run, detail) = isMetrics ? (edge.from, edge.to) : (edge.to, edge.from)
      details[run, default: []].append(detail)
    }
  }

  func write(to text: inout StyledText) {
    var isFirst = true
    for line in LineageOutline(graph).lines {
      if line.lane == 0, graph.nodes[line.node].notes.contains(.focus), !line.isRepeated {
        if !isFirst { text.line() }
        isFirst = false
      }
      write(line, to: &text)
    }
    let cut = graph.nodes.count { $0.notes.contains(.cut) }
    if cut > 0 {
      text.line("\("More lies behind \(counted(cut, "place")): see --depth", .faint)")
    }
    if graph.focus.isEmpty { text.line("Nothing is tracked there") }
  }

  private func write(_ line: LineageOutline.Line, to text: inout StyledText) {
    let lane = min(line.lane, Self.laneLimit)
    let outer = String(repeating: "│ ", count: line.isBranch ? max(0, lane - 1) : lane)
    let prefix = line.isBranch ? outer + "├─" : outer
    var row = LineageRow("\(prefix)* ", upTo: Self.width)
    let node = graph.nodes[line.node]
    switch node.content {
    case .artifact(let artifact): describe(artifact, line, &row)
    case .run(let run): describe(run, line, &row)
    case .code, .parameters, .metrics: break
    }
    text.line(row.text)
    guard !line.isRepeated else { return }
    let lanes = String(repeating: "│ ", count: lane) + (line.leadsOn ? "│   " : "    ")
    for detail in details[line.node] ?? [] {
      var row = LineageRow(lanes, upTo: Self.width)
      describe(detail, of: line.node, &row)
      text.line(row.text)
    }
    if case .artifact(let artifact) = node.content {
      writeOtherPaths(of: artifact, lanes, to: &text)
      writeAppearance(of: line.node, lanes, to: &text)
    }
  }

  // MARK: - Data

  private func describe(
    _ artifact: LineageGraph.Artifact, _ line: LineageOutline.Line, _ row: inout LineageRow
  ) {
    let isStored = artifact.paths == [.root]
    let short = String(artifact.oid.hex.prefix(10))
    let notes = line.isRepeated ? "see above" : words(for: line.node)
    var rest = "  \(short)  \(artifact.size)\(artifact.isModel ? "  model" : "")"
    if !notes.isEmpty { rest += ": \(notes)" }
    let room = max(24, row.room - DisplayWidth.columns(of: rest))
    let path = isStored ? "(no path)" : "\(artifact.paths[0])\(artifact.isTree ? "/" : "")"
    row.addEnd(of: path, .path, columns: room)
    row.add("  ")
    row.add(short, .objectID)
    row.add(String(rest.dropFirst(2 + short.count)), line.isRepeated ? .faint : nil)
  }

  private func words(for node: Int) -> String {
    let notes = graph.nodes[node].notes
    let told: [LineageGraph.Note] = [
      .forgotten, .noMaker, .notLookedInto, .cycle, .cut,
    ]
    var words = told.filter(notes.contains).map(\.words)
    if notes.isSuperset(of: [.noUser, .focus]) { words.append(LineageGraph.Note.noUser.words) }
    return words.joined(separator: "; ")
  }

  /// Under which other names the same content lay, on a line of its own.
  private func writeOtherPaths(
    of artifact: LineageGraph.Artifact, _ lanes: String, to text: inout StyledText
  ) {
    let others = artifact.paths.dropFirst()
    if others.isEmpty { return }
    var row = LineageRow(lanes, upTo: Self.width)
    row.add("also ")
    addList(others.map(\.description), &row)
    text.line(row.text)
  }

  /// Where git's history has data, on a line of its own.
  private func writeAppearance(of node: Int, _ lanes: String, to text: inout StyledText) {
    guard let appearance = report.appearances[node] else { return }
    var row = LineageRow(lanes, upTo: Self.width)
    if let commit = appearance.entered {
      row.add("since ")
      row.add(commit.id.abbreviated, .commit)
      row.add(" \(commit.author.time.description.prefix(10))")
    }
    if graph.nodes[node].notes.contains(.focus), !appearance.references.isEmpty {
      let names = appearance.references.prefix(4).map(\.description).joined(separator: ", ")
      let more = appearance.references.count - 4
      row.add(", in ")
      row.add(names + (more > 0 ? " and \(more) more" : ""), .reference)
    }
    text.line(row.text)
  }

  // MARK: - Runs

  private func describe(_ run: RunSummary, _ line: LineageOutline.Line, _ row: inout LineageRow) {
    row.add("run ")
    row.add(String(run.id.hex.prefix(10)), .objectID)
    if let name = run.name { row.add(" \(ByteString(name))", .reference) }
    if line.isRepeated { return row.add(" (see above)", .faint) }
    if run.state != .succeeded { row.add(" \(run.state.rawValue)", .error) }
    if graph.nodes[line.node].notes.contains(.cycle) {
      row.add(" \(LineageGraph.Note.cycle.words)", .warning)
    }
    row.add(" \(run.started.description.prefix(10))", .faint)
    row.add(": \(run.commandLine)")
  }

  private func describe(_ detail: Int, of run: Int, _ row: inout LineageRow) {
    switch graph.nodes[detail].content {
    case .code(let code):
      row.add("code ", .faint)
      row.add(code.commit.map { String($0.prefix(10)) } ?? "without a commit", .commit)
      if code.isModified { row.add(" modified", .modified) }
    case .parameters(let values):
      row.add("parameters ", .faint)
      guard case .run(let summary) = graph.nodes[run].content else { return }
      addList(
        report.changes.values(of: summary.id, values).map { changed in
          let before = changed.before.map { " (\($0) before)" } ?? ""
          return "\(changed.value.key) \(changed.value.value)\(before)"
        }, &row)
    case .metrics(let values):
      row.add("metrics ", .faint)
      let numbers = values.filter { $0.value.double != nil }
      addList(numbers.map { "\($0.key) \(ValueText.brief.text($0.value))" }, &row)
    case .artifact, .run: break
    }
  }

  /// As many of some words as there is room for.
  private func addList(_ words: [String], _ row: inout LineageRow) {
    for (index, word) in words.enumerated() {
      let piece = index == 0 ? word : ", \(word)"
      let isLast = index == words.count - 1
      guard DisplayWidth.columns(of: piece) + (isLast ? 0 : 3) <= row.room else {
        return row.add(index == 0 ? piece : ", …")
      }
      row.add(piece)
    }
  }
}

/// A line that ends where there is no more room for it.
struct LineageRow {
  private(set) var text: StyledString
  private let limit: Int

  init(_ prefix: String, upTo limit: Int) {
    text = StyledString(prefix, .faint)
    self.limit = limit
  }

  /// The columns that are left.
  var room: Int { max(0, limit - text.width) }

  mutating func add(_ word: String, _ label: Label? = nil) {
    if DisplayWidth.columns(of: word) <= room {
      text = "\(text)\(word, label)"
    } else if room > 0 {
      text = "\(text)\(DisplayWidth.prefix(of: word, columns: room - 1) + "…", label)"
    }
  }

  /// Adds the end of a word that is too long: of a path, the name.
  mutating func addEnd(of word: String, _ label: Label?, columns: Int) {
    guard DisplayWidth.columns(of: word) > columns else { return add(word, label) }
    let reversed = DisplayWidth.prefix(of: String(word.reversed()), columns: columns - 1)
    add("…" + String(reversed.reversed()), label)
  }
}
