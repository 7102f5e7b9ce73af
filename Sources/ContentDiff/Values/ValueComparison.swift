internal import Documents

/// How two documents differ.
package struct ValueDifference: Encodable, Equatable, Sendable {
  /// A place at which they differ.
  package struct Change: Encodable, Equatable, Sendable {
    /// What became of a value.
    package enum Kind: String, Encodable, Sendable {
      case added, changed, removed
    }

    package let kind: Kind

    /// The key path, `train.lr`; empty for the document as a whole.
    package let path: String

    /// The values on one line, cut where they are long.
    package let old: String?
    package let new: String?
  }

  /// How many values came, went, or are others.
  package internal(set) var added = 0
  package internal(set) var removed = 0
  package internal(set) var changed = 0

  /// The first of them.
  package internal(set) var changes: [Change] = []
}

/// Compares two documents by key paths; the order of keys does not count.
struct ValueComparison {
  private let limit: Int
  private var difference = ValueDifference()

  /// Compares two values.
  static func compare(_ old: DocumentValue, _ new: DocumentValue, limit: Int) -> ValueDifference {
    var comparison = Self(limit: limit)
    comparison.compare(old, new, at: [])
    return comparison.difference
  }

  private init(limit: Int) {
    self.limit = limit
  }

  private mutating func compare(_ old: DocumentValue, _ new: DocumentValue, at place: [String]) {
    switch (old, new) {
    case (.table(let left), .table(let right)):
      let fields = Dictionary(right.map { ($0.key, $0.value) }) { first, _ in first }
      for field in left { compare(field.value, fields[field.key], at: place + [field.key]) }
      let known = Set(left.map(\.key))
      for field in right where !known.contains(field.key) {
        compare(nil, field.value, at: place + [field.key])
      }
    case (.list(let left), .list(let right)):
      for index in 0..<max(left.count, right.count) {
        compare(
          index < left.count ? left[index] : nil, index < right.count ? right[index] : nil,
          at: place + ["\(index)"])
      }
    default:
      if old != new { note(.changed, place, old, new) }
    }
  }

  private mutating func compare(
    _ old: DocumentValue?, _ new: DocumentValue?, at place: [String]
  ) {
    switch (old, new) {
    case (let old?, let new?): compare(old, new, at: place)
    case (let old?, nil): note(.removed, place, old, nil)
    case (nil, let new?): note(.added, place, nil, new)
    case (nil, nil): break
    }
  }

  private mutating func note(
    _ kind: ValueDifference.Change.Kind, _ place: [String], _ old: DocumentValue?,
    _ new: DocumentValue?
  ) {
    switch kind {
    case .added: difference.added += 1
    case .changed: difference.changed += 1
    case .removed: difference.removed += 1
    }
    guard difference.changes.count < limit else { return }
    difference.changes.append(
      .init(
        kind: kind, path: DocumentPath(place).description,
        old: old.map { Excerpt.text(of: $0.description) },
        new: new.map { Excerpt.text(of: $0.description) }))
  }
}
