internal import Documents
internal import Primitives

/// An order of runs.
package struct RunOrder: Sendable {
  package let key: RunKey
  package let isDescending: Bool

  /// The order of a list that nobody asked to be sorted.
  package static let newestFirst = Self(.fact(.started), isDescending: true)

  package init(_ key: RunKey, isDescending: Bool) {
    self.key = key
    self.isDescending = isDescending
  }

  /// Reads `acc`, or `-acc` for the largest first.
  ///
  /// - Throws: As ``RunKeys/key(named:)``.
  package init(_ word: String, in keys: RunKeys) throws(RunQueryError) {
    let isDescending = word.hasPrefix("-")
    self.init(
      try keys.key(named: isDescending ? String(word.dropFirst()) : word),
      isDescending: isDescending)
  }

  /// The runs in this order: numbers before texts, and what has no value, or none that is a
  /// number, last in either direction.
  ///
  /// Runs that are alike stay in the order in which they came.
  package func sorted(_ runs: [RunSummary]) -> [RunSummary] {
    let values = RunSummary.values(of: key, in: runs)
    var entries = runs.indices.map { Entry(rank: Rank(values[$0]), number: $0) }
    entries.sort { left, right in
      if left.rank.isLast != right.rank.isLast { return right.rank.isLast }
      if left.rank < right.rank { return !isDescending }
      if right.rank < left.rank { return isDescending }
      return left.number < right.number
    }
    return entries.map { runs[$0.number] }
  }

  private struct Entry {
    let rank: Rank
    let number: Int
  }

  /// A value as far as order is concerned.
  private enum Rank: Comparable {
    case number(Double)
    case time(Timestamp)
    case text(String)
    case nothing

    var isLast: Bool { self == .nothing }

    init(_ value: RunValue?) {
      switch value {
      case nil, .value(.null)?: self = .nothing
      case .time(let time)?: self = .time(time)
      case .text(let text)?: self = .text(text)
      case .duration(let seconds)?: self = seconds.isNaN ? .nothing : .number(seconds)
      case .value(let value)?:
        guard let number = value.comparableNumber else {
          self = .text(value.plainText)
          return
        }
        self = number.isNaN ? .nothing : .number(number)
      }
    }
  }
}

extension DocumentValue {
  /// The value as a number, if it is one, or the text of one: records write `NaN` and integers
  /// that no double holds as texts.
  var comparableNumber: Double? {
    if case .text(let text) = self {
      return text.utf8.count <= 64 && text.first?.isWhitespace == false ? Double(text) : nil
    }
    return double
  }

  /// The value as a text that is compared: a text as it is, and all others as they are shown.
  var plainText: String {
    if case .text(let text) = self { return text }
    return description
  }
}
