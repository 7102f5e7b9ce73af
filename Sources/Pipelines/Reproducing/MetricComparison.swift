package import Documents
internal import Lineage
internal import Platform
package import Primitives

/// One metric of a run, beside its value when the run was made again.
package struct MetricVerdict: Hashable, Sendable {
  /// How the two compare.
  package enum Verdict: String, Hashable, Sendable {
    case equal
    /// Not equal, and not farther apart than was asked for.
    case within
    case different
    /// Only one of the two has it.
    case missing
    /// Secret values are not compared.
    case redacted
  }

  /// The file that it stands in.
  package let path: RepositoryPath

  /// Its place in the file; nothing where the file is no document.
  package let key: String
  package let recorded: DocumentValue?
  package let now: DocumentValue?
  package let verdict: Verdict

  /// By how much a number grew.
  package var change: Double? {
    guard let then = recorded?.double, let now = now?.double else { return nil }
    return now - then
  }

  /// Whether it does not speak against the run being the same.
  var isGood: Bool { verdict == .equal || verdict == .within || verdict == .redacted }

  /// Compares two values.
  ///
  /// A number is within a tolerance X where it differs by no more than X × max(1, |recorded|): so
  /// that X is absolute for small numbers, and relative for large ones.
  init(
    path: RepositoryPath, key: String, recorded: DocumentValue?, now: DocumentValue?,
    tolerance: Double
  ) {
    self.path = path
    self.key = key
    self.recorded = recorded
    self.now = now
    verdict =
      switch (recorded, now) {
      case (let then?, let now?): Self.compare(then, now, tolerance)
      default: .missing
      }
  }

  private static func compare(
    _ then: DocumentValue, _ now: DocumentValue, _ tolerance: Double
  ) -> Verdict {
    if then == .text(Redaction.replacement) { return .redacted }
    if then == now { return .equal }
    guard let old = then.double, let new = now.double else { return .different }
    if old == new { return .equal }
    let isWithin = old.isFinite && abs(new - old) <= tolerance * max(1, abs(old))
    return isWithin ? .within : .different
  }
}

/// Compares the metrics that a command wrote with those of a record.
struct MetricComparison {
  /// The root of the worktree.
  let root: FilePath

  /// See ``MetricVerdict``.
  let tolerance: Double

  /// What the metrics files hold now.
  private(set) var values: [RunValues] = []
  private(set) var verdicts: [MetricVerdict] = []

  /// Whether every file has the bits that it had.
  private(set) var isIdentical = true

  init(root: FilePath, tolerance: Double) {
    self.root = root
    self.tolerance = tolerance
  }

  /// Compares files of metrics; one that cannot be read counts as missing.
  mutating func compare(_ files: [RunValues], _ redaction: inout Redaction) {
    for file in files {
      let keys = (file.keys ?? []).compactMap { try? DocumentPath($0) }
      let request = RunRequest.Values(path: file.path, keys: keys)
      let now =
        root.leadsStraight(to: file.path)
        ? (try? ValueFiles(root: root).metrics(request, &redaction)).flatMap { $0 } : nil
      if let now { values.append(now) }
      isIdentical = isIdentical && now?.oid == file.oid
      compare(file, now)
    }
  }

  private mutating func compare(_ then: RunValues, _ now: RunValues?) {
    guard let old = then.values else {
      // No document before: its bits are all that can be compared.
      let isEqual = now?.oid == then.oid
      verdicts.append(
        MetricVerdict(
          path: then.path, key: "", recorded: .text(then.oid.abbreviated),
          now: isEqual ? .text(then.oid.abbreviated) : now.map { .text($0.oid.abbreviated) },
          tolerance: 0))
      return
    }
    let olds = Self.leaves(of: old)
    let news = now?.values.map { Self.leaves(of: $0) } ?? [:]
    for key in Set(olds.keys).union(news.keys).sorted() {
      verdicts.append(
        MetricVerdict(
          path: then.path, key: key, recorded: olds[key], now: news[key], tolerance: tolerance))
    }
  }

  private static func leaves(of value: DocumentValue) -> [String: DocumentValue] {
    Dictionary(value.flattened.map { ($0.path.description, $0.value) }) { $1 }
  }
}
