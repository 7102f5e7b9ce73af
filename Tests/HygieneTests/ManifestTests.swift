import Foundation
import TestSupport
import Testing

/// Rules for `Package.swift`, which is the layering of the project.
@Suite struct ManifestTests {
  let manifest = Manifest.current

  @Test func `imports go down the levels`() {
    var violations = Violations()
    for module in manifest.modules {
      guard let level = module.level else { continue }
      for name in module.imports {
        guard let lower = manifest.module(name)?.level else {
          violations.add("\(module.name) imports \(name), which has no level")
          continue
        }
        if lower >= level { violations.add("\(module.name) (\(level)) imports \(name) (\(lower))") }
      }
    }
    violations.expectNone("a module imports only from levels below its own")
    #expect(manifest.modules.count > 5)
    #expect(manifest.levels.count > 3)
  }

  @Test func `a C library is wrapped by one module`() {
    let owners = [
      "CCrypto": "ObjectStore", "CZstd": "ObjectStore", "CZlib": "ObjectStore", "CGit2": "Git",
      "CLinux": "Platform", "CYAML": "Documents", "CTOML": "Documents",
    ]
    for module in manifest.modules {
      for name in module.imports where name.hasPrefix("C") && owners[name] != nil {
        #expect(module.name == owners[name], "\(name) is imported by \(module.name)")
      }
    }
  }

  @Test func `every folder of sources is a module, and every module has a folder`() throws {
    let folders = try FileManager.default.contentsOfDirectory(
      atPath: ProjectRoot.file("Sources").path)
    let declared = manifest.modules.filter { $0.level != nil }.map(\.name)
    #expect(Set(folders) == Set(declared))
  }

  @Test func `every test target tests a module, and every module is tested`() throws {
    let folders = Set(
      try FileManager.default.contentsOfDirectory(atPath: ProjectRoot.file("Tests").path))
    // What is not the test target of a module: the house rules, helpers, and scripts.
    let others: Set = [
      "HygieneTests", "TestSupport", "EndToEnd", "Fuzzing", "FuzzProgram", "FuzzingTests",
    ]
    let modules = Set(ProjectFile.sources.compactMap(\.module))
    // A program is a few lines, and is run by the end-to-end tests.
    let tested = modules.subtracting(SourceRuleTests.programs).map { "\($0)Tests" }
    #expect(folders.subtracting(others) == Set(tested))
    let targets = manifest.modules.filter { $0.level == nil }.map(\.name)
    let helpers = ["HygieneTests", "TestSupport", "Fuzzing", "fuzz", "FuzzingTests"]
    #expect(Set(targets) == Set(tested).union(helpers))
  }

  @Test func `the manifest is a table of contents`() throws {
    let file = try #require(ProjectFile.all.first { $0.path == "Package.swift" })
    #expect(file.lines.count < 160)
  }
}
