import Foundation
import Primitives
import TestSupport
import Testing

/// `du` accounts for every record of the store.
@Suite(.temporaryDirectory) struct DuCommandTests {
  private let scene: KeepingScene

  init() throws {
    scene = try KeepingScene()
    let setup = scene.setup
    try setup.write(sampleBytes(count: 600_000, seed: 1), to: "model.bin")
    try setup.write(sampleBytes(count: 600_000, seed: 1), to: "data/copy.bin")
    try setup.write(sampleBytes(count: 300_000, seed: 2), to: "data/b.bin")
    #expect(scene.shale.run("add -q model.bin data").status == 0)
    #expect(scene.shale.run("commit -q -m first").status == 0)
    try setup.write(sampleBytes(count: 400_000, seed: 3), to: "data/b.bin")
    #expect(scene.shale.run("commit -q -m second").status == 0)
  }

  private func json(_ line: String) throws -> [String: Any] {
    let transcript = scene.shale.run("\(line) --json")
    #expect(transcript.status == 0, "\(transcript.output)\(transcript.errors)")
    let object = try JSONSerialization.jsonObject(with: Data(transcript.output.utf8))
    return try #require((object as? [String: Any])?["result"] as? [String: Any])
  }

  @Test func `what two paths share is nobody's own`() throws {
    let result = try json("du")
    let paths = try #require(result["paths"] as? [[String: Any]])
    let model = try #require(paths.first { $0["path"] as? String == "model.bin" })
    let data = try #require(paths.first { $0["path"] as? String == "data" })
    #expect(model["own"] as? Int ?? .max < 1_000, "the copy in the directory has its bytes")
    #expect(model["stored"] as? Int ?? 0 >= 600_000)
    #expect(data["versions"] as? Int == 2)
    let own = try #require(data["own"] as? Int)
    #expect((700_000..<720_000).contains(own))
    let needed = try #require(result["needed"] as? Int)
    #expect((1_300_000..<1_330_000).contains(needed))
    let store = try #require(result["store"] as? [String: Any])
    #expect(try #require(store["packs"] as? Int) >= needed)
  }

  @Test func `each version is told with what it brought`() throws {
    let versions = try #require(try json("du data")["versions"] as? [[String: Any]])
    #expect(versions.map { $0["summary"] as? String } == ["second", "first"])
    let added = versions.compactMap { $0["added"] as? Int }
    #expect((400_000..<410_000).contains(added[0]), "\(added)")
    #expect((900_000..<920_000).contains(added[1]), "\(added)")
    let own = versions.compactMap { $0["own"] as? Int }
    #expect((300_000..<310_000).contains(own[1]), "\(own)")
  }

  @Test func `what no commit has yet counts too`() throws {
    try scene.setup.write(sampleBytes(count: 200_000, seed: 4), to: "new.bin")
    #expect(scene.shale.run("add -q new.bin").status == 0)
    let versions = try #require(try json("du new.bin")["versions"] as? [[String: Any]])
    #expect(versions.count == 1)
    #expect(versions[0]["commit"] == nil)
  }

  @Test func `a path that was taken away still takes room`() throws {
    #expect(scene.shale.run("rm -q model.bin").status == 0)
    #expect(scene.shale.run("commit -q -m third").status == 0)
    let text = scene.shale.run("du").output
    #expect(text.contains("model.bin  not tracked now"), "\(text)")
  }

  @Test func `a path that never was is refused`() {
    let transcript = scene.shale.run("du nowhere")
    #expect(transcript.status == 1)
    #expect(transcript.errors.contains("'nowhere' was never tracked"))
  }
}
