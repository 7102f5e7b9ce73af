internal import Lineage
internal import Primitives
internal import TestSupport
internal import Testing

@Suite struct LineageTreeTests {
  private let world = LineageWorld()
  private let part = LineageWorld.file("data/in/a.csv", "a")

  @Test func `a file that a run made is part of the directory that another used`() throws {
    let data = try world.tree("data", ["in/a.csv": "a", "b.csv": "b"])
    world.run("make", to: [part])
    world.run("stale", to: [LineageWorld.file("data/in/a.csv", "older")])
    world.run("use", from: [data], to: [LineageWorld.file("out", "out")])
    let edges = [
      "data -used-> use", "data/in/a.csv -partOf-> data", "make -made-> data/in/a.csv",
      "use -made-> out",
    ]
    #expect(world.graph(.up, of: LineageWorld.file("out", "out")).flow == edges)
    #expect(world.graph(.down, of: part).flow == edges.filter { !$0.hasPrefix("make") })
  }

  @Test func `a file that a run used lay in the directory that another made`() throws {
    let data = try world.tree("data", ["in/a.csv": "a"])
    let other = try world.tree("data", ["in/a.csv": "another"])
    world.run("make", to: [data])
    world.run("remake", to: [other])
    world.run("use", from: [part])
    let edges = ["data -holds-> data/in/a.csv", "data/in/a.csv -used-> use", "make -made-> data"]
    #expect(world.graph(.up, ofRun: world.runs[2].id).flow == edges)
    #expect(world.graph(.down, of: data).flow == edges.filter { !$0.hasPrefix("make") })
    #expect(world.graph(.down, of: other).runNames.isEmpty)
  }

  @Test func `a directory inside another connects as a file does`() throws {
    let inner = try world.tree("data/in", ["a.csv": "a"])
    world.run("make", to: [inner])
    world.run("use", from: [try world.tree("data", ["in/a.csv": "a", "b": "b"])])
    #expect(world.graph(.down, of: inner).runNames == ["use"])
    #expect(world.graph(.up, ofRun: world.runs[1].id).runNames == ["make", "use"])
  }

  @Test func `what was not read of a directory does not count`() throws {
    var data = try world.tree("data", ["in/a.csv": "a", "b.csv": "b"])
    let other = LineageWorld.file("data/b.csv", "b")
    world.run("a", to: [part])
    world.run("b", to: [other])
    data.read = world.readList(["b.csv"])
    let use = world.run("use", from: [data])
    #expect(world.graph(.up, ofRun: use).runNames == ["b", "use"])
    #expect(world.graph(.down, of: part).runNames.isEmpty)
    #expect(world.graph(.down, of: other).runNames == ["use"])
  }

  @Test func `a directory that is not in the store connects by path, and that is said`() throws {
    let data = LineageWorld.unknownTree("data", "gone")
    world.run("older", to: [LineageWorld.file("data/in/a.csv", "older")])
    world.run("make", to: [part])
    let use = world.run("use", from: [data])
    world.run("later", to: [LineageWorld.file("data/in/a.csv", "later")])
    let up = world.graph(.up, ofRun: use)
    #expect(up.runNames == ["make", "use"])
    #expect(up.noted(.notLookedInto) == ["data"])
    let down = world.graph(.down, of: part)
    #expect(down.runNames == ["use"])
    #expect(down.noted(.notLookedInto) == ["data"])
    let older = LineageWorld.file("data/in/a.csv", "older")
    #expect(world.graph(.down, of: older).runNames.isEmpty)
  }

  @Test func `a neighbour whose name begins alike is not inside`() throws {
    world.run("make", to: [LineageWorld.file("data-2/a", "a"), LineageWorld.file("data.csv", "c")])
    let use = world.run("use", from: [LineageWorld.unknownTree("data", "gone")])
    #expect(world.graph(.up, ofRun: use).runNames == ["use"])
  }

  @Test func `a directory is read once for all that is asked about it`() throws {
    let data = try world.tree("data", ["in/a.csv": "a", "b.csv": "b"])
    for number in 0..<50 {
      world.run("\(number)", from: [data], to: [LineageWorld.file("data/in/\(number)", "a")])
    }
    _ = world.graph(.up, of: data)
    #expect(world.reads <= 2)
  }
}
