internal import Glibc
internal import Synchronization

/// Threads of the operating system, for work that computes or waits for disks.
package enum Threads {
  /// Runs `body` on `count` threads at once and returns when all of them have ended.
  ///
  /// - Parameters:
  ///   - count: How many threads; the calling thread is one of them.
  ///   - body: The work of one thread, given its number from 0. Errors must be kept by the body:
  ///     ``FirstError`` is made for that.
  package static func run(_ count: Int, _ body: @Sendable (_ index: Int) -> Void) {
    guard count > 1 else { return body(0) }
    withoutActuallyEscaping(body) { body in
      var threads: [pthread_t] = []
      for index in 1..<count {
        // A machine that refuses a thread still gets the work done, by fewer of them, but only
        // where the threads share their work: a pipeline's stage must not be missing.
        guard let thread = start({ body(index) }) else {
          preconditionFailure("the operating system gives no thread")
        }
        threads.append(thread)
      }
      body(0)
      for thread in threads { pthread_join(thread, nil) }
    }
  }

  /// Calls `body` for every number below `count`, on all processors, in no particular order.
  ///
  /// The first error ends the work early and is thrown.
  ///
  /// - Parameters:
  ///   - count: How many calls.
  ///   - grain: How many calls a thread takes at a time.
  ///   - threads: How many threads at most.
  ///   - body: The work for one number.
  /// - Throws: The first error of `body`.
  package static func forEach<Failure: Error>(
    _ count: Int, grain: Int = 1, threads: Int = Machine.processorCount,
    _ body: @Sendable (_ index: Int) throws(Failure) -> Void
  ) throws(Failure) {
    let shares = WorkShares(of: count, grain: grain)
    let failure = FirstError<Failure>()
    run(min(threads, shares.total)) { _ in
      while !failure.isSet, let share = shares.next() {
        for index in share {
          do throws(Failure) {
            try body(index)
          } catch {
            failure.set(error)
            return
          }
        }
      }
    }
    try failure.rethrow()
  }

  private final class Start: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  /// Starts a thread, which has to be joined, or returns `nil` when the system refuses one.
  static func start(_ body: @escaping @Sendable () -> Void) -> pthread_t? {
    var thread = pthread_t()
    let context = unsafe Unmanaged.passRetained(Start(body))
    let result = unsafe pthread_create(
      &thread, nil,
      { context in
        guard let context = unsafe context else { return nil }
        unsafe Unmanaged<Start>.fromOpaque(context).takeRetainedValue().body()
        return nil
      }, context.toOpaque())
    guard result == 0 else {
      unsafe context.release()
      return nil
    }
    return thread
  }
}

/// The numbers below a count, handed out to threads that share a work.
package final class WorkShares: Sendable {
  private let count: Int
  private let grain: Int
  private let taken = Atomic(0)

  /// Prepares to hand out numbers.
  ///
  /// - Parameters:
  ///   - count: The first number that is none of them.
  ///   - grain: How many a thread takes at a time.
  package init(of count: Int, grain: Int = 1) {
    (self.count, self.grain) = (count, max(grain, 1))
  }

  /// How many shares there are: more threads than this find nothing to do.
  package var total: Int { (count + grain - 1) / grain }

  /// The numbers of the next share, for one thread alone; `nil` when all are taken.
  package func next() -> Range<Int>? {
    let start = taken.wrappingAdd(grain, ordering: .relaxed).oldValue
    return start < count ? start..<min(start + grain, count) : nil
  }
}

/// The first error of several threads.
package final class FirstError<Failure: Error>: Sendable {
  private let failure = Mutex<Failure?>(nil)
  private let flag = Atomic(false)

  package init() {}

  /// Whether a thread has failed; cheap enough to ask before every piece of work.
  package var isSet: Bool { flag.load(ordering: .relaxed) }

  /// Keeps `error` if it is the first.
  package func set(_ error: Failure) {
    failure.withLock { if $0 == nil { $0 = error } }
    flag.store(true, ordering: .relaxed)
  }

  /// Throws the first error, if there was one.
  package func rethrow() throws(Failure) {
    if let failure = failure.withLock({ $0 }) { throw failure }
  }
}
