import Foundation
import Lineage
import Primitives
import TestSupport
import Testing

@testable import Commands

@Suite(.temporaryDirectory) struct TraceCommandTests {
  /// A repository whose `data` holds a large file that a run made a model of.
  private func scene() throws -> (LineageScene, [UInt8]) {
    var scene = try LineageScene()
    let bytes = [UInt8](sampleBytes(count: 1_500_000, seed: 3))
    try scene.world.setup.write(bytes, to: "data/deep/large.bin")
    #expect(scene.shale.run("add data").status == 0)
    #expect(scene.world.commit("second").status == 0)
    var input = try LineageScene.file("data/deep/large.bin", "")
    input.oid = try #require(oid(of: "data/deep/large.bin", scene))
    input.size = .bytes(bytes.count)
    try scene.run("use", from: [input], to: [try LineageScene.file("models/new.pt", "new")])
    try scene.world.setup.git("rm", "-q", "--cached", "data.shale")
    return (scene, bytes)
  }

  private func oid(of path: String, _ scene: LineageScene) -> ObjectID? {
    let line = scene.shale.run("lineage \(path) --format json").output
    return line.firstMatch(of: /"oid" : "([0-9a-f]{64})"/).flatMap { ObjectID(hex: String($0.1)) }
  }

  @Test func `a copy under another name is found with its commit, run and model`() throws {
    let (scene, bytes) = try scene()
    try scene.world.setup.write(bytes, to: "copy")
    let transcript = scene.shale.run("trace --file copy")
    #expect(transcript.status == 0)
    for text in ["the same file", "data/deep/large.bin  since ", "use", "model models/new.pt"] {
      #expect(transcript.output.contains(text), "\(text)")
    }
  }

  @Test func `every state of a directory that has it is counted`() throws {
    let (scene, bytes) = try scene()
    try scene.world.setup.git("reset", "-q", "--hard")
    try scene.world.setup.write("more", to: "data/more.txt")
    #expect(scene.shale.run("add data").status == 0)
    #expect(scene.world.commit("third").status == 0)
    try scene.world.setup.write(bytes, to: "copy")
    let transcript = scene.shale.run("trace --file copy")
    #expect(transcript.output.contains(", in 2 versions"), "\(transcript.output)")
  }

  @Test func `a part of it is found, and a scan says where`() throws {
    let (scene, bytes) = try scene()
    try scene.world.setup.write(bytes[300_000..<900_000], to: "part")
    let transcript = scene.shale.run("trace --file part --scan")
    #expect(transcript.output.contains("found at byte 300000"))
    #expect(transcript.output.contains("shares "))
    #expect(transcript.output.contains("model models/new.pt"))
    #expect(scene.shale.run("trace --file part --bytes 200000-299999").status == 0)
  }

  @Test func `nothing found ends as grep does, and bad questions are refused`() throws {
    let (scene, _) = try scene()
    try scene.world.setup.write([UInt8](sampleBytes(count: 90_000, seed: 77)), to: "other")
    try scene.world.setup.write("", to: "empty")
    let nothing = scene.shale.run("trace --file other")
    #expect(nothing.status == 1)
    #expect(nothing.output.contains("not found in "))
    #expect(nothing.errors.isEmpty)
    #expect(scene.shale.run("trace").status == 2)
    #expect(scene.shale.run("trace --file other --bytes 5").status == 2)
    #expect(scene.shale.run("trace --file other --bytes 9-5").status == 2)
    #expect(scene.shale.run("trace --file other --bytes 90000-90001").status == 1)
    #expect(scene.shale.run("trace --file empty").status == 1)
    #expect(scene.shale.run("trace --file nowhere").status == 1)
    #expect(scene.shale.run("trace --file data").errors.contains("'data' is no file"))
  }
}
