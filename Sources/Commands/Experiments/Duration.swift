internal import Primitives

/// How long something took, for people: `0.4 s`, `12 s`, `3 min 20 s`, `2 h 05 min`, `4 d 02 h`.
struct Duration: Hashable, Sendable, CustomStringConvertible {
  let seconds: Double

  init(seconds: Double) {
    self.seconds = seconds
  }

  var description: String {
    if seconds < 9.95 { return "\((seconds * 10).rounded() / 10) s" }
    let whole = Int(min(seconds.rounded(), 1e15))
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    switch whole {
    case ..<60: return "\(whole) s"
    case ..<3_600: return "\(whole / 60) min \(two(whole % 60)) s"
    case ..<86_400: return "\(whole / 3_600) h \(two(whole / 60 % 60)) min"
    default: return "\(whole / 86_400) d \(two(whole / 3_600 % 24)) h"
    }
  }
}
