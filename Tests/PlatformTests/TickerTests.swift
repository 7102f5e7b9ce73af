import Platform
import Synchronization
import Testing

@Suite struct TickerTests {
  @Test func `the ticker keeps its pace`() {
    let ticks = Mutex<[UInt64]>([])
    let start = Clock.monotonicNanoseconds()
    do {
      let ticker = Ticker(afterMilliseconds: 60, everyMilliseconds: 20) {
        ticks.withLock { $0.append(Clock.monotonicNanoseconds()) }
      }
      while ticks.withLock({ $0.count < 3 }) { Clock.sleep(milliseconds: 1) }
      ticker.stop()
    }
    let times = ticks.withLock { $0 }
    #expect(times.allSatisfy { $0 >= start + 60_000_000 })
    for (first, second) in zip(times, times.dropFirst()) {
      #expect(second - first >= 20_000_000)
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `a ticker that is let go ends at once`() {
    _ = Ticker(afterMilliseconds: 3_600_000, everyMilliseconds: 3_600_000) {}
  }
}
