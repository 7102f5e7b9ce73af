internal import Glibc

/// A queue between threads that holds a fixed number of elements at most.
///
/// A full queue makes the sender wait and an empty one the receiver: what bounds the memory of a
/// pipeline.
@safe package final class Channel<Element: Sendable>: @unchecked Sendable {
  // Everything below is read and written only under the lock.
  private var elements: [Element?]
  private var first = 0
  private var count = 0
  private var isClosed = false
  private let lock: UnsafeMutablePointer<pthread_mutex_t>
  private let changed: UnsafeMutablePointer<pthread_cond_t>

  /// Makes an empty queue for `capacity` elements, at least 1.
  package init(capacity: Int) {
    precondition(capacity > 0, "a channel needs room for one element")
    elements = Array(repeating: nil, count: capacity)
    unsafe lock = .allocate(capacity: 1)
    unsafe changed = .allocate(capacity: 1)
    unsafe pthread_mutex_init(lock, nil)
    unsafe pthread_cond_init(changed, nil)
  }

  deinit {
    unsafe pthread_cond_destroy(changed)
    unsafe pthread_mutex_destroy(lock)
    unsafe changed.deallocate()
    unsafe lock.deallocate()
  }

  /// Adds an element at the end, when there is room.
  ///
  /// - Returns: `false` when the channel is closed; the element is then dropped.
  @discardableResult
  package func send(_ element: Element) -> Bool {
    unsafe pthread_mutex_lock(lock)
    defer { unsafe pthread_mutex_unlock(lock) }
    while count == elements.count, !isClosed { unsafe pthread_cond_wait(changed, lock) }
    if isClosed { return false }
    elements[(first + count) % elements.count] = element
    count += 1
    unsafe pthread_cond_broadcast(changed)
    return true
  }

  /// Takes the first element, when there is one.
  ///
  /// - Returns: `nil` when the channel is closed and empty.
  package func receive() -> Element? {
    unsafe pthread_mutex_lock(lock)
    defer { unsafe pthread_mutex_unlock(lock) }
    while count == 0, !isClosed { unsafe pthread_cond_wait(changed, lock) }
    guard count > 0 else { return nil }
    let element = elements[first]
    elements[first] = nil
    first = (first + 1) % elements.count
    count -= 1
    unsafe pthread_cond_broadcast(changed)
    return element
  }

  /// Ends the queue: senders are refused, receivers get what is left.
  package func close() {
    unsafe pthread_mutex_lock(lock)
    isClosed = true
    unsafe pthread_cond_broadcast(changed)
    unsafe pthread_mutex_unlock(lock)
  }
}
