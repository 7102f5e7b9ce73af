internal import Documents
internal import Primitives

/// A condition on runs: `lr<0.1 and acc>0.9`.
///
/// A comparison with a key that a run does not have is false, `!=` too.
package struct RunFilter: Sendable {
  /// A condition and the conditions that it is made of.
  indirect enum Condition: Sendable {
    case all([Condition])
    case any([Condition])
    case not(Condition)
    case comparison(RunKey, Comparison, Operand)
  }

  /// How two values are compared.
  enum Comparison: String, Sendable, CaseIterable {
    case equal = "="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    /// A text holds another, or matches a pattern with `*`, `?` and `[…]`.
    case like = "~"
  }

  /// The right side of a comparison, read as what the key wants.
  enum Operand: Sendable {
    case number(Double, spelling: String)
    case boolean(Bool)
    case null
    case text(String)
    /// From the first moment that is meant up to, and without, the second.
    case time(Timestamp, until: Timestamp)
    case duration(Double)
  }

  let condition: Condition

  /// Reads a condition.
  ///
  /// - Parameters:
  ///   - text: The expression: comparisons joined by `and`, `or`, `not` and parentheses.
  ///   - keys: What the runs have that it is about.
  /// - Throws: ``RunQueryError``.
  package init(_ text: String, in keys: RunKeys) throws(RunQueryError) {
    var parser = try RunFilterParser(text, in: keys)
    condition = try parser.parse()
  }

  /// Whether the condition holds for a run.
  package func matches(_ run: RunSummary) -> Bool { Self.holds(condition, for: run) }

  private static func holds(_ condition: Condition, for run: RunSummary) -> Bool {
    switch condition {
    case .all(let parts): parts.allSatisfy { holds($0, for: run) }
    case .any(let parts): parts.contains { holds($0, for: run) }
    case .not(let part): !holds(part, for: run)
    case .comparison(let key, let comparison, let operand):
      run.value(of: key).map { compare($0, comparison, operand) } ?? false
    }
  }

  // MARK: - Comparing

  private static func compare(
    _ value: RunValue, _ comparison: Comparison, _ operand: Operand
  ) -> Bool {
    switch (value, operand) {
    case (.time(let time), .time(let start, let end)):
      switch comparison {
      case .equal: time >= start && time < end
      case .notEqual: time < start || time >= end
      default: order(time, comparison, start)
      }
    case (.duration(let seconds), .duration(let wanted)): order(seconds, comparison, wanted)
    case (.text(let text), .text(let wanted)): compare(text, comparison, wanted)
    case (.value(let value), _): compare(value, comparison, operand)
    default: comparison == .notEqual
    }
  }

  private static func compare(
    _ value: DocumentValue, _ comparison: Comparison, _ operand: Operand
  ) -> Bool {
    switch operand {
    case .number(let wanted, let spelling):
      if comparison == .like { return like(value.plainText, spelling) }
      guard let number = value.comparableNumber else { return comparison == .notEqual }
      if case .integer(let left) = value, let right = Int(spelling) {
        return order(left, comparison, right)
      }
      return order(number, comparison, wanted)
    case .text(let wanted): return compare(value.plainText, comparison, wanted)
    case .boolean(let wanted): return isEqual(value, .boolean(wanted), comparison)
    case .null: return isEqual(value, .null, comparison)
    case .time, .duration: return false
    }
  }

  private static func isEqual(
    _ value: DocumentValue, _ wanted: DocumentValue, _ comparison: Comparison
  ) -> Bool {
    switch comparison {
    case .equal: value == wanted
    case .notEqual: value != wanted
    case .like: like(value.plainText, wanted.plainText)
    default: false
    }
  }

  private static func compare(_ text: String, _ comparison: Comparison, _ wanted: String) -> Bool {
    comparison == .like ? like(text, wanted) : order(text, comparison, wanted)
  }

  private static func order<Value: Comparable>(
    _ left: Value, _ comparison: Comparison, _ right: Value
  ) -> Bool {
    switch comparison {
    case .equal, .like: left == right
    case .notEqual: left != right
    case .less: left < right
    case .lessOrEqual: left <= right
    case .greater: left > right
    case .greaterOrEqual: left >= right
    }
  }

  private static func like(_ text: String, _ pattern: String) -> Bool {
    guard pattern.utf8.contains(where: { "*?[".utf8.contains($0) }) else {
      return text.contains(pattern)
    }
    return WildMatch.matches(pattern.utf8, text.utf8)
  }
}
