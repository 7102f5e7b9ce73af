internal import Lineage
internal import ObjectStore
internal import Platform
internal import Primitives

/// What can be told of the machine that a run runs on: everything but its name.
enum Surroundings {
  /// The machine, as the kernel shows it.
  static func machine() -> RunMachine {
    let kernel = line(of: "/proc/sys/kernel/osrelease") ?? "unknown"
    let release = values(of: "/etc/os-release", separator: "=")["PRETTY_NAME"]
    let name = release.map { ", " + $0.filter { $0 != "\"" } } ?? ""
    let processor = values(of: "/proc/cpuinfo", separator: ":")
    let memory = values(of: "/proc/meminfo", separator: ":")["MemTotal"]
    let kibibytes = memory.flatMap { Int($0.prefix { $0.isNumber }) } ?? 0
    return RunMachine(
      system: "Linux \(kernel)\(name)", architecture: Self.architecture,
      processor: processor["model name"] ?? processor["CPU part"] ?? "unknown",
      processors: Machine.processorCount, memory: .kibibytes(kibibytes),
      accelerators: accelerators())
  }

  /// The architecture that this program was built for, which is the machine's.
  private static var architecture: String {
    #if arch(x86_64)
      "x86_64"
    #elseif arch(arm64)
      "aarch64"
    #else
      "other"
    #endif
  }

  /// The graphics processors that a driver shows in `/proc`.
  private static func accelerators() -> [String] {
    let directory = FilePath("/proc/driver/nvidia/gpus")
    guard let names = try? directory.namesIfPresent() else { return [] }
    return names.compactMap { name in
      let file = directory.appending(name).appending("information")
      return values(of: file, separator: ":")["Model"]
    }
  }

  /// The variables of the allow-list that are set.
  static func environment(_ variables: [ByteString: ByteString]) -> [String: String] {
    var kept: [String: String] = [:]
    for (name, value) in variables where Redaction.allowedVariables.contains(name) {
      if let name = name.text, let value = value.text { kept[name] = value }
    }
    return kept
  }

  private static func line(of path: String) -> String? {
    guard let bytes = try? FilePath(ByteString(path)).contents(limit: .kibibytes(64)) else {
      return nil
    }
    return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
  }

  private static func values(of path: String, separator: Character) -> [String: String] {
    values(of: FilePath(ByteString(path)), separator: separator)
  }

  /// Lines `KEY: VALUE`, the first of each key.
  private static func values(of path: FilePath, separator: Character) -> [String: String] {
    guard let bytes = try? path.contents(limit: .mebibytes(4)) else { return [:] }
    var values: [String: String] = [:]
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      guard let sign = line.firstIndex(of: separator) else { continue }
      let key = trimmed(line[..<sign])
      if values[key] == nil { values[key] = trimmed(line[line.index(after: sign)...]) }
    }
    return values
  }

  private static func trimmed(_ text: Substring) -> String {
    let start = text.drop { $0.isWhitespace }
    return String(start.reversed().drop { $0.isWhitespace }.reversed())
  }
}
