import Platform
import Primitives
import Terminal
import Testing

@Suite struct ProgressTests {
  typealias Snapshot = ProgressCounter.Snapshot
  static let second: UInt64 = 1_000_000_000

  @Test func `the line tells how far, how fast and how long`() {
    var line = ProgressLine()
    var snapshot = Snapshot(
      phase: .storing, bytesTotal: .mebibytes(500), filesTotal: 1_234_567)
    #expect(
      line.text(of: snapshot, at: 0, width: 200)
        == "Storing  0%  0 B of 500 MiB  0 of 1,234,567 files")
    snapshot.bytesDone = .mebibytes(100)
    snapshot.filesDone = 1_000
    #expect(
      line.text(of: snapshot, at: 2 * Self.second, width: 200)
        == "Storing  20%  100 MiB of 500 MiB  5:41 left  50 MiB/s  1,000 of 1,234,567 files")
  }

  @Test func `what is not known is not shown`() {
    var line = ProgressLine()
    var snapshot = Snapshot(phase: .scanning)
    #expect(line.text(of: snapshot, at: 0, width: 200) == "Scanning")
    snapshot.filesDone = 5_000
    #expect(
      line.text(of: snapshot, at: Self.second, width: 200)
        == "Scanning  5,000 files/s  5,000 files")
    snapshot.phase = .idle
    #expect(line.text(of: snapshot, at: Self.second, width: 200) == nil)
  }

  @Test func `small files count for the time left as what they cost`() {
    var line = ProgressLine()
    var snapshot = Snapshot(
      phase: .storing, bytesTotal: .mebibytes(1_000), filesTotal: 64_001)
    _ = line.text(of: snapshot, at: 0, width: 200)
    // The small files come first; the one large file has nearly all the bytes.
    snapshot.bytesDone = .mebibytes(1)
    snapshot.filesDone = 32_000
    let text = line.text(of: snapshot, at: 2 * Self.second, width: 200) ?? ""
    #expect(text.contains("  0:06 left"), "\(text)")
  }

  @Test func `files alone have a time left too`() {
    var line = ProgressLine()
    var snapshot = Snapshot(phase: .verifying, filesTotal: 100)
    _ = line.text(of: snapshot, at: 0, width: 200)
    snapshot.filesDone = 25
    #expect(
      line.text(of: snapshot, at: 5 * Self.second, width: 200)
        == "Verifying  25%  0:15 left  5 files/s  25 of 100 files")
  }

  @Test func `the rate is that of the last seconds, and of this phase`() {
    var line = ProgressLine()
    var snapshot = Snapshot(phase: .sending, generation: 1, bytesTotal: .gibibytes(100))
    for second in 0..<20 as Range<UInt64> {
      snapshot.bytesDone = .mebibytes(second < 10 ? Int(second) * 100 : 900 + Int(second - 9))
      _ = line.text(of: snapshot, at: second * Self.second, width: 200)
    }
    let text = line.text(of: snapshot, at: 19 * Self.second, width: 200) ?? ""
    #expect(text.hasSuffix("  1 MiB/s"), "\(text)")
    snapshot = Snapshot(phase: .synchronizing, generation: 2, bytesDone: .mebibytes(1))
    #expect(
      line.text(of: snapshot, at: 19 * Self.second, width: 200) == "Writing to disk  1 MiB")
  }

  @Test func `more than was expected is not more than all`() {
    var line = ProgressLine()
    let snapshot = Snapshot(
      phase: .sending, bytesDone: .bytes(20), filesDone: 3, bytesTotal: .bytes(10), filesTotal: 2)
    #expect(
      line.text(of: snapshot, at: 0, width: 200) == "Sending  100%  10 B of 10 B  2 of 2 files")
  }

  @Test(arguments: [1, 10, 30])
  func `the line keeps to its width`(width: Int) {
    var line = ProgressLine()
    let snapshot = Snapshot(phase: .sending, bytesDone: .bytes(5), bytesTotal: .bytes(10))
    #expect(line.text(of: snapshot, at: 0, width: width).map { $0.count <= width } == true)
  }

  @Test func `short work shows nothing`() {
    let (display, output) = makeDisplay(delay: 10_000)
    display.start()
    display.counter.begin(.storing, bytes: 100)
    display.counter.advance(bytes: 100)
    display.stop()
    #expect(output.text == "")
  }

  @Test(.timeLimit(.minutes(1)))
  func `long work is drawn, and taken away before anything else is written`() {
    let (display, output) = makeDisplay(delay: 1)
    display.counter.begin(.storing, bytes: 100, files: 2)
    display.start()
    while output.bytes.isEmpty { Clock.sleep(milliseconds: 1) }
    display.withoutLine { output.write(Array("warning\n".utf8).span) }
    display.stop()
    let lines = output.text
    #expect(lines.hasPrefix("\rStoring  0%  0 B of 100 B  0 of 2 files\u{1B}[K\r\u{1B}[Kwarning\n"))
    #expect(lines.hasSuffix("\r\u{1B}[K") || lines.hasSuffix("warning\n"))
    let length = output.bytes.count
    display.counter.advance(bytes: 10)
    Clock.sleep(milliseconds: 80)
    #expect(output.bytes.count == length, "nothing is drawn after the end")
  }

  @Test func `a line that has not changed is not drawn again`() {
    let (display, output) = makeDisplay(delay: 10_000)
    display.counter.begin(.comparing)
    for _ in 0..<10 { display.draw() }
    #expect(output.text == "\rComparing\u{1B}[K")
    display.counter.end()
    display.draw()
    #expect(output.text == "\rComparing\u{1B}[K\r\u{1B}[K")
  }

  @Test func `a log has one line after the other`() {
    let output = MemoryOutput()
    let display = ProgressDisplay(
      ProgressCounter(), on: output, everyMilliseconds: 2, width: { nil })
    display.counter.begin(.storing)
    display.counter.expect(bytes: 100)
    display.start(.logged)
    while output.bytes.isEmpty { Clock.sleep(milliseconds: 1) }
    display.withoutLine { output.write(Array("warning\n".utf8).span) }
    display.counter.advance(bytes: 50)
    while !output.text.contains("50%") { Clock.sleep(milliseconds: 1) }
    display.stop()
    let lines = output.text.split(separator: "\n").map(String.init)
    #expect(lines.first == "Storing  0%  0 B of 100 B")
    #expect(lines.contains("warning"))
    #expect(lines.last?.hasPrefix("Storing  50%  50 B of 100 B") == true)
    #expect(!output.text.contains("\u{1B}"))
  }

  @Test(arguments: [
    (0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567"), (-1_000, "-1,000"),
  ])
  func `large numbers have commas`(number: Int, text: String) {
    #expect(grouped(number) == text)
  }

  private func makeDisplay(delay: Int) -> (ProgressDisplay, MemoryOutput) {
    let output = MemoryOutput()
    let display = ProgressDisplay(
      ProgressCounter(), on: output, afterMilliseconds: delay, width: { 120 })
    return (display, output)
  }
}
