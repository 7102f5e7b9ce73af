internal import Lineage
internal import ObjectStore
internal import Platform
internal import Primitives

/// Compares the machine and its programs with those that a run had.
struct EnvironmentComparison {
  /// So many packages that differ are told one by one.
  private static let listLimit = 5

  private let plan: ReproductionPlan
  private let store: ObjectStore

  /// What runs the program here, where the record says what did.
  private let interpreter: Interpreter?

  init(_ plan: ReproductionPlan, store: ObjectStore) {
    self.plan = plan
    self.store = store
    let recorded = plan.record.tools?.interpreter
    // The program of the command is asked first: it may be named by a path.
    let programs = plan.command.prefix(1) + (recorded.map { [ByteString($0.name)] } ?? [])
    interpreter =
      recorded == nil
      ? nil : Interpreter(among: Array(programs), environment: plan.environment)
  }

  /// The programs that are not there.
  func lacks() -> [ReproductionPlan.Lack] {
    var missing: [ByteString] = []
    if let program = plan.command.first, !isThere(program) { missing.append(program) }
    if let tool = plan.record.tools?.interpreter, interpreter == nil {
      let name = ByteString(tool.name)
      if !missing.contains(name), !isThere(name) { missing.append(name) }
    }
    return missing.map { .init(kind: .environment, text: "Program '\($0)' was not found") }
  }

  /// Whether a program can be looked for, and is there; one that the run brings along is.
  private func isThere(_ program: ByteString) -> Bool {
    let isRelative = FilePath(program).isAbsolute == false
    if program.bytes.contains(UInt8(ascii: "/")), isRelative { return true }
    do {
      let file = try ProgramFile.located(program, environment: plan.environment, directory: nil)
      return try file.statusIfPresent(followingSymlink: true) != nil
    } catch {
      return !error.isNotFound
    }
  }

  /// What is not as it was, in words.
  func differences() -> [String] {
    tools() + packages() + machine()
  }

  private func tools() -> [String] {
    guard let then = plan.record.tools?.interpreter, let now = interpreter?.tool,
      then.version != now.version
    else { return [] }
    return [
      "\(ByteString(then.name)) had version \(ByteString(then.version)), and has "
        + "\(ByteString(now.version)) here"
    ]
  }

  // MARK: - Packages

  private func packages() -> [String] {
    guard let list = plan.record.tools?.packages, let interpreter else { return [] }
    guard let bytes = try? store.contents(of: list.oid, limit: .mebibytes(16)) else {
      return ["The list of installed packages is not in the store, and is not compared"]
    }
    let then = Self.versions(bytes)
    let now = Self.versions(interpreter.packages)
    let names = Set(then.keys).union(now.keys).filter { then[$0] != now[$0] }.sorted()
    var lines = names.prefix(Self.listLimit).map { name in
      let versions = (then[name].map { ByteString($0) }, now[name].map { ByteString($0) })
      return switch versions {
      case (let old?, let new?):
        "Package \(ByteString(name)) had version \(old), and has \(new) here"
      case (let old?, nil): "Package \(ByteString(name)) \(old) is not here"
      default: "Package \(ByteString(name)) was not there"
      }
    }
    if names.count > lines.count {
      lines.append("\(names.count - lines.count) more packages differ")
    }
    return lines
  }

  /// Reads lines `NAME==VERSION`.
  private static func versions(_ bytes: [UInt8]) -> [String: String] {
    var versions: [String: String] = [:]
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      guard let sign = line.firstRange(of: "==") else { continue }
      versions[String(line[..<sign.lowerBound])] = String(line[sign.upperBound...])
    }
    return versions
  }

  // MARK: - Machine

  private func machine() -> [String] {
    guard let then = plan.record.machine else { return [] }
    let now = Surroundings.machine()
    func listed(_ names: [String]) -> String {
      names.isEmpty ? "none" : names.joined(separator: ", ")
    }
    let facts: [(name: String, then: String, now: String)] = [
      ("System", then.system, now.system),
      ("Architecture", then.architecture, now.architecture),
      ("Processor", then.processor, now.processor),
      ("Number of processors", "\(then.processors)", "\(now.processors)"),
      ("Accelerators", listed(then.accelerators), listed(now.accelerators)),
    ]
    return facts.filter { $0.then != $0.now }.map { fact in
      "\(fact.name): \(ByteString(fact.then)), and \(ByteString(fact.now)) here"
    }
  }
}
