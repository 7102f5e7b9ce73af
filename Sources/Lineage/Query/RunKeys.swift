internal import Primitives

/// The keys that a list of runs has, and what they are called.
package struct RunKeys: Sendable {
  /// The places of parameters, in the order in which they first occur.
  package let parameters: [RunPlace]

  /// The places of metrics, in the order in which they first occur.
  package let metrics: [RunPlace]

  /// Whether there were no runs at all, so that any key may be asked for.
  package let isEmpty: Bool
  private let labels: [RunKey: String]

  /// Collects the keys of some runs.
  package init(_ runs: some Collection<RunSummary>) {
    parameters = Self.places(of: runs, \.parameters)
    metrics = Self.places(of: runs, \.metrics)
    isEmpty = runs.isEmpty
    labels = Self.labels(parameters: parameters, metrics: metrics)
  }

  /// Every place once.
  ///
  /// Runs of one project have mostly the same keys in the same order: only those that are not
  /// where the run before had them are looked up.
  private static func places(
    of runs: some Collection<RunSummary>, _ values: (RunSummary) -> [RunSummary.Value]
  ) -> [RunPlace] {
    var places: [RunPlace] = []
    var seen: Set<RunPlace> = []
    var previous: [RunSummary.Value] = []
    for run in runs {
      let current = values(run)
      for (index, value) in current.enumerated() {
        if index < previous.count, previous[index].key == value.key,
          previous[index].path == value.path
        {
          continue
        }
        let place = RunPlace(path: value.path, key: value.key)
        if seen.insert(place).inserted { places.append(place) }
      }
      previous = current
    }
    return places
  }

  // MARK: - Names

  private static func labels(
    parameters: [RunPlace], metrics: [RunPlace]
  ) -> [RunKey: String] {
    var uses: [String: Int] = [:]
    for place in parameters + metrics { uses[place.key, default: 0] += 1 }
    var labels: [RunKey: String] = [:]
    func name(_ places: [RunPlace], _ prefix: String, _ key: (RunPlace) -> RunKey) {
      var files: [String: Int] = [:]
      for place in places { files[place.key, default: 0] += 1 }
      for place in places {
        let isFree = uses[place.key] == 1 && RunFact(word: place.key) == nil
        let isAlone = files[place.key] == 1
        labels[key(place)] =
          isFree ? place.key : prefix + (isAlone ? place.key : "\(place.path):\(place.key)")
      }
    }
    name(parameters, "params.", RunKey.parameter)
    name(metrics, "metrics.", RunKey.metric)
    return labels
  }

  /// The shortest word that means a key and no other.
  package func label(of key: RunKey) -> String {
    if case .fact(let fact) = key { return fact.rawValue }
    return labels[key] ?? ""
  }

  /// Every word that ``label(of:)`` can give, for suggestions.
  package var words: [String] {
    RunFact.allCases.map(\.rawValue) + parameters.map { label(of: .parameter($0)) }
      + metrics.map { label(of: .metric($0)) }
  }

  /// The key that a word means: a fact, `lr`, `params.lr`, `metrics.acc`, or with the file
  /// `params.yaml:lr`.
  ///
  /// - Throws: ``RunQueryError/unknownKey(_:known:)`` or ``RunQueryError/ambiguousKey(_:labels:)``.
  package func key(named word: String) throws(RunQueryError) -> RunKey {
    if let fact = RunFact(word: word) { return .fact(fact) }
    let candidates =
      Self.places(parameters, named: word, prefix: "params.").map(RunKey.parameter)
      + Self.places(metrics, named: word, prefix: "metrics.").map(RunKey.metric)
    if candidates.count > 1 {
      throw .ambiguousKey(word, labels: candidates.map(label))
    }
    guard let key = candidates.first else { throw .unknownKey(word, known: words) }
    return key
  }

  private static func places(
    _ places: [RunPlace], named word: String, prefix: String
  ) -> [RunPlace] {
    let words = [word] + (word.hasPrefix(prefix) ? [String(word.dropFirst(prefix.count))] : [])
    return places.filter { place in
      words.contains(place.key) || words.contains("\(place.path):\(place.key)")
    }
  }
}
