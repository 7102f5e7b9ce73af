import Testing

/// Places that break a rule, gathered so that one run names them all.
struct Violations {
  private(set) var places: [String] = []

  mutating func add(_ file: ProjectFile, _ line: Int, _ text: Substring) {
    places.append("\(file.path):\(line): \(text.drop { $0 == " " })")
  }

  mutating func add(_ place: String) {
    places.append(place)
  }

  /// Fails the test if anything was found, with what to do instead.
  func expectNone(_ advice: String, sourceLocation location: SourceLocation = #_sourceLocation) {
    guard !places.isEmpty else { return }
    Issue.record("\(advice):\n\(places.joined(separator: "\n"))", sourceLocation: location)
  }
}
