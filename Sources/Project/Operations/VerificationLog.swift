package import ObjectStore
package import Platform
package import Primitives

/// A proof that data could be restored from one place alone, or could not.
///
/// `docs/format/verification.md` is the specification.
package struct VerificationRecord: Hashable, Sendable {
  /// How a proof ends.
  package enum Outcome: String, Hashable, Sendable, Encodable {
    case restorable
    case damaged
    case missing
  }

  /// When it ended.
  package let time: Timestamp
  package let outcome: Outcome

  /// The full id of the commit; `nil` for all commits.
  package let commit: String?

  /// What the commit was called.
  package let name: ByteString

  /// The name of the remote; `nil` for the store of the clone.
  package let place: ByteString?

  /// Which store it was, as far as it has an id.
  package let store: String?

  /// How many files it was about.
  package let files: Int

  /// How many of them were read.
  package let filesRead: Int

  /// How much content was hashed.
  package let bytes: ByteCount

  /// How long it took.
  package let seconds: Int

  /// Which files were to be read; `nil` for all.
  package let sample: ClosureVerification.Sample?

  package init(
    time: Timestamp, outcome: Outcome, commit: String?, name: ByteString, place: ByteString?,
    store: String?, files: Int, filesRead: Int, bytes: ByteCount, seconds: Int,
    sample: ClosureVerification.Sample?
  ) {
    self.time = time
    self.outcome = outcome
    self.commit = commit
    self.name = name
    self.place = place
    self.store = store
    self.files = files
    self.filesRead = filesRead
    self.bytes = bytes
    self.seconds = seconds
    self.sample = sample
  }
}

/// What this clone has proven: the file `.git/shale/verified`.
package struct VerificationLog: Sendable {
  private let log: LineLog

  package init(_ path: FilePath) {
    log = LineLog(path: path)
  }

  /// Adds a record at the end.
  ///
  /// - Throws: ``FileError`` when the log cannot be written.
  package func append(_ record: VerificationRecord) throws(FileError) {
    try log.append(record.encoded())
  }

  /// The newest records, the oldest of them first.
  ///
  /// - Returns: The records, and how many lines cannot be read.
  /// - Throws: ``FileError`` when the log is there and cannot be read.
  package func records() throws(FileError) -> (records: [VerificationRecord], skipped: Int) {
    let lines = try log.lines()
    let records = lines.compactMap { VerificationRecord(line: $0) }
    return (records, lines.count - records.count)
  }
}

// MARK: - Lines

extension VerificationRecord {
  private static let space: [UInt8] = [UInt8(ascii: " ")]

  /// The whole line with its line break (§1).
  func encoded() -> [UInt8] {
    let numbers = [files, filesRead, bytes.bytes, seconds].map { Array("\($0)".utf8) }
    return LineLog.line(
      [
        Array("1".utf8), LineLog.text(time), Array(outcome.rawValue.utf8),
        Array((commit ?? "-").utf8), Self.field(name), place.map(Self.field) ?? Array("-".utf8),
        Array((store ?? "-").utf8),
      ] + numbers + [
        Array((sample?.percent ?? "100").utf8), Array((sample.map { "\($0.seed)" } ?? "-").utf8),
      ])
  }

  private static func field(_ value: ByteString) -> [UInt8] {
    PercentEncoding.encode(value.bytes, also: space)
  }

  /// Reads a line without its line break; `nil` for a damaged one or one of another version.
  init?(line: ArraySlice<UInt8>) {
    guard let fields = LineLog.fields(line), fields.count == 13, fields[0].elementsEqual("1".utf8),
      let time = LineLog.time(fields[1]), let outcome = Outcome(rawValue: Self.text(fields[2])),
      let name = PercentEncoding.decode(fields[4], also: Self.space),
      let place = PercentEncoding.decode(fields[5], also: Self.space)
    else { return nil }
    let numbers = fields[7...10].compactMap { Int(Self.text($0)) }
    guard numbers.count == 4, numbers.allSatisfy({ $0 >= 0 }) else { return nil }
    var sample: ClosureVerification.Sample?
    if !fields[12].elementsEqual("-".utf8) {
      guard let seed = UInt64(Self.text(fields[12])),
        let read = ClosureVerification.Sample(percent: Self.text(fields[11]), seed: seed)
      else { return nil }
      sample = read
    }
    self.init(
      time: time, outcome: outcome, commit: Self.unlessDash(fields[3]), name: name,
      place: fields[5].elementsEqual("-".utf8) ? nil : place,
      store: Self.unlessDash(fields[6]), files: numbers[0], filesRead: numbers[1],
      bytes: .bytes(numbers[2]), seconds: numbers[3], sample: sample)
  }

  private static func text(_ field: ArraySlice<UInt8>) -> String {
    String(decoding: field, as: UTF8.self)
  }

  private static func unlessDash(_ field: ArraySlice<UInt8>) -> String? {
    field.elementsEqual("-".utf8) ? nil : text(field)
  }
}

extension ClosureVerification.Sample {
  /// The share in percent, with at most six decimals.
  package var percent: String {
    let millionths = Int((share * 100_000_000).rounded())
    let fraction = "\(millionths % 1_000_000)"
    let digits = String(repeating: "0", count: 6 - fraction.count) + fraction
    let decimals = String(digits.reversed().drop { $0 == "0" }.reversed())
    return "\(millionths / 1_000_000)\(decimals.isEmpty ? "" : ".\(decimals)")"
  }

  /// Reads a share in percent: more than 0, at most 100.
  package init?(percent: String, seed: UInt64) {
    let allowed = percent.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E }
    guard allowed, let number = Double(percent), number > 0, number <= 100 else { return nil }
    self.init(share: number / 100, seed: seed)
  }
}
