/// A moment, in nanoseconds since 1970-01-01 00:00 UTC, as file systems record it.
package struct Timestamp: Hashable, Sendable {
  package let nanoseconds: Int64

  package init(nanoseconds: Int64) {
    self.nanoseconds = nanoseconds
  }

  /// Takes the two fields of a C `timespec`; times beyond the year 2262 are clamped.
  package init(seconds: Int, nanoseconds: Int) {
    let (product, overflow) = Int64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, beyond) = product.addingReportingOverflow(Int64(nanoseconds))
    self.nanoseconds = overflow || beyond ? (seconds < 0 ? .min : .max) : sum
  }

  /// Whole seconds since the epoch, rounded down.
  package var seconds: Int64 {
    let (quotient, remainder) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    return remainder < 0 ? quotient - 1 : quotient
  }
}

extension Timestamp: Comparable {
  package static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }
}

extension Timestamp: CustomStringConvertible {
  /// The moment in UTC to the second, as RFC 3339 writes it: `2026-11-21T09:30:00Z`.
  ///
  /// The civil date follows from counting days in 400-year eras that begin on 1 March.
  package var description: String {
    let day = (Double(seconds) / 86_400).rounded(.down)
    let second = Int(seconds - Int64(day) * 86_400)
    let shifted = Int(day) + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let dayOfMonth = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    func pad(_ number: Int, _ width: Int = 2) -> String {
      String(repeating: "0", count: max(0, width - "\(number)".count)) + "\(number)"
    }
    return "\(pad(year, 4))-\(pad(month))-\(pad(dayOfMonth))"
      + "T\(pad(second / 3_600)):\(pad(second / 60 % 60)):\(pad(second % 60))Z"
  }
}

extension Timestamp: Encodable {
  /// Encodes ``description``.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
