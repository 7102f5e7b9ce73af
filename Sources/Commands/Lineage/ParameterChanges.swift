internal import Documents
internal import Lineage
internal import Primitives

/// Which parameters of a run differ from those of the run before it.
///
/// The run before is the last that made something at one of the same paths.
struct ParameterChanges {
  private let before: [ObjectID: RunSummary]

  init(_ runs: [RunSummary]) {
    var last: [RepositoryPath: RunSummary] = [:]
    var before: [ObjectID: RunSummary] = [:]
    for run in runs {
      before[run.id] = run.outputs.lazy.compactMap { last[$0.path] }.max { $0.started < $1.started }
      for output in run.outputs { last[output.path] = run }
    }
    self.before = before
  }

  /// The parameters of a run, those that changed first, each with its value before.
  func values(of run: ObjectID, _ values: [RunSummary.Value]) -> [ChangedValue] {
    var old: [String: String] = [:]
    for value in before[run]?.parameters ?? [] {
      old["\(value.path) \(value.key)"] = value.value.description
    }
    let all = values.map { value in
      ChangedValue(
        value, before: old["\(value.path) \(value.key)"])
    }
    return all.filter { $0.before != nil } + all.filter { $0.before == nil }
  }
}

/// A parameter, and what it was before if it was something else.
struct ChangedValue {
  let value: RunSummary.Value
  let before: String?

  init(_ value: RunSummary.Value, before: String?) {
    self.value = value
    self.before = before == value.value.description ? nil : before
  }
}
