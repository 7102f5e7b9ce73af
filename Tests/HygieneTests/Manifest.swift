import Foundation
import TestSupport

/// The modules of the project as `Package.swift` declares them.
///
/// The manifest is read as text: its form is our own, and a test must not run a second build.
struct Manifest {
  /// One target of the manifest.
  struct Module: Hashable {
    let name: String
    let imports: [String]

    /// The level the manifest lists it under, or `nil` for a target of the tests.
    let level: Int?
  }

  let modules: [Module]

  /// What the manifest says of each level, lowest first.
  let levels: [Int: String]

  func module(_ name: String) -> Module? {
    modules.first { $0.name == name }
  }

  /// Whether `lower` is imported by `upper`, or by something that `upper` imports.
  func reaches(_ lower: String, from upper: String) -> Bool {
    guard let module = module(upper) else { return false }
    return module.imports.contains { $0 == lower || reaches(lower, from: $0) }
  }

  /// The imports of a module that no other import of it implies.
  func directImports(of module: Module) -> [String] {
    module.imports.filter { name in
      !module.imports.contains { $0 != name && reaches(name, from: $0) }
    }
  }

  static let current = Manifest(
    text: ProjectFile.all.first { $0.path == "Package.swift" }?.text ?? "")

  init(text: String) {
    var levels: [Int: String] = [:]
    var modules: [Module] = []
    var level: Int?
    let start = text.range(of: "  targets: [")?.upperBound ?? text.endIndex
    var declaration = ""
    for line in text[start...].split(separator: "\n") {
      if let match = line.wholeMatch(of: /\s*\/\/ (?:([0-9]): )?(.*)/) {
        level = match.output.1.flatMap { Int($0) }
        if let level { levels[level] = String(match.output.2) }
        continue
      }
      declaration += line
      let opened = declaration.count { "([".contains($0) }
      let closed = declaration.count { ")]".contains($0) }
      guard opened == closed else { continue }
      if let module = Self.module(declaration, level: level) { modules.append(module) }
      declaration = ""
    }
    self.levels = levels
    self.modules = modules
  }

  /// Reads one declaration: its first string is the name, and the lists hold what it imports.
  private static func module(_ text: String, level: Int?) -> Module? {
    guard let name = text.firstMatch(of: /"([^"]+)"/)?.output.1 else { return nil }
    let isTests = text.contains(/tests\(\s*of:/)
    var imports: [String] = []
    if !text.contains("system("), let list = text.firstMatch(of: /\[(.*)\]/)?.output.1 {
      imports = list.matches(of: /"([^"]+)"/).map { String($0.output.1) }
    }
    return Module(
      name: isTests ? "\(name)Tests" : String(name),
      imports: isTests ? [String(name), "TestSupport"] + imports : imports, level: level)
  }
}
