package import Primitives

/// Words for a piece of work that takes long: one line, made anew at every look.
///
/// Remembers the last few seconds, so that rate and time left follow what happens now.
package struct ProgressLine: Sendable {
  private struct Sample {
    /// When it was taken, in nanoseconds of a clock that never goes back.
    let time: UInt64
    let bytes: Int
    let files: Int
  }

  /// How far back the rate looks, in nanoseconds.
  private static let window: UInt64 = 4_000_000_000

  /// How far apart the samples are that make the rate, in nanoseconds.
  private static let spacing: UInt64 = 200_000_000

  private var generation: Int?
  private var samples: [Sample] = []

  /// Makes a line that knows nothing yet.
  package init() {}

  /// The line for what a counter holds.
  ///
  /// - Parameters:
  ///   - snapshot: What the counter holds.
  ///   - time: When that was, in nanoseconds of a clock that never goes back.
  ///   - width: How many columns the line may take.
  /// - Returns: The text, or `nil` when there is nothing to show.
  package mutating func text(
    of snapshot: ProgressCounter.Snapshot, at time: UInt64, width: Int
  ) -> String? {
    guard let title = snapshot.phase.title else { return nil }
    if generation != snapshot.generation {
      generation = snapshot.generation
      samples = []
    }
    remember(snapshot, at: time)
    var parts = [title]
    if let fraction = snapshot.fraction { parts.append("\(Int(fraction * 100))%") }
    if snapshot.bytesTotal > .zero {
      parts.append("\(min(snapshot.bytesDone, snapshot.bytesTotal)) of \(snapshot.bytesTotal)")
    } else if snapshot.bytesDone > .zero {
      parts.append("\(snapshot.bytesDone)")
    }
    // What a narrow terminal cuts off comes last.
    parts += rate(of: snapshot, at: time)
    if snapshot.filesTotal > 0 {
      let done = min(snapshot.filesDone, snapshot.filesTotal)
      parts.append("\(grouped(done)) of \(grouped(snapshot.filesTotal)) files")
    } else if snapshot.filesDone > 0 {
      parts.append("\(grouped(snapshot.filesDone)) files")
    }
    return String(DisplayWidth.prefix(of: parts.joined(separator: "  "), columns: width))
  }

  private mutating func remember(_ snapshot: ProgressCounter.Snapshot, at time: UInt64) {
    if let last = samples.last, time < last.time + Self.spacing { return }
    samples.append(
      Sample(time: time, bytes: snapshot.bytesDone.bytes, files: snapshot.filesDone))
    while samples.count > 2, samples[1].time + Self.window < time { samples.removeFirst() }
  }

  /// How fast it goes, and how long it will take: nothing in the first half second.
  private func rate(of snapshot: ProgressCounter.Snapshot, at time: UInt64) -> [String] {
    guard let first = samples.first, time >= first.time + 500_000_000 else { return [] }
    let seconds = Double(time - first.time) / 1e9
    let bytes = Double(snapshot.bytesDone.bytes - first.bytes) / seconds
    let files = Double(snapshot.filesDone - first.files) / seconds
    var parts: [String] = []
    if let effort = snapshot.effort {
      let rate = (effort.done - snapshot.effort(of: first.bytes, first.files)) / seconds
      let left = (effort.total - effort.done) / rate
      if rate > 0, left >= 0, left < 360_000 { parts.append("\(Self.duration(left)) left") }
    }
    if bytes >= 1 {
      parts.append("\(ByteCount.bytes(Int(bytes)))/s")
    } else if files >= 1 {
      parts.append("\(grouped(Int(files))) files/s")
    }
    return parts
  }

  /// A time as `0:07`, `12:30` or `3:05:00`.
  private static func duration(_ seconds: Double) -> String {
    let total = Int(seconds.rounded(.up))
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return total < 3_600
      ? "\(total / 60):\(two(total % 60))"
      : "\(total / 3_600):\(two(total / 60 % 60)):\(two(total % 60))"
  }
}

extension ProgressCounter.Snapshot {
  /// What opening and naming a file costs, as bytes that could be copied meanwhile.
  private static let effortOfFile = 16_384

  /// The work of so many bytes and files, as one number.
  fileprivate func effort(of bytes: Int, _ files: Int) -> Double {
    Double(bytes) + Double(files) * Double(Self.effortOfFile)
  }

  /// The work that is done and all the work, if it is known what there is to do.
  fileprivate var effort: (done: Double, total: Double)? {
    guard bytesTotal > .zero || filesTotal > 0 else { return nil }
    let files = filesTotal > 0 ? filesDone : 0
    let bytes = bytesTotal > .zero ? bytesDone.bytes : 0
    return (effort(of: bytes, files), effort(of: bytesTotal.bytes, filesTotal))
  }

  /// How much is done, from 0 to 1, if it is known what there is to do.
  fileprivate var fraction: Double? {
    if bytesTotal > .zero {
      return min(max(Double(bytesDone.bytes) / Double(bytesTotal.bytes), 0), 1)
    }
    if filesTotal > 0 { return min(max(Double(filesDone) / Double(filesTotal), 0), 1) }
    return nil
  }
}

extension ProgressCounter.Phase {
  /// The phase in a word, or `nil` where nothing is to be shown.
  fileprivate var title: String? {
    switch self {
    case .idle: nil
    case .scanning: "Scanning"
    case .reading: "Reading"
    case .storing: "Storing"
    case .restoring: "Restoring"
    case .comparing: "Comparing"
    case .sending: "Sending"
    case .receiving: "Receiving"
    case .verifying: "Verifying"
    case .synchronizing: "Writing to disk"
    }
  }
}

/// A number with commas between its thousands: `1,234,567`.
package func grouped(_ number: Int) -> String {
  let digits = Array("\(number.magnitude)")
  var text = number < 0 ? "-" : ""
  for (index, digit) in digits.enumerated() {
    if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(",") }
    text.append(digit)
  }
  return text
}
