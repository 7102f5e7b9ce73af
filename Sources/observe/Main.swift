internal import Glibc
internal import Platform
internal import Primitives

/// Runs a program in the foreground and writes down how that went: for tests and measurements of
/// what `Platform` does, without a repository.
///
///     observe REPORT METHOD DIRECTORY PROGRAM [ARGUMENT…]
///
/// METHOD is a way of watching, `any` for the first that works, or `none`; of files that are read,
/// those below DIRECTORY are kept.
///
/// The report has one fact a line; it holds the process's id as soon as the program runs, and the
/// rest when it has ended. The exit status is the one that a shell would give.
@main struct Main {
  static func main() {
    Signals.ignoreRefusedWrites()
    let words = Startup.arguments()
    guard words.count > 3 else {
      print("usage: observe REPORT METHOD DIRECTORY PROGRAM [ARGUMENT…]")
      exit(2)
    }
    do throws(FileError) {
      let process = ForegroundProcess(
        words[3], Array(words.dropFirst(4)), environment: Startup.environment())
      let observer = observer(words[1].text ?? "", below: words[2])
      exit(try run(process, watchedBy: observer, report: FilePath(words[0])))
    } catch {
      print("error: \(error)")
      exit(error.operation != .execute ? 125 : error.isNotFound ? 127 : 126)
    }
  }

  /// Runs the program and gives the status to end with.
  private static func run(
    _ process: ForegroundProcess, watchedBy observer: FileObserver?, report: FilePath
  ) throws(FileError) -> CInt {
    let file = try OpenFile.forUpdating(report)
    var start = ""
    let outcome = try process.run(observing: observer) { number in start = "process \(number)\n" }
    let text =
      start + "status \(outcome.status ?? -1)\nsignal \(outcome.signal ?? 0)\n"
      + "user \(outcome.userSeconds)\nsystem \(outcome.systemSeconds)\n"
      + "memory \(outcome.peakMemory.bytes)\n" + lines(outcome.files)
    try file.resize(to: .zero)
    try file.write(Array(text.utf8).span, at: 0)
    return CInt(outcome.status ?? 128 + (outcome.signal ?? 0))
  }

  private static func observer(_ method: String, below directory: ByteString) -> FileObserver? {
    let methods = FileObserver.Method(rawValue: method).map { [$0] }
    if methods == nil, method != "any" { return nil }
    let prefix = directory.bytes + [UInt8(ascii: "/")]
    return FileObserver(methods: methods ?? FileObserver.Method.allCases) { path in
      path.bytes.bytes.starts(with: prefix)
    }
  }

  private static func lines(_ files: ObservedFiles?) -> String {
    guard let files else { return "" }
    let facts =
      ["method \(files.method?.rawValue ?? "none")"]
      + files.mayMiss.map { "misses \($0.rawValue)" }.sorted()
      + files.read.map { "read \($0)" } + files.executed.map { "executed \($0)" }
    return facts.joined(separator: "\n") + "\n"
  }
}
