internal import Arguments
internal import Lineage
internal import Primitives

extension CommandFailure {
  /// Explains why runs cannot be filtered or sorted as asked.
  init(_ error: RunQueryError) {
    switch error {
    case .unknownKey(let word, let known):
      let near =
        Suggestion.nearest(to: ByteString(word), among: known)
        + known.filter { $0.hasSuffix(".\(word)") || $0.hasSuffix(":\(word)") }.prefix(3)
      self.init(
        .usage, id: "run-key-unknown", "\(error)",
        hints: (near.isEmpty ? [] : ["Did you mean \(Self.list(near))?"])
          + ["Known keys are \(Self.list(Array(known.prefix(12))))\(known.count > 12 ? ", …" : "")"]
      )
    case .ambiguousKey(_, let labels):
      self.init(
        .usage, id: "run-key-ambiguous", "\(error)",
        hints: ["Write one of \(Self.list(Array(labels.prefix(5))))"])
    case .badExpression:
      self.init(
        .usage, id: "bad-expression", "\(error)",
        hints: ["Write for example `--where 'lr<0.1 and (acc>0.9 or state=failed)'`"])
    case .badInterval:
      self.init(
        .usage, id: "bad-interval", "\(error)", hints: ["Write for example `90s`, `12h` or `30d`"])
    }
  }

  private static func list(_ words: [String]) -> String {
    words.map { "`\(ByteString($0))`" }.joined(separator: ", ")
  }
}

extension RunQueryError: ExplainableError {
  var explanation: CommandFailure { CommandFailure(self) }
}
