internal import Lineage
internal import Platform
internal import Primitives

extension RunRecord {
  /// Writes down how the command ended, and what it took.
  mutating func finish(_ outcome: ForegroundProcess.Outcome) {
    reason = nil
    started = outcome.started
    let elapsed = outcome.ended.nanoseconds - outcome.started.nanoseconds
    seconds = (Double(elapsed) / 1e6).rounded() / 1e3
    let processor = outcome.userSeconds + outcome.systemSeconds
    use = RunUse(
      processorSeconds: (processor * 1e3).rounded() / 1e3, peakMemory: outcome.peakMemory)
    exitStatus = outcome.status
    signal = outcome.signal
    if let signal {
      state = Signals.endings.contains(signal) ? .interrupted : .failed
    } else {
      // 130 is what a shell, and most interpreters, end with after Ctrl-C.
      state = exitStatus == 0 ? .succeeded : exitStatus == 130 ? .interrupted : .failed
    }
  }

  /// Leaves out the values of parameters and metrics, where the record is too large to be read.
  mutating func dropValues() {
    func dropped(_ files: [RunValues]?) -> [RunValues]? {
      files?.map {
        RunValues(
          path: $0.path, oid: $0.oid, keys: $0.keys, values: nil,
          problem: "its values are too large for a record")
      }
    }
    parameters = dropped(parameters)
    metrics = dropped(metrics)
  }
}
