package import Primitives

/// How long something took, for people: `0.25 s`, `12.3 s`, `1 min 5 s`, `3 h 12 min`, `2 d 3 h`.
///
/// - Parameter seconds: The length; one that is negative or beyond a century stays in seconds.
package func elapsed(_ seconds: Double) -> String {
  guard seconds >= 59.95, seconds < 3e9 else {
    return "\(seconds.text(significantDigits: 3)) s"
  }
  let total = Int(seconds.rounded())
  func pair(_ unit: Int, _ name: String, _ below: Int, _ small: String) -> String {
    let rest = total % unit / below
    return "\(total / unit) \(name)" + (rest == 0 ? "" : " \(rest) \(small)")
  }
  if total < 3_600 { return pair(60, "min", 1, "s") }
  if total < 86_400 { return pair(3_600, "h", 60, "min") }
  return pair(86_400, "d", 3_600, "h")
}

/// When something happened, for people: `5 min ago`, `2 h ago`, or, more than a week ago or in what
/// the clock takes for the future, the day in UTC.
package func age(of time: Timestamp, at now: Timestamp) -> String {
  let (difference, overflow) = now.seconds.subtractingReportingOverflow(time.seconds)
  guard !overflow, (0..<604_800).contains(difference) else {
    return String(time.description.prefix { $0 != "T" })
  }
  switch difference {
  case ..<60: return "\(difference) s ago"
  case ..<3_600: return "\(difference / 60) min ago"
  case ..<172_800: return "\(difference / 3_600) h ago"
  default: return "\(difference / 86_400) d ago"
  }
}
