internal import Glibc

/// Calls a closure again and again on a thread of its own, until it is stopped.
package final class Ticker: Sendable {
  private let bell = Bell()
  private let thread: pthread_t?

  /// Starts the thread.
  ///
  /// On a machine that refuses one, `body` is never called.
  ///
  /// - Parameters:
  ///   - delay: The time until the first call, in milliseconds.
  ///   - interval: The time from the end of one call to the next, in milliseconds, at least 1.
  ///   - body: What is done each time.
  package init(
    afterMilliseconds delay: Int, everyMilliseconds interval: Int,
    _ body: @escaping @Sendable () -> Void
  ) {
    precondition(interval > 0, "a ticker without an interval never rests")
    let bell = bell
    thread = Threads.start {
      var pause = delay
      while !bell.wait(milliseconds: pause) {
        body()
        pause = interval
      }
    }
  }

  deinit {
    bell.ring()
    if let thread { pthread_join(thread, nil) }
  }

  /// Makes sure that no further call begins.
  ///
  /// Letting go of the ticker waits for the last one.
  package func stop() { bell.ring() }
}

/// Something that a thread can wait for, but not for ever.
@safe private final class Bell: @unchecked Sendable {
  // Read and written only under the lock.
  private var hasRung = false
  private let lock: UnsafeMutablePointer<pthread_mutex_t>
  private let changed: UnsafeMutablePointer<pthread_cond_t>

  init() {
    unsafe lock = .allocate(capacity: 1)
    unsafe changed = .allocate(capacity: 1)
    unsafe pthread_mutex_init(lock, nil)
    var attributes = pthread_condattr_t()
    unsafe pthread_condattr_init(&attributes)
    unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    unsafe pthread_cond_init(changed, &attributes)
    unsafe pthread_condattr_destroy(&attributes)
  }

  deinit {
    unsafe pthread_cond_destroy(changed)
    unsafe pthread_mutex_destroy(lock)
    unsafe changed.deallocate()
    unsafe lock.deallocate()
  }

  func ring() {
    unsafe pthread_mutex_lock(lock)
    hasRung = true
    unsafe pthread_cond_broadcast(changed)
    unsafe pthread_mutex_unlock(lock)
  }

  /// Waits so long, or until the bell has rung.
  ///
  /// - Returns: Whether it has.
  func wait(milliseconds: Int) -> Bool {
    let end = Clock.monotonicNanoseconds() + UInt64(max(milliseconds, 0)) * 1_000_000
    var deadline = timespec(
      tv_sec: Int(end / 1_000_000_000), tv_nsec: Int(end % 1_000_000_000))
    unsafe pthread_mutex_lock(lock)
    defer { unsafe pthread_mutex_unlock(lock) }
    while !hasRung {
      if unsafe pthread_cond_timedwait(changed, lock, &deadline) == ETIMEDOUT { break }
    }
    return hasRung
  }
}
