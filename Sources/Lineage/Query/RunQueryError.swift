/// Why runs cannot be filtered or sorted as asked.
package enum RunQueryError: Error, Hashable {
  /// No run has such a key; `known` are the words that would mean one.
  case unknownKey(String, known: [String])

  /// Several keys are called so; each of the labels means one of them.
  case ambiguousKey(String, labels: [String])

  /// An expression cannot be read: what is wrong, and at which character, counted from 1.
  case badExpression(String, column: Int, reason: String)

  /// A word is no length of time.
  case badInterval(String)
}

extension RunQueryError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unknownKey(let word, _): "Key '\(word)' is in no run"
    case .ambiguousKey(let word, let labels):
      "Key '\(word)' could be one of \(labels.count): "
        + labels.prefix(5).joined(separator: ", ") + (labels.count > 5 ? ", …" : "")
    case .badExpression(let text, let column, let reason):
      "Expression '\(text)' is wrong at column \(column): \(reason)"
    case .badInterval(let word): "'\(word)' is no length of time"
    }
  }
}
