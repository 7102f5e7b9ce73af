internal import Arguments
internal import Primitives
package import Terminal

/// How the parameters or metrics of two moments differ.
package struct ValuesDiffReport: Report {
  let kind: ValueKind
  let old: Moment
  let new: Moment

  /// The keys that differ, and those that do not where they were asked for.
  let changes: [ValueChange]

  /// How many significant digits numbers have at least.
  let digits: Int
  let isMarkdown: Bool
  let usesExitCode: Bool

  /// Why files could not be read.
  let problems: [CommandFailure]

  private enum CodingKeys: CodingKey {
    case old, new, changes
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(old, forKey: .old)
    try container.encode(new, forKey: .new)
    try container.encode(changes, forKey: .changes)
  }

  package var failure: CommandFailure? { CommandFailure(first: problems) }

  package var status: ExitStatus {
    usesExitCode && changes.contains { !$0.isSame } ? .different : .done
  }

  /// The keys of its JSON.
  static let keys = [
    ResultKey("old", "The one side", of: Moment.keys),
    ResultKey("new", "The other side", of: Moment.keys),
    ResultKey(
      "changes", "The values that differ, with `--all` all of them", each: ValueChange.keys),
  ]

  package func write(to text: inout StyledText) {
    let table = ValueChangeTable(changes, digits: digits, headings: (old.label, new.label))
    if isMarkdown { return table.writeMarkdown(to: &text) }
    if changes.isEmpty {
      if !problems.isEmpty { return }
      return text.line("No \(kind.noun) differ between \(old.styledLabel) and \(new.styledLabel).")
    }
    text.table(table.table)
  }
}
