import Foundation
import Git
import Platform
import Primitives
import TestSupport
import Testing

/// Layered settings, compared with what `git config` says.
@Suite(.temporaryDirectory) struct GitConfigTests {
  @Test func `later layers win`() throws {
    let setup = try GitSetup.make()
    try Program.succeed("mkdir", ["-p", "home/.config/git"])
    let xdg = try TemporaryDirectory.required().appending(path: "home/.config/git/config").path
    try Program.succeed("git", ["config", "--file", ByteString(xdg), "shale.a", "xdg"])
    try Program.succeed("git", ["config", "--file", "home/.gitconfig", "shale.a", "global"])
    // Without GIT_CONFIG_GLOBAL both files of the user are read.
    let variables: [String: String?] = ["GIT_CONFIG_GLOBAL": nil]
    let repository = try setup.open(variables)
    #expect(try repository.config().string("shale.a") == "global")
    try setup.git("config", "shale.a", "local")
    repository.reloadConfig()
    #expect(try repository.config().string("SHALE.A") == "local")
    let levels = try repository.config().entries("shale.a").map(\.level)
    #expect(levels == [.xdg, .global, .local])
    let file = try repository.config().entries("shale.a").last?.file
    #expect(file == FilePath(setup.path).appending(".git/config"))
    try setup.git("config", "extensions.worktreeConfig", "true")
    try setup.git("config", "--worktree", "shale.a", "worktree")
    #expect(try setup.open(variables).config().string("shale.a") == "worktree")
    let command = try setup.open([
      "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "shale.a", "GIT_CONFIG_VALUE_0": "command",
    ])
    #expect(try command.config().string("shale.a") == "command")
    #expect(try command.config().entries("shale.a").last?.level == .command)
  }

  @Test func `what git passes to its children is read`() throws {
    let setup = try GitSetup.make()
    try setup.git("config", "alias.dump", "!env -0 > variables")
    try setup.git(
      "-c", "shale.odd=it's = \"x\" \\y", "-c", "shale.flag", "-c", "a.B c.d=e=1", "dump")
    let parameters = try #require(
      setup.read("variables").split(separator: 0).first {
        $0.starts(with: "GIT_CONFIG_PARAMETERS=".utf8)
      }?.dropFirst(22))
    let config = try setup.open([
      "GIT_CONFIG_PARAMETERS": String(decoding: parameters, as: UTF8.self)
    ]).config()
    #expect(try config.string("shale.odd") == "it's = \"x\" \\y")
    #expect(try config.bool("shale.flag") == true)
    #expect(try config.string("a.B c.d") == "e=1")
  }

  @Test func `values have kinds`() throws {
    let setup = try GitSetup.make()
    try setup.write(
      """
      [shale]
      \tflag
      \tyes = on
      \tno =
      \tsize = 2k
      \tpath = ~/data
      \tword = many
      \tlist = 1
      \tlist = 2
      [shale-remote "A b"]
      \turl = x

      """, to: ".git/config")
    let repository = try setup.open()
    let config = try repository.config()
    #expect(try config.bool("shale.flag") == true)
    #expect(try config.bool("shale.yes") == true)
    #expect(try config.bool("shale.no") == false)
    #expect(try config.bool("shale.none") == nil)
    #expect(try config.int("shale.size") == 2_048)
    let home = TestEnvironment.variables["HOME"] ?? ""
    #expect(try config.path("shale.path") == FilePath(home).appending("data"))
    #expect(try config.entries("shale.list").map(\.value) == ["1", "2"])
    #expect(config.subsections("shale-remote") == ["A b"])
    #expect(try config.string("shale-remote.A b.url") == "x")
    #expect(throws: GitError.configValue(key: "shale.word", value: "many", expected: .bool)) {
      try config.bool("shale.word")
    }
    #expect(throws: GitError.configValue(key: "shale.word", value: "many", expected: .int)) {
      try config.int("shale.word")
    }
    #expect(throws: GitError.configKey("nodot")) { try config.string("nodot") }
  }

  @Test func `includes of the user's files are followed`() throws {
    let setup = try GitSetup.make()
    try Program.succeed("mkdir", ["-p", "home"])
    let home = try TemporaryDirectory.required().appending(path: "home")
    try Data("[shale]\n a = included\n".utf8).write(to: home.appending(path: "more"))
    try Data(
      """
      [include]
      \tpath = ~/more
      [includeIf "gitdir:**/repository/"]
      \tpath = ~/conditional

      """.utf8
    ).write(to: home.appending(path: ".gitconfig"))
    try Data("[shale]\n b = conditional\n".utf8).write(to: home.appending(path: "conditional"))
    let config = try setup.open().config()
    #expect(try config.string("shale.a") == "included")
    #expect(try config.entries("shale.a").first?.isIncluded == true)
    #expect(try config.string("shale.b") == "conditional")
    #expect(try setup.git("config", "shale.b") == "conditional")
  }

  @Test func `values are set and removed where git finds them`() throws {
    let setup = try GitSetup.make()
    try Program.succeed("mkdir", ["-p", "home"])
    let repository = try setup.open()
    try repository.setConfig("shale.Name.key", to: "a \"b\" ; c\n\\")
    #expect(try setup.tryGit(["config", "-z", "shale.Name.key"]).text == "a \"b\" ; c\n\\\0")
    #expect(try repository.config().string("shale.Name.key") == "a \"b\" ; c\n\\")
    try repository.setConfig("shale.other", to: "g", at: .global)
    #expect(try setup.git("config", "--global", "shale.other") == "g")
    try repository.setConfig("shale.Name.key", to: nil)
    try repository.setConfig("shale.Name.key", to: nil)
    #expect(try repository.config().string("shale.Name.key") == nil)
    try setup.git("config", "--add", "shale.multi", "1")
    try setup.git("config", "--add", "shale.multi", "2")
    #expect(throws: GitError.configSeveralValues(key: "shale.multi")) {
      try repository.setConfig("shale.multi", to: "3")
    }
    try setup.write("", to: ".git/config.lock")
    #expect(throws: GitError.locked(FilePath(setup.path).appending(".git/config.lock"))) {
      try repository.setConfig("shale.x", to: "1")
    }
  }

  @Test func `a broken configuration is said`() throws {
    let setup = try GitSetup.make()
    let repository = try setup.open()
    try setup.write("[core\n", to: ".git/config")
    #expect(throws: GitError.self) { try repository.config() }
    #expect(
      throws: GitError.configSyntax(
        FilePath(setup.path).appending(".git/config"), line: 1, .header)
    ) { try setup.open() }
  }
}
