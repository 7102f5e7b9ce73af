import Foundation
import ObjectStore
import Platform
import Primitives
import Remotes
import TestSupport
import Testing

/// What every remote must do, whatever it is made of.
///
/// A new kind of remote is tested by adding it to ``RemoteUnderTest/all``.
@Suite(.temporaryDirectory) struct RemoteConformanceTests {
  @Test(arguments: RemoteUnderTest.all)
  func `what was sent is there, and comes back`(_ subject: RemoteUnderTest) throws {
    let setup = try TransferSetup()
    let remote = try subject.make(setup)
    let data = try setup.track(TransferSetup.sampleFiles())
    #expect(remote.presence(of: data.id) == .absent)
    #expect(try Push([setup.commit("a", data)], from: setup.local, to: remote).run().isComplete)
    #expect(remote.presence(of: data.id) == .present)
    let clone = try setup.clone("clone")
    #expect(try Fetch([data], from: remote, to: clone).run().isComplete)
    #expect(try TransferSetup.files(of: data.id, in: clone) == TransferSetup.sampleFiles())
  }

  @Test(arguments: RemoteUnderTest.all)
  func `sending twice moves nothing the second time`(_ subject: RemoteUnderTest) throws {
    let setup = try TransferSetup()
    let remote = try subject.make(setup)
    let data = try setup.track(TransferSetup.sampleFiles())
    _ = try Push([setup.commit("a", data)], from: setup.local, to: remote).run()
    let again = try Push([setup.commit("a", data)], from: setup.local, to: remote).run()
    #expect(again.records == 0)
    #expect(again.isComplete)
  }

  @Test(arguments: RemoteUnderTest.all)
  func `what a remote lacks is told, and the rest comes`(_ subject: RemoteUnderTest) throws {
    let setup = try TransferSetup()
    let remote = try subject.make(setup)
    let sent = try setup.track(["x": sampleBytes(count: 500, seed: 4)], as: "sent")
    let kept = try setup.track(["y": sampleBytes(count: 500, seed: 5)], as: "kept")
    _ = try Push([setup.commit("a", sent)], from: setup.local, to: remote).run()
    let clone = try setup.clone("clone")
    let report = try Fetch([sent, kept], from: remote, to: clone).run()
    #expect(report.completePaths == 1)
    #expect(report.problems.map { "\($0.path)" } == ["kept"])
    #expect(try TransferSetup.files(of: sent.id, in: clone).count == 1)
  }

  @Test(arguments: RemoteUnderTest.all)
  func `parts can be sent one after the other`(_ subject: RemoteUnderTest) throws {
    let setup = try TransferSetup()
    let remote = try subject.make(setup)
    let data = try setup.track(TransferSetup.sampleFiles())
    for pattern in ["data/a", "data/b/**/large", "data"] {
      let part = TransferPath(
        path: data.path, isTree: true, id: data.id, size: data.size, files: data.files,
        selection: .init(
          [PathPattern(try RepositoryPath(ByteString(pattern)))], of: data.path, isTree: true))
      let report = try Push([setup.commit("a", part)], from: setup.local, to: remote).run()
      #expect(report.records > 0)
      #expect(try remote.roots.commit(setup.commit("a").id)?.isComplete == (pattern == "data"))
    }
  }

  @Test(arguments: RemoteUnderTest.all)
  func `two that push at once leave everything there`(_ subject: RemoteUnderTest) throws {
    let setup = try TransferSetup()
    _ = try subject.make(setup)
    let paths = try (0..<4).map { index in
      try setup.track(TransferSetup.sampleFiles(seed: UInt64(20 + index)), as: "data\(index)")
    }
    Threads.run(4) { index in
      do {
        let commit = setup.commit(Character("\(index)"), paths[index])
        let report = try Push([commit], from: setup.local, to: setup.remoteStore()).run()
        #expect(report.isComplete)
      } catch {
        Issue.record(error)
      }
    }
    let clone = try setup.clone("clone")
    #expect(try Fetch(paths, from: setup.remoteStore(), to: clone).run().isComplete)
  }
}

/// A kind of remote.
struct RemoteUnderTest: CustomTestStringConvertible, Sendable {
  let testDescription: String

  /// Makes an empty remote of this kind.
  let make: @Sendable (TransferSetup) throws -> RemoteStore

  static let all = [
    RemoteUnderTest(testDescription: "directory") { try $0.remoteStore() }
  ]
}
