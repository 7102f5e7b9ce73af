internal import Documents
internal import Lineage
internal import Primitives
package import Terminal

/// All of a run.
package struct RunShowReport: Report {
  let id: ObjectID
  let record: RunRecord

  /// The runs that made it again.
  let again: [RunSummary]

  private enum CodingKeys: CodingKey {
    case id, record, reproducedBy
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(id, forKey: .id)
    try container.encode(record, forKey: .record)
    try container.encode(again.map(\.id), forKey: .reproducedBy)
  }

  package func write(to text: inout StyledText) {
    writeHead(to: &text)
    writeCode(to: &text)
    writeSettings(to: &text)
    Self.write("Parameters", record.parameters, to: &text)
    Self.write("Metrics", record.metrics, to: &text)
    Self.write("Inputs", record.inputs, to: &text)
    Self.write("Outputs", record.outputs, to: &text)
    writeSurroundings(to: &text)
  }

  // MARK: - What ran

  private func writeHead(to text: inout StyledText) {
    text.line("\("run", .heading) \(id, .objectID)")
    var table = Table([.left, .left])
    func row(_ title: String, _ value: StyledString?) {
      if let value { table.add(["\(title, .faint)", value]) }
    }
    row("name", record.name.map { "\(ByteString($0))" })
    row("command", StyledString(RunSummary(record, id: id).commandLine, .command))
    row("directory", record.directory.isRoot ? nil : "\(record.directory, .path)")
    row("state", state)
    row("started", "\(record.started)")
    row("took", record.seconds.map { StyledString(elapsed($0)) })
    row("by", record.author.map { "\($0.name) <\($0.email)>" })
    if let other = record.reproduces {
      row("reproduces", "\(other.run.abbreviated, .objectID): \(other.grade.rawValue)")
    }
    for run in again {
      row("reproduced by", "\(run.id.abbreviated, .objectID): \(run.grade?.rawValue ?? "unknown")")
    }
    text.table(table, indent: 2)
    for difference in record.reproduces?.differences ?? [] { text.line("    \(difference)") }
  }

  private var state: StyledString {
    let ending =
      record.signal.map { ", by signal \($0)" } ?? record.reason.map { ": \($0)" } ?? ""
    return "\(RunSummary(record, id: id).styledState)\(ending)"
  }

  private func writeCode(to text: inout StyledText) {
    let code = record.code
    text.line("\("Code", .heading)")
    var place: StyledString = "without a commit"
    if let commit = code.commit {
      let branch: StyledString = code.branch.map { " on \($0, .reference)" } ?? ""
      place = "commit \(String(commit.prefix(10)), .commit)\(branch)"
    }
    text.line("  \(place)\(code.isModified ? ", modified" : "")")
    let tree = code.tree
    text.line("  tree \(tree.oid, .objectID) (\(counted(tree.files ?? 0, "file")), \(tree.size))")
    if let patch = code.patch {
      text.line("  patch of \(patch.size): \("shale cat \(patch.oid)", .command)")
    }
    for file in code.leftOut ?? [] {
      text.line("  left out \(file.path, .path) (\(file.size), \(file.reason.rawValue))")
    }
    for module in code.submodules ?? [] {
      text.line("  submodule \(module.path, .path) at \(String(module.commit.prefix(10)), .commit)")
    }
  }

  private func writeSettings(to text: inout StyledText) {
    guard let settings = record.settings, !settings.isEmpty else { return }
    text.line("\("Set for this run", .heading)")
    for setting in settings {
      text.line("  \(setting.path, .path): \(ByteString(setting.key)) = \(setting.value)")
    }
  }

  // MARK: - Values and data

  /// How many values of a file are shown unless the user wants to read all.
  private static let valueLimit = 100

  private static func write(
    _ title: String, _ files: [RunValues]?, to text: inout StyledText
  ) {
    guard let files, !files.isEmpty else { return }
    text.line("\(title, .heading)")
    for file in files {
      text.line("  \(file.path, .path)\(file.problem.map { ": \(ByteString($0))" } ?? "")")
      let leaves = file.values?.flattened ?? []
      let count = text.verbosity == .verbose ? leaves.count : valueLimit
      var table = Table([.left, .left])
      for leaf in leaves.prefix(count) { table.add(["\(leaf.path)", "\(leaf.value, .number)"]) }
      text.table(table, indent: 4)
      if leaves.count > count { text.line("    … and \(grouped(leaves.count - count)) more") }
    }
  }

  private static func write(
    _ title: String, _ artifacts: [RunArtifact], to text: inout StyledText
  ) {
    guard !artifacts.isEmpty else { return }
    text.line("\(title, .heading)")
    let count = text.verbosity == .verbose ? artifacts.count : valueLimit
    var table = Table([.left, .left, .right, .left])
    for artifact in artifacts.prefix(count) {
      let files = artifact.files.map { ", \(counted($0, "file"))" } ?? ""
      let read = artifact.read.map { ", \(grouped($0.files ?? 0)) of them read" } ?? ""
      let tracking = artifact.tracked == nil ? ", not tracked" : ""
      table.add([
        "\(artifact.path, .path)\(artifact.kind == .tree ? "/" : "")",
        "\(artifact.oid.abbreviated, .objectID)", "\(artifact.size, .number)",
        "\("\(artifact.origin.rawValue)\(files)\(read)\(tracking)", .faint)",
      ])
    }
    text.table(table, indent: 2)
    if artifacts.count > count { text.line("  … and \(grouped(artifacts.count - count)) more") }
  }

  // MARK: - Where it ran

  private func writeSurroundings(to text: inout StyledText) {
    let missed = record.observation.mayMiss
    text.line(
      "\("Observed", .heading) by \(record.observation.method.rawValue)\(missed.isEmpty ? "" : ", which may miss:")"
    )
    for blind in missed { text.line("  \(ByteString(blind))") }
    if let machine = record.machine {
      text.line("\("Machine", .heading)")
      text.line("  \(ByteString(machine.system)), \(ByteString(machine.architecture))")
      text.line(
        "  \(machine.processors) × \(ByteString(machine.processor)), \(machine.memory) of memory")
      for accelerator in machine.accelerators { text.line("  \(ByteString(accelerator))") }
    }
    if let use = record.use {
      text.line(
        "  used \(elapsed(use.processorSeconds)) of processors, \(use.peakMemory) of memory at most"
      )
    }
    writeTools(to: &text)
    for (name, value) in (record.environment ?? [:]).sorted(by: { $0.key < $1.key }) {
      text.line("  \(ByteString(name))=\(ByteString(value))")
    }
    if let redacted = record.redacted, !redacted.isEmpty {
      text.line(
        "\("Redacted", .heading) \(redacted.map { "\(ByteString($0))" }.joined(separator: ", "))")
    }
  }

  private func writeTools(to text: inout StyledText) {
    guard let tools = record.tools else { return }
    text.line("\("Tools", .heading)")
    var versions = ["shale \(tools.shale)"]
    if let git = tools.git { versions.append("git \(git)") }
    if let tool = tools.interpreter { versions.append("\(tool.name) \(tool.version)") }
    text.line("  \(versions.map { "\(ByteString($0))" }.joined(separator: ", "))")
    if let packages = tools.packages {
      text.line(
        "  \(counted(packages.files ?? 0, "package")): \("shale cat \(packages.oid)", .command)")
    }
  }
}
