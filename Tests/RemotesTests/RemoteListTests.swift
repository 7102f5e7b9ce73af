import ObjectStore
import Platform
import Primitives
import Remotes
import Testing

@Suite struct RemoteListTests {
  @Test func `the user's own configuration comes first, then the worktree's`() throws {
    let list = try list([
      assignment(.defaultBranch, "origin", "/tip"), assignment(.worktree, "origin", "/old"),
      assignment(.personal, "origin", "/mine"), assignment(.defaultBranch, "backup", "/backup"),
    ])
    #expect(list.remotes.map(\.name.text) == ["backup", "origin"])
    #expect(list.remotes.map { "\($0.location)" } == ["/backup", "/mine"])
    #expect(list.remotes.map(\.origin) == [.defaultBranch, .personal])
  }

  @Test func `which store a remote is comes from the first configuration that says so`() throws {
    let ids = ["1", "2"].map { ByteString(String(repeating: $0, count: 32)) }
    func store(_ origin: Remote.Origin, _ id: ByteString) -> RemoteAssignment {
      RemoteAssignment(origin: origin, name: "origin", key: "storeid", value: id)
    }
    let both = [
      assignment(.personal, "origin", "/mine"), assignment(.worktree, "origin", "/old"),
      store(.worktree, ids[0]),
    ]
    #expect(try list(both).standard().storeID == StoreID(ids[0]))
    #expect(try list(both + [store(.personal, ids[1])]).standard().storeID == StoreID(ids[1]))
    #expect(try list([store(.worktree, ids[0])]).remotes.isEmpty)
    #expect(throws: RemoteError.self) { try list(both + [store(.worktree, "1")]) }
  }

  @Test func `the last of two values counts`() throws {
    let list = try list([
      assignment(.worktree, "origin", "/one"), assignment(.worktree, "origin", "/two"),
    ])
    #expect(list.remotes.map { "\($0.location)" } == ["/two"])
  }

  @Test func `the only remote is the one that is meant`() throws {
    #expect(try list([assignment(.worktree, "backup", "/b")]).standard().name.text == "backup")
  }

  @Test func `none of several is meant unless one is set`() throws {
    let assignments = [assignment(.worktree, "a", "/a"), assignment(.worktree, "b", "/b")]
    #expect(throws: RemoteError.self) { try list(assignments).standard() }
    #expect(try list(assignments, default: "b").standard().name.text == "b")
    #expect(throws: RemoteError.self) { try list(assignments, default: "c").standard() }
    #expect(throws: RemoteError.self) { try list([]).standard() }
  }

  @Test func `a shared configuration may not say what nobody knows`() throws {
    let unknown = RemoteAssignment(
      origin: .worktree, name: "origin", key: "command", value: "rm -rf /")
    #expect(throws: RemoteError.self) { try list([unknown]) }
    let own = RemoteAssignment(origin: .personal, name: "origin", key: "speed", value: "1")
    #expect(try list([own]).unknown == [own])
  }

  @Test(arguments: ["-x", "../up", "a/b"])
  func `a hostile name in a shared configuration is refused`(name: String) {
    #expect(throws: RemoteError.self) {
      try list([assignment(.worktree, ByteString(name), "/data")])
    }
  }

  private func assignment(
    _ origin: Remote.Origin, _ name: ByteString, _ url: ByteString
  ) -> RemoteAssignment {
    RemoteAssignment(origin: origin, name: name, key: "url", value: url)
  }

  private func list(
    _ assignments: [RemoteAssignment], default name: ByteString? = nil
  ) throws -> RemoteList {
    try RemoteList(
      assignments, relativeTo: FilePath("/project"), home: nil,
      defaultName: name.map { try RemoteName($0) })
  }
}
