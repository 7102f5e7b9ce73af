import Primitives
import Testing

@Suite struct RepositoryPathTests {
  @Test(arguments: [
    ("/a", PathError.Reason.emptyComponent), ("a/", .emptyComponent), ("a//b", .emptyComponent),
    ("..", .dots), ("a/../b", .dots), ("./a", .dots), ("a\0b", .zeroByte),
  ])
  func `a path that could lead out or be read in two ways is refused`(
    text: String, reason: PathError.Reason
  ) {
    #expect(throws: PathError(path: ByteString(text), reason: reason)) {
      try RepositoryPath(ByteString(text))
    }
  }

  @Test(arguments: ["", ".", "..", "a/b", "\0"])
  func `a name that is none cannot be appended`(name: String) throws {
    let path = try RepositoryPath("data")
    #expect(throws: PathError.self) { try path.appending(ByteString(name)) }
    #expect(throws: PathError.self) { try RepositoryPath.root.appending(ByteString(name)) }
  }

  @Test func `a path has a name, a parent and components`() throws {
    let path = try RepositoryPath("data/train/..hidden")
    #expect(path.name == "..hidden")
    #expect(path.parent == (try RepositoryPath("data/train")))
    #expect(path.components == ["data", "train", "..hidden"])
    #expect(try RepositoryPath("data").parent == .root)
    #expect(RepositoryPath.root.parent == nil)
    #expect(RepositoryPath.root.components == [])
    #expect(RepositoryPath.root.description == ".")
    #expect(
      try RepositoryPath.root.appending("data").appending(RepositoryPath("x/y")).bytes == "data/x/y"
    )
  }

  @Test(arguments: [
    ("data", "data", true, ""), ("data/a", "data", true, "a"), ("database", "data", false, ""),
    ("data", "data/a", false, ""), ("x/data/a", "data", false, ""), ("a/b", "", true, "a/b"),
  ])
  func `a path lies in a directory by whole components`(
    path: String, directory: String, isWithin: Bool, rest: String
  ) throws {
    let path = try RepositoryPath(ByteString(path))
    let directory = try RepositoryPath(ByteString(directory))
    #expect(path.isWithin(directory) == isWithin)
    #expect(path.relative(to: directory)?.bytes == (isWithin ? ByteString(rest) : nil))
  }
}
