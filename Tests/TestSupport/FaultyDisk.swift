internal import Glibc
package import Platform
internal import Synchronization

/// A disk that fails at the n-th call that could change it.
package final class FaultyDisk: FaultyDevice {
  /// What happens at the call.
  package enum Fault: Hashable, Sendable, CaseIterable {
    /// The call fails with `EIO`, and later ones work.
    case error
    /// The disk is full from then on: nothing is made or written, and what is removed is gone.
    case full
    /// Nothing works from then on: what the disk then holds is what a kill leaves.
    case stop
  }

  /// A call that was refused.
  package struct Refusal: Hashable, Sendable {
    package let operation: FileError.Operation
    package let path: FilePath

    /// The inode of the file that was not synced.
    package let inode: UInt64?
  }

  private struct State {
    var calls = 0
    var room: Int?
    var first: Refusal?
    var isStopped = false

    /// The file that was refused first: while it is open, no other file gets its inode.
    var kept: Kept?
  }

  private final class Kept: Sendable {
    let file: OpenFile
    init(_ path: FilePath) throws(FileError) { file = try OpenFile.forReading(path) }
  }

  private let fault: Fault
  private let number: Int
  private let only: FileError.Operation?
  private let state: Mutex<State>

  /// Makes a disk that fails at a call.
  ///
  /// - Parameters:
  ///   - fault: What happens.
  ///   - number: The number of the call, from 0.
  ///   - only: Which calls count; `nil` for all that could change something.
  package init(_ fault: Fault, at number: Int, only: FileError.Operation? = nil) {
    self.fault = fault
    self.number = number
    self.only = only
    state = Mutex(State())
  }

  /// Makes a disk on which there is room for so many bytes, and not for one more.
  package init(room: Int) {
    (fault, number, only) = (.full, .max, nil)
    state = Mutex(State(room: room))
  }

  /// The call at which the disk failed, if it came to that.
  package var refused: Refusal? { state.withLock { $0.first } }

  /// Runs `body` while what lies below `directory` is on this disk.
  package func run<Value>(below directory: FilePath, _ body: () throws -> Value) rethrows -> Value {
    try Faults.with(self, below: directory, body)
  }

  package func refusal(of operation: FileError.Operation, on path: FilePath) -> CInt? {
    guard Self.changing.contains(operation) else { return nil }
    let code = state.withLock { state -> CInt? in
      defer { if only == nil || only == operation { state.calls += 1 } }
      if state.room != nil { return nil }
      let isNow = state.calls == number && (only == nil || only == operation)
      switch fault {
      case .error: return isNow ? EIO : nil
      case .full:
        let takesRoom = Self.takingRoom.contains(operation)
        return state.calls >= number && takesRoom ? ENOSPC : nil
      case .stop:
        state.isStopped = state.isStopped || isNow
        return state.isStopped ? EIO : nil
      }
    }
    if code != nil { note(operation, path) }
    return code
  }

  package func room(for count: Int, in path: FilePath) -> Int {
    let taken = state.withLock { state in
      guard let room = state.room else { return count }
      let taken = min(room, count)
      state.room = room - taken
      return taken
    }
    if taken == 0, count > 0 { note(.write, path) }
    return taken
  }

  private func note(_ operation: FileError.Operation, _ path: FilePath) {
    if refused != nil { return }
    let kept = operation == .sync ? try? Kept(path) : nil
    let inode = try? kept?.file.status().inode
    state.withLock { state in
      state.first = Refusal(operation: operation, path: path, inode: inode)
      state.kept = kept
    }
  }

  private static let takingRoom: Set<FileError.Operation> = [
    .create, .write, .makeDirectory, .link, .resize,
  ]

  static let changing: Set<FileError.Operation> = takingRoom.union([
    .sync, .remove, .rename, .changeMode,
  ])
}

extension FaultyDisk {
  /// Calls `body` with a disk that fails at the first call, then with one that fails at the second,
  /// until one does not come to fail.
  ///
  /// - Returns: How many calls there were.
  @discardableResult
  package static func forEachCall(
    _ fault: Fault, only: FileError.Operation? = nil, _ body: (FaultyDisk) throws -> Void
  ) rethrows -> Int {
    var number = 0
    while true {
      let disk = FaultyDisk(fault, at: number, only: only)
      try body(disk)
      if disk.refused == nil { return number }
      number += 1
    }
  }
}
