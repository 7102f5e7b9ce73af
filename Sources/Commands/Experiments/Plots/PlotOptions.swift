internal import Arguments
internal import Documents
internal import Primitives

/// What the commands of `plots` accept.
struct PlotOptions {
  /// How numbers are drawn.
  enum Kind: String, CaseIterable, ArgumentValue {
    case line, scatter, bar, confusion
  }

  static let words = Operand<[ByteString]>(
    "REV|RUN|FILE", help: "Revisions or runs, then files or directories", completion: .revisions)
  static let x = Option<ByteString?>(
    nil, short: "x", value: "KEY", help: "The column that runs along a chart: the step by default")
  static let y = Option<[ByteString]>(
    nil, short: "y", value: "KEY", help: "Draw this column or metric, and no others (repeatable)")
  static let kind = Option<Kind?>(
    "kind", short: "k", value: "KIND", help: "How numbers are drawn, if not as they suggest")
  static let output = Option<ByteString?>(
    "output", short: "o", value: "FILE",
    help: "Write to FILE: `shale-plots.html` or `shale-plots.svg` by default", completion: .files)
  static let isSVG = Flag("svg", help: "Write one chart as SVG, not a page of HTML")
  static let force = Flag("force", short: "f", help: "Overwrite a file that Shale did not draw")

  static let parameters: [any ParameterDeclaration] = [x, y, kind, output, isSVG, force, words]

  /// Up to any number of moments, then files.
  let words: [ByteString]

  /// How many words came before `--`, if that was there.
  let separator: Int?

  /// The column that runs along charts.
  let x: String?

  /// The columns and metrics that are drawn; all where it is empty.
  let y: [String]
  let kind: Kind?
  let output: ByteString
  let isSVG: Bool
  let isForced: Bool

  init(_ arguments: ParsedArguments) throws(UsageError) {
    words = try arguments[Self.words]
    separator = arguments.separator
    x = try arguments[Self.x].map { word throws(UsageError) in try Self.text(word, of: "-x") }
    y = try arguments[Self.y].map { word throws(UsageError) in try Self.text(word, of: "-y") }
    kind = try arguments[Self.kind]
    isSVG = arguments[Self.isSVG]
    isForced = arguments[Self.force]
    output = try arguments[Self.output] ?? (isSVG ? "shale-plots.svg" : "shale-plots.html")
  }

  private static func text(_ word: ByteString, of option: String) throws(UsageError) -> String {
    guard let text = word.text else {
      throw .invalidValue(word, of: option, expected: "text in UTF-8")
    }
    return text
  }

  /// Whether a column or metric is to be drawn.
  func wants(_ name: String) -> Bool { y.isEmpty || y.contains(name) }
}
