import Platform
import Primitives
import Remotes
import Testing

@Suite struct RemoteLocationTests {
  static let base = FilePath("/home/ada/project")
  static let home = FilePath("/home/ada")

  @Test(arguments: [
    ("/mnt/data", "/mnt/data"), ("../data", "/home/ada/project/../data"),
    ("file:///mnt/a%20b", "/mnt/a b"), ("file://localhost/mnt", "/mnt"),
    ("./host:data", "/home/ada/project/./host:data"), ("~/data", "/home/ada/data"),
    ("~", "/home/ada"), ("file:///mnt/%e4", "/mnt/\\344"),
  ])
  func `a location is read as a path`(text: String, path: String) throws {
    let location = try RemoteLocation(ByteString(text), relativeTo: Self.base, home: Self.home)
    #expect("\(location)" == (path.contains("\\") ? "\"\(path)\"" : path))
  }

  @Test(arguments: [
    ("", RemoteError.LocationProblem.empty), ("-rf", .option), ("--upload-pack=x", .option),
    ("a\nb", .controlCharacter), ("s3://bucket/x", .scheme("s3")), ("ext::sh -c x", .scheme("ext")),
    ("https://example.com/x", .scheme("https")), ("host:/data", .otherMachine),
    ("file://host/data", .otherMachine), ("file:///a%0Ab", .controlCharacter),
    ("file:///a%2", .controlCharacter), ("~bob/data", .home),
  ])
  func `a location that is none is refused`(
    text: String, problem: RemoteError.LocationProblem
  ) throws {
    do throws(RemoteError) {
      _ = try RemoteLocation(ByteString(text), relativeTo: Self.base, home: Self.home)
      Issue.record("'\(text)' was taken")
    } catch {
      guard case .location(_, let found) = error else {
        Issue.record(error)
        return
      }
      #expect(found == problem)
    }
  }

  @Test(arguments: ["origin", "a.b_c-1", "0"])
  func `a name of plain letters is a name`(name: String) throws {
    #expect(try RemoteName(ByteString(name)).text == name)
  }

  @Test(arguments: [
    "", "-x", ".", "..", "a/b", "a b", "é", "a\n", String(repeating: "a", count: 101),
  ])
  func `a name that could be something else is refused`(name: String) {
    #expect(throws: RemoteError.self) { try RemoteName(ByteString(name)) }
  }
}
