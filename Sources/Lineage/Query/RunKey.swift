package import Documents
package import Primitives

/// Something that can be asked of a run: shown in a column, sorted by, or compared.
package enum RunKey: Hashable, Sendable {
  case fact(RunFact)
  case parameter(RunPlace)
  case metric(RunPlace)
}

/// What every run has, or may have, besides parameters and metrics.
package enum RunFact: String, Hashable, Sendable, CaseIterable {
  case id
  case name
  case started
  /// How long it took.
  case duration
  case state
  /// What the command ended with.
  case status
  case command
  /// The commit that `HEAD` named.
  case commit
  /// The id of the run that it made again.
  case reproduces

  /// The fact that a word means.
  package init?(word: String) {
    switch word {
    case "when": self = .started
    case "seconds": self = .duration
    default: self.init(rawValue: word)
    }
  }
}

/// Where a parameter or metric stands: in which file, under which key.
package struct RunPlace: Hashable, Sendable {
  package let path: RepositoryPath

  /// The place in the file: `model.lr`.
  package let key: String

  package init(path: RepositoryPath, key: String) {
    self.path = path
    self.key = key
  }
}

/// What a run has under a key.
package enum RunValue: Hashable, Sendable {
  /// A value of a parameter or metrics file, or a number of the run itself.
  case value(DocumentValue)
  /// A text of the run itself.
  case text(String)
  /// When it began.
  case time(Timestamp)
  /// How long it took, in seconds.
  case duration(Double)
}

extension RunSummary {
  /// What the run has under a key; `nil` where it has nothing.
  package func value(of key: RunKey) -> RunValue? {
    switch key {
    case .fact(let fact): value(of: fact)
    case .parameter(let place): Self.value(at: place, in: parameters).map(RunValue.value)
    case .metric(let place): Self.value(at: place, in: metrics).map(RunValue.value)
    }
  }

  /// What runs have under a key, in their order.
  ///
  /// Runs of one project have a value mostly at the same place of the list: it is looked for there
  /// first.
  package static func values(of key: RunKey, in runs: [RunSummary]) -> [RunValue?] {
    let place: RunPlace
    let isMetric: Bool
    switch key {
    case .fact: return runs.map { $0.value(of: key) }
    case .parameter(let wanted): (place, isMetric) = (wanted, false)
    case .metric(let wanted): (place, isMetric) = (wanted, true)
    }
    var hint = 0
    return runs.map { run in
      let values = isMetric ? run.metrics : run.parameters
      if hint < values.count, values[hint].isAt(place) { return .value(values[hint].value) }
      guard let index = values.firstIndex(where: { $0.isAt(place) }) else { return nil }
      hint = index
      return .value(values[index].value)
    }
  }

  private func value(of fact: RunFact) -> RunValue? {
    func text(_ text: String?) -> RunValue? { text.map(RunValue.text) }
    switch fact {
    case .id: return text(id.hex)
    case .name: return text(name)
    case .started: return .time(started)
    case .duration: return seconds.map(RunValue.duration)
    case .state: return text(state.rawValue)
    case .status: return exitStatus.map { .value(.integer($0)) }
    case .command: return text(commandLine)
    case .commit: return text(commit)
    case .reproduces: return text(reproduces?.hex)
    }
  }

  private static func value(at place: RunPlace, in values: [Value]) -> DocumentValue? {
    values.first { $0.isAt(place) }?.value
  }
}

extension RunSummary.Value {
  fileprivate func isAt(_ place: RunPlace) -> Bool {
    // Keys differ more often than files, and are cheaper to compare.
    key == place.key && path == place.path
  }
}
