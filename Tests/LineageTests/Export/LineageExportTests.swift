internal import Documents
internal import Foundation
internal import Lineage
internal import Primitives
internal import TestSupport
internal import Testing

@Suite struct LineageExportTests {
  private let world = LineageWorld()

  /// A graph whose names try to break out of what they stand in.
  private func hostileGraph() throws -> LineageGraph {
    var bad = LineageWorld.file("a", "bad")
    bad.path = try RepositoryPath(ByteString(Array("a\"}\n,{".utf8) + [0xFF, 0x1B]))
    var empty = LineageWorld.file("b", "")
    empty.path = try RepositoryPath("@:%/\u{202E}x")
    world.run("name\"\n</script>", from: [bad, empty], to: [LineageWorld.file("m.pt", "m")]) {
      $0.command = ["\"", ByteString([0xFE]), "\n"]
      $0.invocation = "not hexadecimal"
    }
    world.run("fails", from: [LineageWorld.file("m.pt", "m")]) {
      $0.state = .failed
      $0.exitStatus = nil
      $0.seconds = .nan
    }
    return world.graph(.down, of: bad)
  }

  private func parsed(_ bytes: some Collection<UInt8>) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
  }

  @Test func `hostile names stay inside their strings in PROV`() throws {
    let document = try parsed(LineageExport.prov(try hostileGraph()))
    let entities = try #require(document["entity"] as? [String: [String: Any]])
    #expect(entities.values.contains { $0["prov:label"] as? String == #""a\"}\n,{\377\033""# })
    for name in entities.keys {
      #expect(name.hasPrefix("shale:"))
      #expect(name.dropFirst(6).allSatisfy { $0.isLetter || $0.isNumber || $0 == "." }, "\(name)")
    }
    #expect((document["activity"] as? [String: Any])?.count == 2)
    #expect((document["used"] as? [String: Any])?.isEmpty == false)
  }

  @Test func `every run has a start and an end in OpenLineage, each on a line`() throws {
    let bytes = LineageExport.openLineage(try hostileGraph(), version: "1")
    let events = try bytes.split(separator: UInt8(ascii: "\n")).map(parsed)
    #expect(
      events.map { $0["eventType"] as? String } == ["START", "COMPLETE", "START", "FAIL"])
    for event in events {
      let run = try #require(event["run"] as? [String: Any])
      #expect(UUID(uuidString: try #require(run["runId"] as? String)) != nil)
      #expect((event["eventTime"] as? String)?.hasSuffix("Z") == true)
    }
  }

  @Test func `two empty files are two things`() throws {
    world.run("make", to: [LineageWorld.file("one", ""), LineageWorld.file("two", "")])
    let document = try parsed(
      LineageExport.prov(world.graph(.down, ofRun: world.runs[0].id)))
    let entities = try #require(document["entity"] as? [String: [String: Any]])
    #expect(entities.keys.count { $0.hasPrefix("shale:file.") } == 2)
  }
}
