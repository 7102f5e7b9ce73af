package import Primitives
internal import Synchronization

/// Who asks for a lock, and how long it waits for who has it.
package struct LockRequest: Hashable, Sendable {
  /// What the lock is for, in one word for the messages of others: `add`, `gc`.
  package var purpose: String

  /// How long somebody who has the lock is waited for, in milliseconds.
  package var milliseconds: Int

  /// Told when the waiting has become long enough to be worth a word.
  package var observer: LockObserver?

  /// - Parameters:
  ///   - purpose: What the lock is for, in one word.
  ///   - milliseconds: How long to wait.
  package init(for purpose: String = "shale", milliseconds: Int = 60_000) {
    self.purpose = purpose
    self.milliseconds = milliseconds
  }

  /// The same request by another name.
  package func named(_ purpose: String) -> LockRequest {
    var request = self
    request.purpose = purpose
    return request
  }

  /// The same request of somebody who does not wait.
  package var atOnce: LockRequest {
    var request = self
    request.milliseconds = 0
    return request
  }

  /// The line that a holder writes into the file that it has locked.
  var line: String {
    "\(purpose), \(Self.place) since \(Clock.now())\n"
  }

  /// Which process this is.
  static var place: String { "process \(Machine.processID) on \(Machine.hostName)" }

  func told(_ path: FilePath, _ holder: ByteString, afterMilliseconds waited: Int) {
    if waited >= LockObserver.delay { observer?.tell(path, holder) }
  }
}

/// Hears of locks that are waited for, each once.
package final class LockObserver: Sendable {
  /// How long is waited before anybody hears of it, in milliseconds.
  static let delay = 250

  private let told = Mutex<Set<FilePath>>([])
  private let body: @Sendable (_ path: FilePath, _ holder: ByteString) -> Void

  /// - Parameter body: Called with the file of the lock and what its holder says of itself.
  package init(_ body: @escaping @Sendable (_ path: FilePath, _ holder: ByteString) -> Void) {
    self.body = body
  }

  func tell(_ path: FilePath, _ holder: ByteString) {
    guard told.withLock({ $0.insert(path).inserted }) else { return }
    body(path, holder)
  }
}

extension LockObserver: Hashable {
  package static func == (left: LockObserver, right: LockObserver) -> Bool { left === right }

  package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
