internal import Platform
internal import Primitives

/// What a lease says: `docs/format/store.md` § Leases.
struct LeaseText: Hashable, Sendable {
  private var host: [UInt8]?
  private var boot: [UInt8]?

  /// Whether its writer holds a lock on it.
  private(set) var isLocked = true

  /// The text of this process.
  static func own(isLocked: Bool) -> LeaseText {
    LeaseText(
      host: Machine.hostName.bytes, boot: Array(Hex.string(of: Machine.bootID).utf8),
      isLocked: isLocked)
  }

  private init(host: [UInt8], boot: [UInt8], isLocked: Bool) {
    (self.host, self.boot, self.isLocked) = (host, boot, isLocked)
  }

  /// Reads what a lease says; what it does not say is not known.
  init(decoding bytes: [UInt8]) {
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      let words = line.split(separator: UInt8(ascii: " "), maxSplits: 1)
      guard words.count == 2 else { continue }
      switch String(decoding: words[0], as: UTF8.self) {
      case "host": host = Array(words[1])
      case "boot": boot = Array(words[1])
      case "lock": isLocked = words[1].elementsEqual("held".utf8)
      default: continue
      }
    }
  }

  var encoded: [UInt8] {
    var bytes = Array("shale lease 1\nprocess \(Machine.processID)\nhost ".utf8)
    bytes += (host ?? []) + Array("\nboot ".utf8) + (boot ?? []) + [UInt8(ascii: "\n")]
    if !isLocked { bytes += Array("lock none\n".utf8) }
    return bytes
  }

  /// Whether the writer's kernel is, or was before a restart, the one of this process: containers
  /// of one machine have names of their own.
  var isOfThisMachine: Bool {
    guard let host, let boot else { return true }
    return host == Machine.hostName.bytes || boot.elementsEqual(Hex.string(of: Machine.bootID).utf8)
  }
}
