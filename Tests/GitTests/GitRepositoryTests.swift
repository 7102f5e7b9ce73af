import Foundation
import Git
import Platform
import Primitives
import TestSupport
import Testing

/// The variables of a test's programs, as the module takes them.
func testEnvironment(_ changes: [String: String?] = [:]) -> [ByteString: ByteString] {
  var variables = TestEnvironment.variables
  for (name, value) in changes { variables[name] = value }
  return Dictionary(
    uniqueKeysWithValues: variables.map { (ByteString($0.key), ByteString($0.value)) })
}

extension GitSetup {
  /// Opens the repository as a command would.
  func open(_ changes: [String: String?] = [:]) throws -> GitRepository {
    try GitRepository(
      discoveredFrom: FilePath(path), environment: testEnvironment(changes))
  }
}

/// A path that a test writes down.
func path(_ text: String) throws -> RepositoryPath { try RepositoryPath(ByteString(text)) }

@Suite(.temporaryDirectory) struct GitRepositoryTests {
  @Test func `staged bytes are committed without git`() throws {
    let setup = try GitSetup.make()
    try setup.write("hello\n", to: "a.shale")
    let repository = try setup.open()
    #expect(try repository.head() == .unborn(branch: "refs/heads/main"))
    try repository.stage([
      .bytes(path("a.shale"), Array("hello\n".utf8)), .bytes(path("b/c.shale"), [1]),
    ])
    let outcome = try repository.commit(.init(message: "first  \n\n\nbody"))
    guard case .committed(let id, byGit: nil, _) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(try setup.git("rev-parse", "HEAD") == id.hex)
    #expect(
      try setup.git("log", "--format=%an <%ae> %B") == "Ada Example <ada@example.com> first\n\nbody"
    )
    #expect(try setup.git("status", "--porcelain") == "D b/c.shale")
    let pointers = try repository.pointers(in: repository.treeID(of: "HEAD"))
    #expect(pointers.map(\.path.description) == ["a.shale", "b/c.shale"])
    #expect(try repository.commit(.init(message: "again")) == .nothingToCommit)
  }
}
