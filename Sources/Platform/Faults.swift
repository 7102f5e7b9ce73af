#if DEBUG
  internal import Primitives
  internal import Synchronization

  /// What is wrong with a disk, on purpose: only tests have one, and release builds not even this.
  package protocol FaultyDevice: Sendable {
    /// Asked before each call on a file, also before those that only read.
    ///
    /// - Returns: The value of `errno` with which the call fails without being made, or `nil`.
    func refusal(of operation: FileError.Operation, on path: FilePath) -> CInt?

    /// How many of the bytes of a write the device takes: a kernel may take fewer than it is given.
    func room(for count: Int, in path: FilePath) -> Int
  }

  /// The devices that are in the way of system calls, each below a directory of its own.
  package enum Faults {
    private static let isArmed = Atomic(false)
    private static let devices = Mutex<[FilePath: any FaultyDevice]>([:])

    /// Puts a device below a directory, for all threads, until `body` returns.
    package static func with<Value>(
      _ device: some FaultyDevice, below directory: FilePath, _ body: () throws -> Value
    ) rethrows -> Value {
      devices.withLock { $0[directory] = device }
      isArmed.store(true, ordering: .sequentiallyConsistent)
      defer { devices.withLock { $0[directory] = nil } }
      return try body()
    }

    private static func device(of path: FilePath) -> (any FaultyDevice)? {
      guard isArmed.load(ordering: .relaxed) else { return nil }
      return devices.withLock { devices in
        devices.first { path.bytes.bytes.starts(with: $0.key.bytes.bytes) }?.value
      }
    }

    static func refusal(of operation: FileError.Operation, on path: FilePath) -> CInt? {
      device(of: path)?.refusal(of: operation, on: path)
    }

    static func room(for count: Int, in path: FilePath) -> Int {
      device(of: path)?.room(for: count, in: path) ?? count
    }
  }
#endif
