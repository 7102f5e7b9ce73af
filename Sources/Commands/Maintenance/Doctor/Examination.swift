internal import Git
internal import ObjectStore
internal import Platform
internal import Primitives
internal import Project
internal import Remotes
internal import Workspace

/// What `doctor` looks at, and what it has found so far.
struct Examination {
  typealias Check = DoctorReport.Check

  let context: CommandContext
  private(set) var sections: [DoctorReport.Section] = []

  /// What would be faster, told at the end.
  var costs: [Check] = []

  /// Whether there is a repository that was set up for Shale.
  private(set) var isSetUp = false

  init(context: CommandContext) {
    self.context = context
  }

  mutating func add(_ title: String, _ checks: [Check]) {
    sections.append(.init(title: title, checks: checks))
  }
}

// MARK: - The program

extension Examination {
  /// Below this rate hashing is what `add` and `checkout` wait for: bytes in a second.
  private static let slowHashing = 600e6

  mutating func lookAtProgram() {
    let place = (try? FilePath.runningProgram()).map { ", \($0)" } ?? ""
    let rate = Self.hashingRate()
    let speed = ByteCount.bytes(Int(rate))
    if rate < Self.slowHashing {
      costs.append(
        Check(
          "slow-hashing", .note,
          "SHA-256 takes a second for \(speed) on one processor: it has no instructions for that, "
            + "or libcrypto does not use them, and whatever is added or checked is hashed"))
    }
    add(
      "Program",
      [
        Check("shale", "shale \(Tool.version)\(place)"), git,
        Check("libgit2", "libgit2 \(GitLibrary.version)"), watching,
        Check(
          "processors",
          "\(counted(Machine.processorCount, "processor")), each hashes \(speed) in a second"),
      ])
  }

  private var git: Check {
    do throws(GitError) {
      let version = try GitProgram(environment: context.environment).version()
      let text = "git \(version.major).\(version.minor).\(version.patch)"
      if version >= GitProgram.oldest { return Check("git", text) }
      return Check(
        "git", .problem, "\(text) is too old: Shale needs 2.30", hints: ["Upgrade git"])
    } catch {
      return Check("git", CommandFailure(error))
    }
  }

  private var watching: Check {
    guard let library = FileObserver.installedLibrary() else {
      return Check(
        "watching", .note,
        "libshale-trace.so is not installed: where the kernel may not watch a run, nothing does",
        hints: ["Install Shale with `make install`, as a package or as a wheel"])
    }
    return Check("watching", "Runs that the kernel may not watch are watched by \(library)")
  }

  /// How many bytes one processor hashes in a second: the best of a few tries.
  private static func hashingRate() -> Double {
    let bytes = [UInt8](repeating: 0x5A, count: 4 << 20)
    let best = (0..<3).map { _ in
      let start = Clock.monotonicNanoseconds()
      var hash = SHA256()
      hash.update(bytes.span)
      _ = hash.finalize()
      return Clock.monotonicNanoseconds() - start
    }.min()
    return Double(bytes.count) / Double(max(best ?? 1, 1)) * 1e9
  }
}

// MARK: - The repository

extension Examination {
  /// Looks for the repository; without one there is only a machine to look at.
  mutating func lookAtRepository() -> Project? {
    let project: Project
    do {
      project = try context.openProject(requiringSetUp: false)
    } catch {
      let outcome: DoctorReport.Outcome = error.id == "not-a-repository" ? .note : .problem
      add("Repository", [Check("repository", outcome, error.message, hints: error.hints)])
      return nil
    }
    do throws(CommandFailure) {
      isSetUp = try explaining { () throws(ProjectError) in try project.isSetUp() }
      add("Repository", try checks(of: project))
    } catch {
      add("Repository", [Check("repository", error)])
    }
    return project
  }

  private func checks(of project: Project) throws(CommandFailure) -> [Check] {
    let worktree = project.layout.worktree
    guard isSetUp else {
      return [
        Check(
          "set-up", .note, "\(worktree) is not set up for Shale", hints: ["Run `shale init`"])
      ]
    }
    return [Check("set-up", "\(worktree) is set up for Shale"), try attributes(of: project)]
      + settings(of: project) + (try hooks(of: project))
  }

  private func attributes(of project: Project) throws(CommandFailure) -> Check {
    let old = try explaining { () throws(FileError) in
      try project.layout.attributes.contentsIfPresent(limit: .mebibytes(16)) ?? []
    }
    if GitAttributesFile.completed(old) == old {
      return Check("attributes", "'.gitattributes' keeps git from changing pointers")
    }
    return Check(
      "attributes", .note,
      "'.gitattributes' lacks lines that keep git from changing the bytes of pointers",
      hints: ["Run `shale init` again, and commit the file"])
  }

  private func settings(of project: Project) -> [Check] {
    let set = project.configuration.effective.filter { $0.layer != .standard }
    let list = set.map { "\($0.declaration.key) = \($0.value) (\($0.layer))" }
    let known = Check(
      "settings", list.isEmpty ? "All settings have their defaults" : list.joined(separator: ", "))
    return [known]
      + project.configuration.unknown.map {
        Check(
          "unknown-setting", .note,
          "Setting 'shale.\($0.name)' (\($0.layer)) is none that this version knows",
          hints: ["Run `shale config` to see the settings"])
      }
  }

  private func hooks(of project: Project) throws(CommandFailure) -> [Check] {
    let installed = try Self.installedHooks(in: project)
    let driver = try explaining { () throws(GitError) in
      try project.git.config().string(PointerDrivers.mergeDriver)
    }
    var checks = [
      Check(
        "hooks",
        installed.isEmpty
          ? "No hook of git calls Shale"
          : "Hooks of git that call Shale: "
            + installed.map(\.rawValue).joined(separator: ", ")),
      Check(
        "merge-driver",
        driver.map { "Git merges pointers with '\($0)'" } ?? "Git merges pointers as text"),
    ]
    if project.configuration[Settings.verifyOnPush], !installed.contains(.prePush) {
      checks.append(
        Check(
          "verify-on-push", .note,
          "`shale.verifyOnPush` is set, but `git push` does not ask Shale: no pre-push hook does",
          hints: ["Run `shale hooks install pre-push`"]))
    }
    return checks
  }

  /// The hooks of Shale that git runs.
  private static func installedHooks(in project: Project) throws(CommandFailure) -> [GitHook] {
    let files = try explaining { () throws(GitError) in try project.git.hookFiles() }
    return try explaining { () throws(FileError) in
      var found: [GitHook] = []
      for hook in GitHook.allCases where try files.state(of: hook) == .installed {
        found.append(hook)
      }
      return found
    }
  }
}
