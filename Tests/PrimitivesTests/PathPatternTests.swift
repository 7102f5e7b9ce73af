import Primitives
import Testing

@Suite struct PathPatternTests {
  @Test(arguments: [
    ("data/train", "data/train", PathPattern.Relation.within),
    ("data/train", "data/train/a/b", .within), ("data/train", "data", .above),
    ("data/train", "data/training", .none), ("data/*.png", "data/a.png", .within),
    ("data/*.png", "data/a.png/b", .within), ("data/*.png", "data", .above),
    ("data/*.png", "data/sub", .none), ("data/*.png", "other", .none),
    ("data/**/x", "data/x", .within), ("data/**/x", "data/a/b/x", .within),
    ("data/**/x", "data/a/b", .above), ("data/**", "data/a/b", .within),
    ("*/train", "a/train/x", .within), ("*/train", "a", .above), ("*/train", "a/test", .none),
    ("[ab]", "a", .within), ("[ab]", "[ab]", .within), ("[ab]", "c", .none),
  ])
  func `a path stands to a pattern`(
    pattern: String, path: String, relation: PathPattern.Relation
  ) throws {
    let pattern = PathPattern(try RepositoryPath(ByteString(pattern)))
    #expect(try pattern.relation(of: RepositoryPath(ByteString(path))) == relation)
  }

  @Test func `the root names everything`() throws {
    #expect(try PathPattern(.root).relation(of: RepositoryPath("a/b")) == .within)
  }
}
