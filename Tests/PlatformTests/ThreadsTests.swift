import Platform
import Synchronization
import Testing

@Suite struct ThreadsTests {
  struct Oops: Error, Equatable {
    let number: Int
  }

  @Test(arguments: [(0, 1), (1, 1), (1_000, 1), (1_000, 64), (65, 64)])
  func `every number is dealt with once`(count: Int, grain: Int) {
    let seen = Mutex([Int](repeating: 0, count: count))
    Threads.forEach(count, grain: grain, threads: 4) { index in
      seen.withLock { $0[index] += 1 }
    }
    let counts = seen.withLock { $0 }
    #expect(counts.allSatisfy { $0 == 1 })
  }

  @Test func `the first error is thrown and ends the work early`() {
    let calls = Atomic(0)
    #expect(throws: Oops(number: 5)) {
      try Threads.forEach(1_000_000, threads: 1) { index throws(Oops) in
        calls.wrappingAdd(1, ordering: .relaxed)
        if index == 5 { throw Oops(number: index) }
      }
    }
    #expect(calls.load(ordering: .relaxed) == 6)
  }

  @Test func `the threads of a run are there at once`() {
    let channel = Channel<Int>(capacity: 1)
    let sum = Atomic(0)
    // One thread sends more than the channel holds: it ends only if the other one receives.
    Threads.run(2) { index in
      if index == 0 {
        for number in 1...1_000 { channel.send(number) }
        channel.close()
      } else {
        while let number = channel.receive() { sum.wrappingAdd(number, ordering: .relaxed) }
      }
    }
    #expect(sum.load(ordering: .relaxed) == 500_500)
  }

  @Test func `a closed channel gives what is left and takes no more`() {
    let channel = Channel<Int>(capacity: 3)
    channel.send(1)
    channel.send(2)
    channel.close()
    #expect(channel.send(3) == false)
    #expect(channel.receive() == 1)
    #expect(channel.receive() == 2)
    #expect(channel.receive() == nil)
  }
}
