#if DEBUG
  internal import Glibc
  internal import Platform
  internal import Synchronization

  /// A disk on which one thing goes wrong, as planned.
  final class PlannedDevice: FaultyDevice {
    private struct State: Sendable {
      var calls = 0
      var opened = 0
      var writes = 0
      var struck: String?
    }

    private let plan: Plan?
    private let journal: Journal?
    private let state = Mutex(State())

    /// Calls that were let through; held while one is made, so that the journal has their order.
    private let made = Mutex(0)

    /// Makes a disk.
    ///
    /// - Parameters:
    ///   - plan: What goes wrong; `nil` for nothing, to count the calls.
    ///   - journal: What a power cut takes back from.
    init(_ plan: Plan?, journal: Journal? = nil) {
      self.plan = plan
      self.journal = journal
    }

    /// How many calls there were that could change something.
    var calls: Int { state.withLock { $0.calls } }

    /// How many calls there were that open something.
    var opened: Int { state.withLock { $0.opened } }

    /// How many writes there were.
    var writes: Int { state.withLock { $0.writes } }

    /// The call at which it happened, in words, if it came to that.
    var struck: String? { state.withLock { $0.struck } }

    func refusal(of operation: FileError.Operation, on path: FilePath) -> CInt? {
      let isChanging = Self.changing.contains(operation)
      let isOpening = Self.opening.contains(operation)
      guard isChanging || isOpening else { return nil }
      let code = state.withLock { state -> CInt? in
        let number = plan?.fault == .handles ? state.opened : state.calls
        if isChanging { state.calls += 1 }
        if isOpening { state.opened += 1 }
        guard let plan, let code = plan.code, number >= plan.call else { return nil }
        let isNow = number == plan.call
        let strikes =
          switch plan.fault {
          case .broken, .forbidden: isChanging && isNow
          case .handles: isOpening && isNow
          // Twice in a row: a loop that tries once more is not enough.
          case .interrupted: isChanging && number <= plan.call + 1
          case .full, .quota:
            Self.takingRoom.contains(operation) && !Self.isThere(operation, path)
          case .short, .killBefore, .killAfter, .powerCut, .oldIndex, .remoteCut: false
          }
        guard strikes else { return nil }
        if state.struck == nil { state.struck = "\(operation.rawValue) '\(path)'" }
        return code
      }
      return code
    }

    /// Whether a file is opened that is there: that takes no room.
    private static func isThere(_ operation: FileError.Operation, _ path: FilePath) -> Bool {
      guard operation == .create else { return false }
      var status = stat()
      let result = unsafe CString.with(path.bytes) { unsafe lstat($0, &status) }
      return result == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    func room(for count: Int, in path: FilePath) -> Int {
      state.withLock { state in
        defer { state.writes += 1 }
        guard plan?.fault == .short, state.writes == plan?.call, count > 1 else { return count }
        state.struck = "write '\(path)'"
        return count / 2
      }
    }

    func make(_ change: Change, _ body: () -> Bool) {
      guard let plan, plan.isDeath else {
        _ = body()
        return
      }
      made.withLock { made in
        let isNow = made == plan.call
        if isNow, plan.fault == .killBefore { die() }
        made += 1
        if let journal { journal.record(change, body) } else { _ = body() }
        if isNow { die() }
      }
    }

    /// Ends the process as a kill does, or as the loss of power does.
    func die() -> Never {
      journal?.loseWhatWasNotSynced()
      kill(getpid(), SIGKILL)
      while true { pause() }
    }

    private static let takingRoom: Set<FileError.Operation> = [
      .create, .write, .makeDirectory, .link, .resize,
    ]
    private static let changing = takingRoom.union([.sync, .remove, .rename, .changeMode])
    private static let opening: Set<FileError.Operation> = [.open, .create, .list]
  }
#endif
