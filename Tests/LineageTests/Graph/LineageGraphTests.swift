internal import Lineage
internal import Primitives
internal import TestSupport
internal import Testing

@Suite struct LineageGraphTests {
  private let world = LineageWorld()
  private let raw = LineageWorld.file("raw.csv", "raw")
  private let clean = LineageWorld.file("clean.csv", "clean")
  private let model = LineageWorld.file("m.pt", "model")

  private func makeChain() {
    world.run("clean", from: [raw], to: [clean])
    world.run("train", from: [clean], to: [model])
    world.run("other", from: [LineageWorld.file("x", "x")], to: [LineageWorld.file("y", "y")])
  }

  @Test func `up leads through all runs to what there was at first, and down back`() {
    makeChain()
    let up = world.graph(.up, of: model)
    let edges = [
      "clean -made-> clean.csv", "clean.csv -used-> train", "raw.csv -used-> clean",
      "train -made-> m.pt",
    ]
    #expect(up.flow == edges)
    #expect(up.noted(.noMaker) == ["raw.csv"])
    #expect(up.noted(.focus) == ["m.pt"])
    let down = world.graph(.down, of: raw)
    #expect(down.flow == edges)
    #expect(down.noted(.noUser) == ["m.pt"])
    #expect(down.models.map(\.paths) == [[SampleRecord.path("m.pt")]])
  }

  @Test func `a run is followed from its inputs or its outputs`() {
    makeChain()
    let train = world.runs[1].id
    #expect(world.graph(.up, ofRun: train).runNames == ["clean", "train"])
    #expect(world.graph(.down, ofRun: train).flow == ["train -made-> m.pt"])
  }

  @Test func `the same content is the same data wherever it lies`() {
    world.run("make", to: [LineageWorld.file("old/name", "content")])
    world.run("use", from: [LineageWorld.file("new/name", "content")])
    #expect(world.graph(.up, of: LineageWorld.file("third", "content")).runNames == ["make"])
    #expect(world.graph(.down, of: LineageWorld.file("third", "content")).runNames == ["use"])
  }

  @Test func `another content at the same path is another version`() {
    world.run("first", to: [LineageWorld.file("a", "one")])
    world.run("second", to: [LineageWorld.file("a", "two")])
    #expect(world.graph(.up, of: LineageWorld.file("a", "two")).runNames == ["second"])
  }

  @Test func `empty files connect only where they lie`() {
    world.run("make", to: [LineageWorld.file("one/done", "")])
    world.run("use", from: [LineageWorld.file("two/done", "")])
    #expect(world.graph(.down, of: LineageWorld.file("one/done", "")).runNames.isEmpty)
    #expect(world.graph(.up, of: LineageWorld.file("one/done", "")).runNames == ["make"])
  }

  @Test func `a depth ends the graph after so many runs, and says so`() {
    makeChain()
    let graph = world.graph(.up, of: model, depth: 1)
    #expect(graph.runNames == ["train"])
    #expect(graph.noted(.cut) == ["clean.csv"])
    #expect(world.graph(.up, of: model, depth: 0).runNames.isEmpty)
  }

  @Test func `a cycle that a hand made is told and ends`() {
    world.run("there", from: [raw], to: [clean])
    world.run("back", from: [clean], to: [raw])
    let graph = world.graph(.up, of: raw)
    #expect(graph.runNames == ["there", "back"])
    #expect(graph.noted(.cycle) == ["raw.csv"])
    let own = world.run("itself", from: [model], to: [model])
    #expect(world.graph(.up, ofRun: own).runNames == ["itself"])
  }

  @Test func `a chain of ten thousand runs is followed in both directions`() {
    let count = 10_000
    for number in 0..<count {
      world.run(
        "\(number)", from: [LineageWorld.file("f", "\(number)")],
        to: [LineageWorld.file("f", "\(number + 1)")])
    }
    let last = LineageWorld.file("f", "\(count)")
    let up = world.graph(.up, of: last)
    #expect(up.runs.count == count)
    #expect(up.noted(.noMaker).count == 1)
    #expect(world.graph(.down, of: LineageWorld.file("f", "0")).runs.count == count)
  }

  @Test func `code, parameters and metrics belong to their runs, and code to all that ran it`() {
    makeChain()
    let graph = world.graph(.up, of: model)
    let kinds = graph.nodes.map { $0.id.prefix { $0 != ":" } }
    #expect(kinds.count { $0 == "code" } == 1)
    #expect(kinds.count { $0 == "parameters" } == 2)
    #expect(kinds.count { $0 == "metrics" } == 2)
    #expect(graph.edges.count { $0.relation == .code } == 2)
    #expect(Set(graph.nodes.map(\.id)).count == graph.nodes.count)
  }
}
