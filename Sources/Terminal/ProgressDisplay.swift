internal import Platform
package import Primitives
internal import Synchronization

/// Draws a counter on the last line of the terminal while work goes on.
///
/// The line first appears after 250 ms, changes at most 30 times a second, and is gone before
/// anything else is written: whoever writes to the terminal does it in ``withoutLine(_:)``.
package final class ProgressDisplay: Sendable {
  private struct State {
    var line = ProgressLine()

    /// What stands on the terminal now.
    var shown: String?
    var ticker: Ticker?
  }

  /// What is drawn.
  ///
  /// Whoever works counts here.
  package let counter: ProgressCounter
  private let output: any ByteOutput
  private let width: @Sendable () -> Int?
  private let delay: Int
  private let state = Mutex(State())

  /// Makes a display that draws nothing until it is started.
  ///
  /// - Parameters:
  ///   - counter: What is drawn.
  ///   - output: The terminal.
  ///   - delay: The time until the line first appears, in milliseconds.
  ///   - width: Asked before each drawing: the columns of the terminal, which people resize.
  package init(
    _ counter: ProgressCounter, on output: any ByteOutput, afterMilliseconds delay: Int = 250,
    width: @escaping @Sendable () -> Int?
  ) {
    self.counter = counter
    self.output = output
    self.delay = delay
    self.width = width
  }

  /// Begins to draw, on a thread of its own.
  package func start() {
    // The display must not live on because its own ticker holds it.
    let ticker = Ticker(afterMilliseconds: delay, everyMilliseconds: 34) { [weak self] in
      self?.draw()
    }
    state.withLock { $0.ticker = ticker }
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

  /// Draws the line once, if it has changed.
  package func draw() {
    let time = Clock.monotonicNanoseconds()
    state.withLock { state in
      // A full line would make some terminals wrap.
      let columns = max((width() ?? 80) - 1, 1)
      guard let text = state.line.text(of: counter.snapshot, at: time, width: columns) else {
        erase(&state)
        return
      }
      guard text != state.shown else { return }
      put("\r\(text)\u{1B}[K")
      state.shown = text
    }
  }

  private func erase(_ state: inout State) {
    guard state.shown != nil else { return }
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
