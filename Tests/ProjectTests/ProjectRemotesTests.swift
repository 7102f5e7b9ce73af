import Platform
import Primitives
import Remotes
import TestSupport
import Testing

@testable import Project

@Suite(.temporaryDirectory) struct ProjectRemotesTests {
  @Test func `a remote is added, renamed, made the default, and removed`() throws {
    let setup = try ProjectSetup.make()
    let project = try setup.initialised()
    let origin = try RemoteName("origin")
    try project.add(project.remote(named: origin, at: "../store", in: .shared), in: .shared)
    let list = try setup.open().remotes()
    #expect(list.remotes.map(\.url) == ["../store"])
    #expect(
      try list.remote(origin).location
        == .directory(FilePath(setup.git.path).appending("../store")))
    expect("exists already") {
      try project.add(project.remote(named: origin, at: "/x", in: .clone), in: .clone)
    }
    try project.set("defaultRemote", to: "origin", in: .shared)
    try setup.open().rename(origin, to: RemoteName("backup"))
    #expect(try setup.open().remotes().standard().name.text == "backup")
    try setup.open().remove(RemoteName("backup"))
    #expect(try setup.open().remotes().remotes.isEmpty)
    #expect(try setup.open().configuration[Settings.defaultRemote] == nil)
    let text = try String(decoding: setup.git.read(".shale/config"), as: UTF8.self)
    #expect(text == Project.initialSharedConfiguration)
    expect("is not configured") { try setup.open().remove(origin) }
  }

  @Test func `an old commit does not bring back a remote that is gone`() throws {
    let setup = try ProjectSetup.make()
    _ = try setup.initialised()
    try configure(setup, "dead", "moved")
    let old = try setup.git.commitAll("two remotes")
    try setup.git.write(
      "[shale-remote \"moved\"]\n\turl = /new\n", to: ".shale/config")
    try setup.git.commitAll("one of them gone, one moved")
    try setup.git.git("checkout", "--quiet", ByteString(old))
    let list = try setup.open().remotes()
    #expect(list.remotes.map(\.name.text) == ["moved"])
    #expect(list.remotes.map(\.url) == ["/new"])
    #expect(list.remotes.map(\.origin) == [.defaultBranch])
  }

  @Test func `what a branch says of a remote counts there, and a removed one stays removed`() throws
  {
    let setup = try ProjectSetup.make()
    _ = try setup.initialised()
    try configure(setup, "a", "b")
    try setup.git.commitAll()
    try setup.git.git("checkout", "--quiet", "-b", "topic")
    try configure(setup, "b", "c")
    #expect(try setup.open().remotes().remotes.map(\.name.text) == ["b", "c"])
    try setup.git.commitAll()
    #expect(try setup.open().remotes().remotes.map(\.name.text) == ["b", "c"])
  }

  @Test func `the user's own remote comes before the shared one`() throws {
    let setup = try ProjectSetup.make()
    _ = try setup.initialised()
    try configure(setup, "a")
    try setup.git.git("config", "shale-remote.a.url", "/mine")
    #expect(try setup.open().remotes().remotes.map(\.url) == ["/mine"])
  }

  private func configure(_ setup: ProjectSetup, _ names: String...) throws {
    let text = names.map { "[shale-remote \"\($0)\"]\n\turl = /\($0)\n" }.joined()
    try setup.git.write(text, to: ".shale/config")
  }
}
