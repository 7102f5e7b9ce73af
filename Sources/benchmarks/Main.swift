/// Measures the hot paths, those of the store on one core, or makes records of runs to measure lists
/// with.
///
///     benchmarks [--mebibytes COUNT] [--rounds COUNT] [--exactly] [WORD…]
///     benchmarks make-runs COUNT DIRECTORY
///     benchmarks collect STORE [OID…]
///
/// Runs the benchmarks whose names hold one of the words (with `--exactly`, are one), or all.
/// `make-runs` writes into the directory of a clone's records, `.git/shale/runs`. `collect` keeps the
/// trees of these oids in a store, and moves the rest to trash.
@main struct Main {
  static func main() throws {
    var words: [String] = []
    var mebibytes = 64
    var rounds = 5
    var isExact = false
    var arguments = CommandLine.arguments.dropFirst()
    if arguments.first == "make-runs" {
      return try SampleRuns.make(Array(arguments.dropFirst()))
    }
    if arguments.first == "collect" {
      return try StoreCollection.run(Array(arguments.dropFirst()))
    }
    while let argument = arguments.popFirst() {
      switch argument {
      case "--mebibytes": mebibytes = arguments.popFirst().flatMap { Int($0) } ?? mebibytes
      case "--rounds": rounds = arguments.popFirst().flatMap { Int($0) } ?? rounds
      case "--exactly": isExact = true
      default: words.append(argument)
      }
    }
    for benchmark in Benchmark.all
    where words.isEmpty
      || words.contains(where: { isExact ? benchmark.name == $0 : benchmark.name.contains($0) })
    {
      let result = try benchmark.measure(size: mebibytes << 20, rounds: rounds)
      print("\(benchmark.name): \(result.speed)  \(result.check)")
    }
  }
}
