internal import Platform
package import Primitives
internal import Synchronization

/// Shows a counter while work goes on.
///
/// On the last line of a terminal it first appears after 250 ms, changes at most 30 times a second,
/// and is gone before anything else is written: whoever writes to the terminal does it in
/// ``withoutLine(_:)``. In a log it is a line of its own now and then.
package final class ProgressDisplay: Sendable {
  /// Where a counter is shown.
  package enum Form: Sendable {
    /// On a line that changes.
    case drawn
    /// On one line after the other, every ten seconds.
    case logged
  }

  private struct State {
    var line = ProgressLine()

    /// What stands on the terminal now, or was last told in a log.
    var shown: String?
    var form = Form.drawn
    var ticker: Ticker?
  }

  /// What is drawn.
  ///
  /// Whoever works counts here.
  package let counter: ProgressCounter
  private let output: any ByteOutput
  private let width: @Sendable () -> Int?
  private let delay: Int
  private let interval: Int
  private let state = Mutex(State())

  /// Makes a display that draws nothing until it is started.
  ///
  /// - Parameters:
  ///   - counter: What is drawn.
  ///   - output: The terminal.
  ///   - delay: The time until the line first appears on a terminal, in milliseconds.
  ///   - interval: The time between the lines in a log, and before the first, in milliseconds.
  ///   - width: Asked before each drawing: the columns of the terminal, which people resize.
  package init(
    _ counter: ProgressCounter, on output: any ByteOutput, afterMilliseconds delay: Int = 250,
    everyMilliseconds interval: Int = 10_000, width: @escaping @Sendable () -> Int?
  ) {
    self.counter = counter
    self.output = output
    self.delay = delay
    self.interval = interval
    self.width = width
  }

  /// Begins to show, on a thread of its own.
  package func start(_ form: Form = .drawn) {
    let (delay, interval) = form == .drawn ? (delay, 34) : (interval, interval)
    // The display must not live on because its own ticker holds it.
    let ticker = Ticker(afterMilliseconds: delay, everyMilliseconds: interval) { [weak self] in
      self?.draw()
    }
    state.withLock { ($0.ticker, $0.form) = (ticker, form) }
  }

  /// Ends drawing and takes the line away.
  package func stop() {
    // Waiting for the thread while holding the lock would wait for ever.
    let ticker = state.withLock { state in
      defer { state.ticker = nil }
      return state.ticker
    }
    ticker?.stop()
    state.withLock { erase(&$0) }
  }

  /// Takes the line away, runs `body`, and lets the line come back when it will.
  package func withoutLine<Failure: Error>(_ body: () throws(Failure) -> Void) throws(Failure) {
    try state.withLock { state throws(Failure) in
      erase(&state)
      try body()
    }
  }

  /// Shows the line once, if it has changed.
  package func draw() {
    let time = Clock.monotonicNanoseconds()
    state.withLock { state in
      // A full line would make some terminals wrap.
      let columns = max((width() ?? (state.form == .drawn ? 80 : 200)) - 1, 1)
      guard let text = state.line.text(of: counter.snapshot, at: time, width: columns) else {
        erase(&state)
        return
      }
      guard text != state.shown else { return }
      put(state.form == .drawn ? "\r\(text)\u{1B}[K" : "\(text)\n")
      state.shown = text
    }
  }

  private func erase(_ state: inout State) {
    guard state.shown != nil, state.form == .drawn else { return }
    put("\r\u{1B}[K")
    state.shown = nil
  }

  /// Writes to the terminal.
  ///
  /// One that is gone is no reason to end the work.
  private func put(_ text: String) {
    let bytes = Array(text.utf8)
    try? output.write(bytes.span)
  }
}
