import Foundation
import Git
import ObjectStore
import Platform
import Primitives
import Remotes
import TestSupport
import Testing

@testable import Project

/// A repository with a project in it.
struct ProjectSetup {
  let git: GitSetup

  static func make(_ name: String = "repository") throws -> Self {
    Self(git: try GitSetup.make(name))
  }

  static var environment: [ByteString: ByteString] {
    Dictionary(
      uniqueKeysWithValues: TestEnvironment.variables.map {
        (ByteString($0.key), ByteString($0.value))
      })
  }

  func open(
    in directory: String = "", setting variables: [ByteString: ByteString] = [:],
    requiringSetUp: Bool = true
  ) throws -> Project {
    try Project.open(
      from: FilePath(git.path).appending(directory),
      environment: Self.environment.merging(variables) { $1 }, requiringSetUp: requiringSetUp)
  }

  func initialised() throws -> Project {
    try open(requiringSetUp: false).initialise().project
  }
}

@Suite(.temporaryDirectory) struct ProjectTests {
  @Test func `a place outside any repository is told`() throws {
    let outside = FilePath(try TemporaryDirectory.required().path)
    expect("is not in a git repository") {
      try Project.open(from: outside, environment: ProjectSetup.environment)
    }
  }

  @Test func `a bare repository has no place for data`() throws {
    let path = try TemporaryDirectory.required().appending(path: "bare.git").path
    try Program.succeed("git", ["init", "--quiet", "--bare", ByteString(path)])
    expect("is bare") {
      try Project.open(from: FilePath(path), environment: ProjectSetup.environment)
    }
  }

  @Test func `a repository that was never set up is told`() throws {
    let setup = try ProjectSetup.make()
    expect("is not set up for Shale") { try setup.open() }
  }

  @Test func `setting up writes what git needs to know, and twice changes nothing`() throws {
    let setup = try ProjectSetup.make()
    try setup.git.write("*.png binary", to: ".gitattributes")
    let first = try setup.open(requiringSetUp: false).initialise()
    #expect(first.madeStore)
    #expect(first.written.map(\.description) == [".shale/config", ".gitattributes"])
    #expect(
      try setup.git.read(".gitattributes")
        == Array(
          """
          *.png binary
          *.shale -text merge=shale diff=shale
          /.shale/** -text
          .gitignore merge=union

          """.utf8))
    try setup.git.write("half", to: "models/.shale-tmp-0123456789abcdef")
    #expect(try setup.git.git("status", "--porcelain", "models").isEmpty)
    let second = try setup.open().initialise()
    #expect(!second.madeStore)
    #expect(second.written.isEmpty)
  }

  @Test func `the store and the log are shared by all worktrees`() throws {
    let setup = try ProjectSetup.make()
    _ = try setup.initialised()
    try setup.git.commitAll()
    try setup.git.git("worktree", "add", "--quiet", "../second")
    let main = try setup.open().layout
    let second = try ProjectSetup(
      git: GitSetup(at: TemporaryDirectory.required().appending(path: "second"))
    ).open().layout
    #expect(main.store == second.store)
    #expect(main.operations == second.operations)
    #expect(second.worktree != main.worktree)
    #expect(!main.isStoreShared)
  }

  @Test func `a clone without a store gets one cut as the default remote's`() throws {
    let setup = try ProjectSetup.make()
    let project = try setup.initialised()
    let place = try TemporaryDirectory.required().appending(path: "remote")
    let remote = try project.remote(
      named: RemoteName("origin"), at: ByteString(place.path), in: .shared)
    try project.add(remote, in: .shared)
    let format = place.appending(path: "format")
    let text = try String(contentsOf: format, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: format.path)
    try text.replacing("seed 00", with: "seed 1f").write(
      to: format, atomically: true, encoding: .utf8)
    try setup.git.commitAll()
    let directory = try TemporaryDirectory.required()
    try Program.succeed("git", ["clone", "--quiet", "repository", "clone"])
    let clone = try ProjectSetup(git: GitSetup(at: directory.appending(path: "clone"))).open()
    #expect(try clone.store().format.seed.bytes.first == 0x1F)
  }

  @Test func `a shared store that is gone is not replaced by an empty one`() throws {
    let setup = try ProjectSetup.make()
    _ = try setup.initialised()
    let project = try setup.open(setting: ["SHALE_STORE": "/nonexistent/store"])
    #expect(project.layout.isStoreShared)
    expect("holds no store") { try project.store() }
  }

  @Test func `a clone of a shared store registers what it relies on`() throws {
    let setup = try ProjectSetup.make()
    let place = try TemporaryDirectory.required().appending(path: "shared")
    let environment: [ByteString: ByteString] = ["SHALE_STORE": ByteString(place.path)]
    let project = try setup.open(setting: environment, requiringSetUp: false)
    #expect(try project.initialise().madeStore)
    let root = CloneRoot(id: .empty, isTree: false, path: try RepositoryPath("a"))
    try project.registerRoots([root])
    try setup.open(setting: environment).registerRoots([root])
    let roots = RootDirectory(store: FilePath(place.path))
    let clones = try roots.clones()
    #expect(clones.count == 1)
    #expect(try roots.roots(ofClone: #require(clones.first)) == [root])
  }

  @Test func `a store of a newer version is named`() throws {
    let setup = try ProjectSetup.make()
    let project = try setup.initialised()
    let format = setup.git.file(".git/shale/store/format")
    try Data("shale store 2\n".utf8).write(to: format)
    #expect(project.layout.store == FilePath(setup.git.file(".git/shale/store").path))
    expect("version 2") { try setup.open().store() }
  }

  @Test func `the clone's own store is no remote`() throws {
    let project = try ProjectSetup.make().initialised()
    let remote = try project.remote(
      named: RemoteName("self"), at: ".git/shale/store", in: .clone)
    expect("is the local store itself") { try project.open(remote) }
  }
}

/// Expects an error whose sentence holds `text`.
func expect(
  _ text: String, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> some Any
) {
  do {
    _ = try body()
    Issue.record("nothing was thrown", sourceLocation: sourceLocation)
  } catch {
    #expect("\(error)".contains(text), "\(error)", sourceLocation: sourceLocation)
  }
}
