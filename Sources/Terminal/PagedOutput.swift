package import Platform
internal import Primitives
internal import Synchronization

/// An output that shows what is longer than the screen through a pager.
///
/// What fits is written as it is, so that short answers cost no process.
package final class PagedOutput: ByteOutput {
  private enum State {
    /// Nothing was shown yet: it may fit.
    case holding([UInt8])
    case direct
    case paging(FedProcess)
  }

  private let state = Mutex(State.holding([]))
  private let screen: OutputStream
  private let pager: @Sendable () -> ChildProcess?

  /// Makes an output that has shown nothing.
  ///
  /// - Parameters:
  ///   - screen: The terminal.
  ///   - pager: Asked for the pager as soon as one is wanted; `nil` for none.
  package init(on screen: OutputStream, through pager: @escaping @Sendable () -> ChildProcess?) {
    self.screen = screen
    self.pager = pager
  }

  /// Keeps the bytes while they may fit, and shows them otherwise.
  package func write(_ bytes: Span<UInt8>) throws(OutputError) {
    try state.withLock { state throws(OutputError) in
      switch state {
      case .paging(let pager): try pager.write(bytes)
      case .direct: try screen.bytes.write(bytes)
      case .holding(var held):
        for index in bytes.indices { held.append(bytes[index]) }
        guard rows(of: held) >= screen.height() ?? .max else {
          state = .holding(held)
          return
        }
        state = start()
        try show(held, state)
      }
    }
  }

  /// Shows what fits, or waits until the user has read enough.
  ///
  /// - Throws: ``FileError`` when the terminal cannot be written to.
  package func end() throws(OutputError) {
    try state.withLock { state throws(OutputError) in
      defer { state = .direct }
      switch state {
      case .holding(let held): try screen.bytes.write(held.span)
      case .paging(let pager): try pager.end()
      case .direct: break
      }
    }
  }

  /// Starts the pager; where there is none, or it cannot be started, the terminal has to do.
  private func start() -> State {
    guard let pager = pager(), let process = try? FedProcess(pager) else { return .direct }
    return .paging(process)
  }

  private func show(_ bytes: [UInt8], _ state: State) throws(OutputError) {
    if case .paging(let pager) = state {
      try pager.write(bytes.span)
    } else {
      try screen.bytes.write(bytes.span)
    }
  }

  /// How many rows a text takes at most: what takes no room, such as colours, counts as if it did.
  private func rows(of text: [UInt8]) -> Int {
    let width = max(screen.width() ?? 80, 1)
    return text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .reduce(-1) { $0 + max(1, ($1.count + width - 1) / width) }
  }
}
