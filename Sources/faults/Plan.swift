internal import Glibc

/// What goes wrong, at which call, and in which of several ways.
struct Plan: Hashable, Sendable {
  /// What goes wrong.
  enum Fault: String, CaseIterable, Sendable {
    /// The call fails with `EIO`, later ones work.
    case broken = "eio"
    /// From that call on nothing is made or written: `ENOSPC`.
    case full = "enospc"
    /// The same, for want of quota: `EDQUOT`.
    case quota = "edquot"
    /// The call fails with `EACCES`.
    case forbidden = "eacces"
    /// The call that opens a file fails with `EMFILE`.
    case handles = "emfile"
    /// A signal interrupts the call, and the next one: `EINTR`.
    case interrupted = "eintr"
    /// The kernel takes a part of the bytes of a write.
    case short = "short"
    /// The process is killed before the call.
    case killBefore = "die-before"
    /// The process is killed after the call.
    case killAfter = "die-after"
    /// The power goes after the call: what was not synced may be lost.
    case powerCut = "cut"
    /// The same, and git's index is the one from before the command line: git does not sync it.
    case oldIndex = "cut-git"
    /// The power of the machine that has the remote goes; this one works on.
    case remoteCut = "cut-remote"

    /// Whether what was not synced may be lost.
    var isCut: Bool { [.powerCut, .oldIndex, .remoteCut].contains(self) }
  }

  let fault: Fault

  /// The number of the call, from 0; ``atEnd`` for after the last one.
  let call: Int

  /// Which of the ways in which a power cut can go.
  var seed: UInt64 = 0

  /// After the command has succeeded.
  static let atEnd = 1 << 30

  /// The plan as `cut:17:3`.
  var text: String {
    "\(fault.rawValue):\(call == Self.atEnd ? "end" : String(call)):\(seed)"
  }

  init(_ fault: Fault, at call: Int, seed: UInt64 = 0) {
    (self.fault, self.call, self.seed) = (fault, call, seed)
  }

  init?(_ text: String) {
    let parts = text.split(separator: ":")
    guard parts.count == 3, let fault = Fault(rawValue: String(parts[0])),
      let call = parts[1] == "end" ? Self.atEnd : Int(parts[1]), let seed = UInt64(parts[2])
    else { return nil }
    self.init(fault, at: call, seed: seed)
  }

  /// The value of `errno` that calls fail with.
  var code: CInt? {
    switch fault {
    case .broken: EIO
    case .full: ENOSPC
    case .quota: EDQUOT
    case .forbidden: EACCES
    case .handles: EMFILE
    case .interrupted: EINTR
    case .short, .killBefore, .killAfter, .powerCut, .oldIndex, .remoteCut: nil
    }
  }

  /// Whether the process does not survive it.
  var isDeath: Bool { fault.isCut || fault == .killBefore || fault == .killAfter }
}

/// Random numbers that are the same in every run.
struct SeededNumbers: RandomNumberGenerator {
  private var state: UInt64

  /// Another factor than that of the steps: with the same one, the numbers of a seed would be those
  /// of its neighbour, one step on.
  init(seed: UInt64) { state = seed &* 0xD134_2543_DE82_EF95 &+ 0x1234_5678_9ABC_DEF1 }

  mutating func next() -> UInt64 {
    // SplitMix64, of Steele, Lea and Flood.
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }

  mutating func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8(truncatingIfNeeded: next() >> 32) }
  }
}
