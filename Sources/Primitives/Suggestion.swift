/// Finds what was probably meant by a word that fits nothing.
package enum Suggestion {
  /// The candidates that are a few slips of the keyboard from `word`, the nearest first.
  ///
  /// - Parameters:
  ///   - word: What was typed.
  ///   - candidates: What would have fitted.
  /// - Returns: At most three: those no further off than a third of their length.
  /// - Complexity: O(`word` × all candidates), for words of at most 64 bytes.
  package static func nearest(to word: ByteString, among candidates: [String]) -> [String] {
    guard let text = word.text?.lowercased(), word.count <= 64 else { return [] }
    let ranked = candidates.compactMap { candidate -> (distance: Int, name: String)? in
      if candidate.hasPrefix(text), text.utf8.count >= 2 { return (0, candidate) }
      let distance = distance(from: Array(text.utf8), to: Array(candidate.utf8))
      return distance <= max(1, candidate.utf8.count / 3) ? (distance, candidate) : nil
    }
    return ranked.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }
      .prefix(3).map(\.name)
  }

  /// How many bytes must be put in, taken out, changed or swapped with their neighbour.
  private static func distance(from left: [UInt8], to right: [UInt8]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for row in left.indices {
      var current = [row + 1]
      for column in right.indices {
        var best = min(last[column + 1], current[column]) + 1
        best = min(best, last[column] + (left[row] == right[column] ? 0 : 1))
        if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
          best = min(best, beforeLast[column - 1] + 1)
        }
        current.append(best)
      }
      (beforeLast, last) = (last, current)
    }
    return last[right.count]
  }
}
