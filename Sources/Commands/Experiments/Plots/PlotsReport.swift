internal import Arguments
internal import Primitives
package import Terminal

/// What was drawn, and where to.
package struct PlotsReport: Report {
  /// One chart.
  struct Chart: Encodable {
    let title: String
    let kind: String
    let path: RepositoryPath

    init(_ item: PlotCharts.Item) {
      title = item.title
      kind = item.kind.rawValue
      path = item.path
    }
  }

  /// The file, as it was named.
  let output: String
  let moments: [Moment]
  let charts: [Chart]

  /// Why files could not be read.
  let problems: [CommandFailure]

  private enum CodingKeys: CodingKey {
    case output, moments, charts
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(output, forKey: .output)
    try container.encode(moments, forKey: .moments)
    try container.encode(charts, forKey: .charts)
  }

  package var failure: CommandFailure? { CommandFailure(first: problems) }
  package var isConfirmation: Bool { true }

  /// The keys of its JSON.
  static let keys = [
    ResultKey("output", "The file that was written"),
    ResultKey("moments", "What was drawn of", each: Moment.keys),
    ResultKey(
      "charts", "The charts, in their order",
      each: [
        ResultKey("title", "What stands above it"),
        ResultKey("kind", "`line`, `scatter`, `bar` or `confusion`"),
        ResultKey("path", "The file or directory that the numbers come from"),
      ]),
  ]

  package func write(to text: inout StyledText) {
    text.line("wrote \(output, .path): \(counted(charts.count, "chart"))")
  }
}
