#if DEBUG
  internal import Glibc
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

    /// Makes a call that changes something: calls `body` once, or ends the process.
    ///
    /// - Parameters:
    ///   - change: What it changes.
    ///   - body: The call; returns whether it worked.
    func make(_ change: Change, _ body: () -> Bool)
  }

  extension FaultyDevice {
    /// Makes the call: a device that only refuses has nothing to add.
    package func make(_ change: Change, _ body: () -> Bool) { _ = body() }
  }

  /// The devices that are in the way of system calls, each below a directory of its own.
  package enum Faults {
    private static let isArmed = Atomic(false)
    private static let devices = Mutex<[FilePath: any FaultyDevice]>([:])
    private static let pretended = Mutex<[UInt8]?>(nil)

    /// The run of the machine that this process takes for its own, instead of the kernel's.
    ///
    /// It has to be set before anything asks: 16 bytes.
    package static var bootID: [UInt8]? {
      get { pretended.withLock { $0 } }
      set { pretended.withLock { $0 = newValue } }
    }

    /// Puts a device below a directory, for all threads, until `body` returns.
    package static func with<Value>(
      _ device: some FaultyDevice, below directory: FilePath, _ body: () throws -> Value
    ) rethrows -> Value {
      set(device, below: directory)
      defer { set(nil, below: directory) }
      return try body()
    }

    private static func set(_ device: (any FaultyDevice)?, below directory: FilePath) {
      devices.withLock { devices in
        devices[directory] = device
        isArmed.store(!devices.isEmpty, ordering: .sequentiallyConsistent)
      }
    }

    private static func device(of path: FilePath) -> (any FaultyDevice)? {
      guard isArmed.load(ordering: .relaxed) else { return nil }
      let bytes = path.bytes.bytes
      // Searched outside the lock, which every call of every thread takes.
      let devices = devices.withLock { $0 }
      return devices.first { directory, _ in
        let count = directory.bytes.bytes.count
        return bytes.starts(with: directory.bytes.bytes)
          && (bytes.count == count || bytes[count] == UInt8(ascii: "/"))
      }?.value
    }

    /// Makes a call, if its device lets it through.
    ///
    /// - Returns: What the call returned, and `errno` as it was then.
    static func made<Value: FixedWidthInteger>(
      _ operation: FileError.Operation, _ path: FilePath, _ change: Change?, _ call: () -> Value
    ) -> (Value, CInt) {
      var (result, code) = (~Value.zero, CInt.zero)
      let device = device(of: path)
      if let refusal = device?.refusal(of: operation, on: path) { return (result, refusal) }
      func body() -> Bool {
        result = call()
        code = errno
        return result != ~Value.zero
      }
      if let device, let change { device.make(change, body) } else { _ = body() }
      return (result, code)
    }

    static func room(for count: Int, in path: FilePath) -> Int {
      device(of: path)?.room(for: count, in: path) ?? count
    }
  }
#endif
