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

extension Timestamp {
  /// Reads what ``description`` wrote: a moment in UTC to the second, of the years 0000 to 9999.
  package init?(description text: String) {
    let parts = text.utf8.split(omittingEmptySubsequences: false) { !(0x30...0x39).contains($0) }
    let numbers = parts.dropLast().compactMap { Int(String(decoding: $0, as: UTF8.self)) }
    guard text.utf8.count == 20, numbers.count == 6, parts.last?.isEmpty == true else { return nil }
    // Days since 0000-03-01, in years that begin in March.
    let year = numbers[1] <= 2 ? numbers[0] - 1 : numbers[0]
    let month = numbers[1] <= 2 ? numbers[1] + 9 : numbers[1] - 3
    let era = (year >= 0 ? year : year - 399) / 400
    let yearOfEra = year - era * 400
    let dayOfYear = (153 * month + 2) / 5 + numbers[2] - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    let day = era * 146_097 + dayOfEra - 719_468
    let second = numbers[3] * 3_600 + numbers[4] * 60 + numbers[5]
    self.init(seconds: day * 86_400 + second, nanoseconds: 0)
    // What is out of range, or spelt otherwise, would be written in another way.
    guard description == text else { return nil }
  }
}
