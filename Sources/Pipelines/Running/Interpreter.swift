internal import Lineage
internal import ObjectStore
internal import Platform
internal import Primitives

/// The program that ran a script, and the packages that it had at hand.
struct Interpreter: Sendable {
  let tool: RunTools.Tool

  /// Lines `NAME==VERSION`, sorted; empty where the interpreter has no packages that are known.
  let packages: [UInt8]

  /// The names of interpreters that say their version when asked, without the version in the name.
  private static let known = [
    "python", "Rscript", "julia", "node", "nodejs", "ruby", "perl", "bash",
  ]

  /// The interpreter that a program is by its name: `python3.12` is `python`.
  ///
  /// A name that only begins like one is somebody's script, which must not be started once more.
  static func kind(of name: String) -> String? {
    known.first { kind in
      name.hasPrefix(kind)
        && name.dropFirst(kind.count).allSatisfy { $0 == "." || $0.isASCII && $0.isNumber }
    }
  }

  /// What tells the version of Python and the packages it finds, one to a line.
  private static let question: ByteString = """
    import sys, importlib.metadata as m
    say = sys.stdout.write
    say("%d.%d.%d\\n" % sys.version_info[:3])
    seen = {(d.metadata["Name"] or "?") + "==" + (d.version or "?") for d in m.distributions()}
    say("\\n".join(sorted(seen, key=str.lower)) + "\\n")
    """

  /// Asks the first known interpreter among programs.
  ///
  /// - Parameters:
  ///   - programs: The program of the command, and those that it started.
  ///   - environment: The command's.
  /// - Returns: `nil` where none is known, or none answers.
  init?(among programs: [ByteString], environment: [ByteString: ByteString]) {
    for program in programs {
      let name = FilePath(program).name.description
      guard let kind = Self.kind(of: name) else { continue }
      let isPython = kind == "python"
      let process = ChildProcess(
        program, isPython ? ["-c", Self.question] : ["--version"], environment: environment,
        directory: FilePath("/"), input: [], errors: .none)
      guard let outcome = try? process.run(), outcome.succeeded else { continue }
      let lines = String(decoding: outcome.output, as: UTF8.self).split(separator: "\n")
      guard let first = lines.first else { continue }
      let version = isPython ? String(first) : Self.number(in: first)
      tool = RunTools.Tool(name: name, version: version)
      let rest = isPython ? lines.dropFirst().map { $0 + "\n" }.joined() : ""
      packages = Array(rest.utf8)
      return
    }
    return nil
  }

  /// The first word that begins with a digit, or `v` and a digit: most programs say more.
  private static func number(in line: Substring) -> String {
    let words = line.split { $0 == " " || $0 == "," || $0 == "(" }
    let word = words.first { word in
      let digits = word.first == "v" ? word.dropFirst() : word
      return digits.first.map { $0.isASCII && $0.isNumber } ?? false
    }
    return String(word ?? line)
  }
}
