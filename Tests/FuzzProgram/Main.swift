import Foundation
import Fuzzing
import TestSupport

/// Gives parsers hostile input.
///
///     fuzz [--seconds COUNT] [--seed NUMBER] [PARSER…]
///
/// Each parser is read in a process of its own, so that one that traps is known with its input,
/// which is kept as `fixtures/crashers/PARSER/SHA`. Without `--seconds`, each parser gets 5.
///
/// Built with `-sanitize=fuzzer -DFUZZER` it is the compiler's fuzzer, with its options, for the
/// parser that `FUZZ_PARSER` names.
@main struct Main {
  static func main() throws {
    #if FUZZER
      var count = CommandLine.argc
      var words = unsafe CommandLine.unsafeArgv
      exit(unsafe runFuzzer(&count, &words) { unsafe readOneInput($0, $1) })
    #else
      try run()
    #endif
  }

  private static func run() throws {
    var arguments = CommandLine.arguments.dropFirst()
    var seconds = 5
    var seed: UInt64 = 1
    var names: [String] = []
    while let argument = arguments.popFirst() {
      switch argument {
      case "--seconds": seconds = arguments.popFirst().flatMap { Int($0) } ?? seconds
      case "--seed": seed = arguments.popFirst().flatMap { UInt64($0) } ?? seed
      case "--list": return FuzzedParser.all.forEach { print($0.name) }
      case "--seeds": return try writeSeeds(of: arguments.first ?? "", to: arguments.last ?? "")
      case "--child":
        return try child(arguments.first ?? "", seed, seconds, input: arguments.last ?? "")
      default: names.append(argument)
      }
    }
    let parsers = FuzzedParser.all.filter { names.isEmpty || names.contains($0.name) }
    var failed = 0
    for parser in parsers {
      let isSound = try supervise(parser, seed, seconds)
      failed += isSound ? 0 : 1
    }
    print("\(parsers.count - failed) passed, \(failed) failed")
    if failed > 0 { exit(1) }
  }

  /// Runs one parser in another process, and keeps the input that ended it.
  private static func supervise(_ parser: FuzzedParser, _ seed: UInt64, _ seconds: Int) throws
    -> Bool
  {
    let directory = FileManager.default.temporaryDirectory
    let input = directory.appending(path: "shale-fuzz-\(getpid())-\(parser.name)")
    defer { try? FileManager.default.removeItem(at: input) }
    let process = Process()
    process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = [
      "--seconds", "\(seconds)", "--seed", "\(seed)", "--child", parser.name, input.path,
    ]
    // A trap prints pages of what the processor held.
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["SWIFT_BACKTRACE": "enable=no"]
    ) { $1 }
    try process.run()
    // One input that never ends must not keep the others from their turn.
    let end = ContinuousClock.now + .seconds(seconds + 20)
    while process.isRunning, ContinuousClock.now < end { usleep(20_000) }
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
    if process.terminationReason == .exit { return process.terminationStatus == 0 }
    let kept = try Crashers.keep(Array(Data(contentsOf: input)), of: parser)
    print("\(parser.name): ended by signal \(process.terminationStatus), kept as \(kept)")
    return false
  }

  private static func child(
    _ name: String, _ seed: UInt64, _ seconds: Int, input: String
  ) throws {
    guard let parser = FuzzedParser.all.first(where: { $0.name == name }) else { exit(2) }
    let url = URL(filePath: input)
    let outcome = try FuzzRun(parser, seed: seed).run(.max, for: .seconds(seconds)) { bytes in
      try Data(bytes).write(to: url)
    }
    for (bytes, reason) in outcome.failures {
      print("\(name): \(reason), kept as \(try Crashers.keep(bytes, of: parser))")
    }
    let slowest = outcome.slowest
    print(
      "\(name): \(outcome.cases) inputs, \(outcome.accepted) accepted; "
        + "the slowest of \(slowest.bytes.count) bytes took \(slowest.time)")
    exit(outcome.failures.isEmpty ? 0 : 1)
  }

  /// Writes what a parser starts from, one file for each seed.
  private static func writeSeeds(of name: String, to directory: String) throws {
    guard let parser = FuzzedParser.all.first(where: { $0.name == name }) else { exit(2) }
    for (number, bytes) in try parser.seeds().enumerated() {
      try Data(bytes).write(to: URL(filePath: directory).appending(path: "seed-\(number)"))
    }
  }
}

#if FUZZER
  /// The fuzzer of the compiler: takes the words of a command line, and what is asked with each input.
  @unsafe @_silgen_name("LLVMFuzzerRunDriver")
  private func runFuzzer(
    _ count: UnsafeMutablePointer<CInt>,
    _ words: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ read: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
  ) -> CInt
#endif

/// What the fuzzer calls with each input.
///
/// The input is also read with its checksums put right.
@_cdecl("LLVMFuzzerTestOneInput")
public func readOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
  do {
    _ = try FuzzedInput.parser?.read(bytes)
    if let repaired = FuzzedInput.parser?.repaired {
      _ = try FuzzedInput.parser?.read(repaired(bytes))
    }
  } catch {
    preconditionFailure("\(error)")
  }
  return 0
}

/// Which parser the fuzzer is for.
private enum FuzzedInput {
  static let parser = FuzzedParser.all.first {
    $0.name == ProcessInfo.processInfo.environment["FUZZ_PARSER"]
  }
}
