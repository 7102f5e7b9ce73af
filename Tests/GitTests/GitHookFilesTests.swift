import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import Git

/// The files of hooks: put there, taken away, and run by a shell as git runs them.
@Suite(.temporaryDirectory) struct GitHookFilesTests {
  private let directory: URL
  private let files: GitHookFiles

  init() throws {
    directory = try TemporaryDirectory.required().appending(path: "hooks")
    files = GitHookFiles(FilePath(directory.path))
  }

  private func write(_ script: String, to name: String) throws {
    try Program.write(script: script, to: directory.appending(path: name))
  }

  private func text(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: directory.appending(path: name)), as: UTF8.self)
  }

  private func mode(_ name: String) throws -> UInt32 {
    try FilePath(directory.appending(path: name).path).status().mode
  }

  private func names() throws -> [String] { try files.directory.names().map(\.description) }

  @Test func `installing and removing twice is as once, and leaves nothing behind`() throws {
    for hook in GitHook.allCases {
      #expect(try files.remove(hook) == .unchanged)
      #expect(try files.install(hook) == .installed)
      #expect(try files.install(hook) == .unchanged)
      #expect(try files.state(of: hook) == .installed)
    }
    #expect(try names() == GitHook.allCases.map(\.rawValue).sorted())
    for hook in GitHook.allCases {
      #expect(try files.remove(hook) == .removed)
      #expect(try files.remove(hook) == .unchanged)
    }
    #expect(try names() == [])
  }

  @Test func `a hook that was there comes back byte for byte, with its mode`() throws {
    let script = "#!/bin/sh\n# \u{FC}\nexit 3"
    try write(script, to: "pre-push")
    try Program.succeed("chmod", ["0750", ByteString(files.file(of: .prePush).description)])
    #expect(try files.state(of: .prePush) == .other)
    for _ in 0..<2 {
      #expect(try files.install(.prePush) == .installed)
      #expect(try text("pre-push.before-shale") == script)
      #expect(try mode("pre-push.before-shale") == 0o750)
      #expect(try files.install(.prePush) == .unchanged)
      #expect(try files.remove(.prePush) == .restored)
      #expect(try text("pre-push") == script)
      #expect(try mode("pre-push") == 0o750)
      #expect(try names() == ["pre-push"])
    }
  }

  @Test func `a hook that is a symlink stays one`() throws {
    try write("#!/bin/sh\nexit 0\n", to: "elsewhere/script")
    try Program.succeed(
      "ln", ["-s", "elsewhere/script", ByteString(files.file(of: .postMerge).description)])
    #expect(try files.install(.postMerge) == .installed)
    #expect(try files.former(of: .postMerge).status().kind == .symlink)
    #expect(try files.remove(.postMerge) == .restored)
    #expect(try files.file(of: .postMerge).status().kind == .symlink)
  }

  @Test func `one that was written by another version is written anew`() throws {
    try write("#!/bin/sh\n# shale hook 0: old\n", to: "post-merge")
    #expect(try files.state(of: .postMerge) == .outdated)
    #expect(try files.install(.postMerge) == .installed)
    #expect(try names() == ["post-merge"])
    try Program.succeed("chmod", ["a-x", ByteString(files.file(of: .postMerge).description)])
    #expect(try files.state(of: .postMerge) == .outdated)
    #expect(try files.install(.postMerge) == .installed)
    #expect(try mode("post-merge") & 0o100 != 0)
  }

  @Test func `of two hooks that are not ours none is lost`() throws {
    try write("#!/bin/sh\necho first\n", to: "post-merge.before-shale")
    try write("#!/bin/sh\necho second\n", to: "post-merge")
    #expect(try files.install(.postMerge) == .blocked)
    #expect(try files.remove(.postMerge) == .blocked)
    #expect(try text("post-merge").contains("second"))
    #expect(try text("post-merge.before-shale").contains("first"))
  }

  @Test func `after a kill between two steps the next one goes on`() throws {
    let script = "#!/bin/sh\necho mine\n"
    try write(script, to: "post-merge")
    try files.file(of: .postMerge).link(to: files.former(of: .postMerge))
    #expect(try files.install(.postMerge) == .installed)
    #expect(try text("post-merge.before-shale") == script)
    try files.file(of: .postMerge).remove()
    #expect(try files.remove(.postMerge) == .restored)
    try files.file(of: .postMerge).link(to: files.former(of: .postMerge))
    #expect(try files.remove(.postMerge) == .restored)
    #expect(try names() == ["post-merge"])
    #expect(try text("post-merge") == script)
  }

  @Test(arguments: [FaultyDisk.Fault.error, .stop])
  func `whichever call fails, a hook has one of the two names, and the next one goes on`(
    fault: FaultyDisk.Fault
  ) throws {
    let script = "#!/bin/sh\necho mine\n"
    func expectKept() throws {
      let names = try names()
      #expect(names.contains("post-merge"), "git has a hook to run")
      let kept = names.contains("post-merge.before-shale") ? ".before-shale" : ""
      #expect(try text("post-merge\(kept)") == script)
    }
    try FaultyDisk.forEachCall(fault) { disk in
      try write(script, to: "post-merge")
      _ = try? disk.run(below: files.directory) { try files.install(.postMerge) }
      try expectKept()
      #expect(try files.install(.postMerge) != .blocked)
      #expect(try text("post-merge.before-shale") == script)
      try clear()
    }
    try FaultyDisk.forEachCall(fault) { disk in
      try write(script, to: "post-merge")
      _ = try files.install(.postMerge)
      _ = try? disk.run(below: files.directory) { try files.remove(.postMerge) }
      try expectKept()
      _ = try files.remove(.postMerge)
      #expect(try text("post-merge") == script)
      try clear()
    }
  }

  private func clear() throws { try files.directory.removeTree() }

  // MARK: - Run by a shell

  /// Runs an installed hook with a program called `shale` that ends with a status.
  private func run(
    _ hook: GitHook, shale status: Int? = 0, _ arguments: ByteString..., input: String = "",
    environment: [String: String?] = [:]
  ) throws -> ProgramResult {
    _ = try files.install(hook)
    var variables = environment
    variables["PATH"] = "/usr/bin:/bin"
    if let status {
      try write(
        "#!/bin/sh\nprintf 'shale'; printf ' <%s>' \"$@\"; echo; cat\nexit \(status)\n",
        to: "bin/shale")
      variables["PATH"] = "\(directory.path)/bin:/usr/bin:/bin"
    }
    return try Program.run(
      files.file(of: hook).description, arguments, environment: variables,
      input: Array(input.utf8))
  }

  @Test func `both hooks get the same arguments and the same input`() throws {
    let lines = "refs/heads/a  1 b\\n 2\nrefs/heads/b\t%s 3\n"
    for hook in [GitHook.prePush, .postRewrite] {
      try write("#!/bin/sh\nprintf '<%s>' \"$@\"; cat\n", to: hook.rawValue)
      let result = try run(hook, "a b", "*", input: lines)
      #expect(result.status == 0)
      #expect(
        result.text == "<a b><*>\(lines)shale <hooks> <run> <\(hook.rawValue)> <a b> <*>\n\(lines)")
    }
    try write("#!/bin/sh\nexec 0<&-\nexit 0\n", to: "pre-push.before-shale")
    let many = String(repeating: "line\n", count: 100_000)
    #expect(try run(.prePush, input: many).text.utf8.count > many.utf8.count)
    #expect(try run(.prePush, input: "").text == "shale <hooks> <run> <pre-push>\n")
  }

  @Test func `the status of the former hook counts, and what failed there is not gone on with`()
    throws
  {
    for hook in [GitHook.prePush, .preCommit] {
      try write("#!/bin/sh\nexit 7\n", to: hook.rawValue)
      let result = try run(hook)
      #expect(result.status == 7)
      #expect(result.text == "")
    }
    for hook in [GitHook.postCheckout, .postMerge, .postRewrite, .postCommit] {
      try write("#!/bin/sh\nexit 7\n", to: hook.rawValue)
      let result = try run(hook, shale: 5)
      #expect(result.status == 7)
      #expect(result.text.contains("<hooks> <run> <\(hook.rawValue)>"))
    }
    // Git does not run a file that is not executable, and so do we.
    try write("#!/bin/sh\nexit 7\n", to: "pre-push.before-shale")
    try Program.succeed("chmod", ["a-x", ByteString(files.former(of: .prePush).description)])
    #expect(try run(.prePush).status == 0)
  }

  @Test func `only a push fails where Shale does, or is not there`() throws {
    for hook in GitHook.allCases where hook != .postIndexChange {
      #expect(try run(hook, shale: 5).status == (hook == .prePush ? 5 : 0))
      let missing = try run(hook, shale: nil)
      #expect(missing.status == (hook == .prePush ? 1 : 0))
      #expect(missing.errorText.hasPrefix("shale is not in PATH: "), "\(missing.errorText)")
      #expect(missing.errorText.contains("rm '\(files.file(of: hook))'"))
      let off = try run(hook, shale: nil, environment: ["SHALE_HOOKS": "false"])
      #expect(off.status == 0 && off.errorText == "")
    }
    try write("#!/bin/sh\n", to: "pre-push.before-shale")
    let kept = try run(.prePush, shale: nil)
    #expect(kept.errorText.contains("mv '\(files.former(of: .prePush))'"))
  }

  @Test func `a change of the index starts no program, and does nothing without Shale`() throws {
    let setup = try GitSetup.make()
    func change() throws -> ProgramResult {
      _ = try files.install(.postIndexChange)
      return try Program.run(
        files.file(of: .postIndexChange).description, ["1", "0"], in: setup.path,
        environment: ["PATH": "/nonexistent"])
    }
    let none = try change()
    #expect(none.status == 0 && none.errorText == "")
    let noted = setup.file(".git/shale/moved").path
    #expect(!FileManager.default.fileExists(atPath: setup.file(".git/shale").path))
    try setup.write("", to: ".git/shale/x")
    #expect(try change().status == 0)
    #expect(FileManager.default.fileExists(atPath: noted))
  }

  @Test func `a hook of ours alone is no reason to let git commit, and one before it is`() throws {
    let setup = try GitSetup.make()
    try setup.write("a\n", to: "a")
    try setup.commitAll()
    let repository = GitRepository(
      layout: try GitLayout.discover(
        from: FilePath(setup.file("").path), environment: [:]), environment: [:])
    let hooks = try repository.hookFiles()
    for hook in GitHook.allCases { _ = try hooks.install(hook) }
    #expect(try repository.reasonToCommitByGit(.staged) == nil)
    try Program.write(
      script: "#!/bin/sh\n", to: setup.file(".git/hooks/pre-commit.before-shale"))
    #expect(try repository.reasonToCommitByGit(.staged) == .hook("pre-commit"))
  }
}
