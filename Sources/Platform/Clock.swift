internal import Glibc
package import Primitives

/// The clocks of the machine.
package enum Clock {
  /// The wall clock, which people can set.
  package static func now() -> Timestamp {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(seconds: time.tv_sec, nanoseconds: time.tv_nsec)
  }

  /// Nanoseconds since some moment in the past; never goes back.
  package static func monotonicNanoseconds() -> UInt64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  /// Stops the calling thread for at least so long.
  package static func sleep(milliseconds: Int) {
    var rest = timespec(
      tv_sec: milliseconds / 1_000, tv_nsec: milliseconds % 1_000 * 1_000_000)
    while true {
      var remaining = timespec()
      if unsafe nanosleep(&rest, &remaining) == 0 || errno != EINTR { return }
      rest = remaining
    }
  }
}
