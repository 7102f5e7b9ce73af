internal import Arguments
internal import Documents
internal import Primitives
package import Terminal

/// The parameters or metrics of a moment.
package struct ValuesShowReport: Report {
  /// The values of one file.
  struct File: Encodable {
    let path: RepositoryPath
    let values: DocumentValue

    /// How many rows the file has, where the values are those of the last one.
    let rows: Int?
  }

  let kind: ValueKind
  let moment: Moment
  let files: [File]

  /// How many significant digits numbers have; `nil` to show them all.
  let digits: Int?
  let isMarkdown: Bool

  /// Why files could not be read.
  let problems: [CommandFailure]

  private enum CodingKeys: CodingKey {
    case moment, files
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(moment, forKey: .moment)
    try container.encode(files, forKey: .files)
  }

  package var failure: CommandFailure? { CommandFailure(first: problems) }

  /// The keys of its JSON.
  static let keys = [
    ResultKey("moment", "What the values are of", of: Moment.keys),
    ResultKey(
      "files", "The files that hold values",
      each: [
        ResultKey("path", "The file, or the directory of another tool"),
        ResultKey(document: "values", "What stands there"),
        ResultKey("rows", "How many rows it has, of which the last is shown", isOptional: true),
      ]),
  ]

  package func write(to text: inout StyledText) {
    if isMarkdown { return writeMarkdown(to: &text) }
    if files.isEmpty, problems.isEmpty {
      return text.line("No \(kind.noun) \(moment.phrase).")
    }
    for (index, file) in files.enumerated() {
      if index > 0 { text.line() }
      let note = file.rows.map { ", last of \(counted($0, "row"))" } ?? ""
      text.line("\(file.path, .path)\(note, .faint)")
      write(file, to: &text)
    }
  }

  private func write(_ file: File, to text: inout StyledText) {
    let words = ValueText(digits: digits)
    let leaves = ValueFile(path: file.path, values: file.values).leaves()
    if leaves.isEmpty { return text.line("  \("nothing", .faint)") }
    let values = ValueText.aligned(
      leaves.map { (words.text($0.value), $0.value.double != nil) })
    var table = Table([.left, .left])
    for (leaf, value) in zip(leaves, values) {
      table.add(["\(ByteString(leaf.path.description))", StyledString(value)])
    }
    text.table(table, indent: 2)
  }

  private func writeMarkdown(to text: inout StyledText) {
    let words = ValueText(digits: digits)
    let hasFiles = files.count > 1
    var table = MarkdownTable(
      (hasFiles ? [("file", .left)] : []) + [("key", .left), (moment.label, .right)])
    for file in files {
      for leaf in ValueFile(path: file.path, values: file.values).leaves() {
        table.add(
          (hasFiles ? [file.path.description] : []) + [
            ByteString(leaf.path.description).description, words.text(leaf.value),
          ])
      }
    }
    table.write(to: &text)
  }
}

extension CommandFailure {
  /// The first of some failures, with how many more there are; `nil` where there is none.
  init?(first failures: [CommandFailure]) {
    guard let first = failures.first else { return nil }
    let rest = failures.count - 1
    let others = rest > 0 ? "; \(rest) more cannot be read either" : ""
    self.init(first.kind, id: first.id, first.message + others, hints: first.hints)
  }
}
