// swift-tools-version: 6.2

import PackageDescription

/// The settings every Swift target is built with.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

/// Declares a library target under `Sources`, with the modules it may import.
///
/// The build runs with `--explicit-target-dependency-import-check error`, so this list is the
/// layering: any other import fails the build. `docs/architecture.md` is drawn from it.
func module(_ name: String, imports: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: imports, swiftSettings: strict)
}

/// Declares a C library of the system, found through pkg-config.
func system(_ name: String, pkgConfig: String, apt package: String) -> Target {
  .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([package])])
}

/// Declares the test target of a module, under `Tests`.
func tests(of name: String, imports: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: "\(name)Tests",
    dependencies: [.init(stringLiteral: name), "TestSupport"] + imports,
    swiftSettings: strict)
}

let package = Package(
  name: "shale",
  products: [
    .executable(name: "shale", targets: ["shale"]),
    .library(name: "shale-trace", type: .dynamic, targets: ["CTrace"]),
  ],
  targets: [
    // 0: values, and the libraries of the system.
    module("Primitives"),
    .target(name: "CLinux"),
    .target(name: "CTrace"),
    system("CCrypto", pkgConfig: "libcrypto", apt: "libssl-dev"),
    system("CZstd", pkgConfig: "libzstd", apt: "libzstd-dev"),
    system("CZlib", pkgConfig: "zlib", apt: "zlib1g-dev"),
    system("CGit2", pkgConfig: "libgit2", apt: "libgit2-dev"),
    system("CYAML", pkgConfig: "yaml-0.1", apt: "libyaml-dev"),
    system("CTOMLHeaders", pkgConfig: "tomlplusplus", apt: "libtomlplusplus-dev"),
    .target(name: "CTOML"),  // Compiles those headers; nothing is linked, so it does not name them.

    // 1: the only code that makes system calls; command lines.
    module("Platform", imports: ["Primitives", "CLinux"]),
    module("Arguments", imports: ["Primitives"]),

    // 2: storage, git and documents: bytes in, names and values out.
    module("ObjectStore", imports: ["Primitives", "Platform", "CCrypto", "CZstd", "CZlib"]),
    module("Git", imports: ["Primitives", "Platform", "CGit2"]),
    module("Terminal", imports: ["Primitives", "Platform"]),
    module("Documents", imports: ["Primitives", "CYAML", "CTOML"]),
    module("Figures", imports: ["Primitives"]),

    // 3: what the bytes mean to people, and where else they live.
    module("Workspace", imports: ["Primitives", "Platform", "ObjectStore", "Git"]),
    module("Remotes", imports: ["Primitives", "Platform", "ObjectStore"]),
    module("Lineage", imports: ["Primitives", "Platform", "ObjectStore", "Git", "Documents"]),
    module("ContentDiff", imports: ["Primitives", "Platform", "ObjectStore", "Documents"]),

    // 4: what to run.
    module(
      "Pipelines",
      imports: [
        "Primitives", "Platform", "ObjectStore", "Git", "Documents", "Workspace", "Lineage",
      ]),

    // 5: the composition root: one repository, opened.
    module(
      "Project",
      imports: [
        "Primitives", "Platform", "ObjectStore", "Git", "Remotes", "Workspace", "Lineage",
      ]),

    // 6: the verbs: arguments in, a report or a failure with advice out.
    module(
      "Commands",
      imports: [
        "Primitives", "Arguments", "Platform", "Terminal", "ObjectStore", "Git", "Documents",
        "Figures", "Remotes", "Workspace", "Lineage", "ContentDiff", "Pipelines", "Project",
      ]),

    // 7: the program.
    .executableTarget(
      name: "shale", dependencies: ["Commands", "Platform", "Terminal"], swiftSettings: strict),
    .executableTarget(
      name: "benchmarks",
      dependencies: [
        "Primitives", "Platform", "Terminal", "ObjectStore", "Documents", "Workspace", "Lineage",
        "Commands",
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "observe", dependencies: ["Primitives", "Platform"], swiftSettings: strict),
    .executableTarget(
      name: "faults",
      dependencies: ["Primitives", "Platform", "Terminal", "ObjectStore", "Project", "Commands"],
      swiftSettings: strict),

    // Tests.
    .target(
      name: "TestSupport", dependencies: ["Primitives", "Platform"], path: "Tests/TestSupport",
      swiftSettings: strict),
    tests(of: "Primitives"),
    tests(of: "Platform", imports: ["Primitives"]),
    tests(of: "Arguments", imports: ["Primitives"]),
    tests(of: "ObjectStore", imports: ["Primitives", "Platform"]),
    tests(
      of: "Commands",
      imports: [
        "Primitives", "Platform", "Arguments", "Terminal", "ObjectStore", "Documents", "Workspace",
        "Lineage", "ContentDiff", "Project",
      ]),
    tests(of: "Terminal", imports: ["Primitives", "Platform"]),
    tests(of: "Figures", imports: ["Primitives"]),
    tests(of: "Workspace", imports: ["Primitives", "Platform", "ObjectStore", "Git"]),
    tests(of: "Remotes", imports: ["Primitives", "Platform", "ObjectStore"]),
    tests(of: "Git", imports: ["Primitives", "Platform"]),
    tests(
      of: "Lineage", imports: ["Primitives", "Platform", "ObjectStore", "Git", "Documents"]),
    tests(of: "Documents", imports: ["Primitives"]),
    tests(of: "ContentDiff", imports: ["Primitives", "Platform", "ObjectStore", "Documents"]),
    tests(
      of: "Pipelines",
      imports: [
        "Primitives", "Platform", "ObjectStore", "Git", "Documents", "Workspace", "Lineage",
      ]),
    tests(of: "Project", imports: ["Primitives", "Platform", "ObjectStore", "Git", "Remotes"]),
    // Hostile input for every parser: as tests, and as a program for the fuzzer (`make fuzz`).
    .target(
      name: "Fuzzing",
      dependencies: [
        "Primitives", "Platform", "Arguments", "ObjectStore", "Git", "Documents", "Remotes",
        "Workspace", "Lineage", "ContentDiff", "Project", "Commands", "TestSupport",
      ], path: "Tests/Fuzzing", swiftSettings: strict),
    .executableTarget(
      name: "fuzz", dependencies: ["Fuzzing", "TestSupport"], path: "Tests/FuzzProgram",
      swiftSettings: strict),
    .testTarget(
      name: "FuzzingTests", dependencies: ["Fuzzing", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "HygieneTests", dependencies: ["Primitives", "TestSupport"], swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)
