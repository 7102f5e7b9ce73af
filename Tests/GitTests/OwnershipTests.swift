import Foundation
import Git
import Platform
import Primitives
import TestSupport
import Testing

/// Repositories of other users: only root can make one, so the tests are for root.
@Suite(.temporaryDirectory, .enabled(if: Machine.userID == 0, "only root can give files away"))
struct OwnershipTests {
  @Test func `a repository of another user is refused as git refuses it`() throws {
    let setup = try foreignRepository()
    #expect(try setup.tryGit(["status"]).status == 128)
    #expect(throws: GitError.notOwned(FilePath(setup.path))) { try discover(setup.path) }
  }

  @Test func `safe.directory of the user allows it`() throws {
    let setup = try foreignRepository()
    for value in [setup.path.description, "*"] {
      try Program.succeed("git", ["config", "--global", "safe.directory", ByteString(value)])
      #expect(try setup.tryGit(["status"]).status == 0)
      _ = try discover(setup.path)
    }
    try Program.succeed("git", ["config", "--global", "--add", "safe.directory", ""])
    #expect(try setup.tryGit(["status"]).status == 128)
    #expect(throws: GitError.notOwned(FilePath(setup.path))) { try discover(setup.path) }
  }

  @Test func `the repository's own safe.directory does not count`() throws {
    let setup = try foreignRepository()
    try setup.git("-c", "safe.directory=*", "config", "safe.directory", "*")
    #expect(throws: GitError.notOwned(FilePath(setup.path))) { try discover(setup.path) }
  }

  @Test func `the environment of a caller allows it`() throws {
    let setup = try foreignRepository()
    let variables = [
      "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*",
    ]
    #expect(try setup.tryGit(["status"], environment: variables).status == 0)
    _ = try discover(setup.path, variables)
  }

  @Test func `under sudo the repositories of the caller are allowed`() throws {
    let setup = try foreignRepository()
    _ = try discover(setup.path, ["SUDO_UID": "4711"])
    #expect(throws: GitError.notOwned(FilePath(setup.path))) {
      try discover(setup.path, ["SUDO_UID": "4712"])
    }
  }

  @Test func `GIT_DIR is taken at its word, as by git`() throws {
    let setup = try foreignRepository()
    let variables = ["GIT_DIR": setup.file(".git").path]
    #expect(try setup.tryGit(["status"], environment: variables).status == 0)
    _ = try discover(setup.path, variables)
  }

  private func foreignRepository() throws -> GitSetup {
    let setup = try GitSetup.make()
    try Program.succeed("mkdir", ["-p", "home"])
    try Program.succeed("chown", ["-R", "4711", setup.path])
    return setup
  }
}
