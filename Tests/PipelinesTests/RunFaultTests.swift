import Foundation
import Git
import Lineage
import ObjectStore
import Platform
import Primitives
import TestSupport
import Testing
import Workspace

@testable import Pipelines

/// A run on a disk that refuses a call, for each call there is.
@Suite(.temporaryDirectory) struct RunFaultTests {
  private static let old = "old\n"
  private static let new = "new\n"

  private func workspace(_ setup: GitSetup) throws -> Workspace {
    let variables = TestEnvironment.variables.map { (ByteString($0.key), ByteString($0.value)) }
    let git = try GitRepository(
      discoveredFrom: FilePath(setup.path),
      environment: Dictionary(uniqueKeysWithValues: variables))
    let store = git.layout.commonDirectory.appending("shale").appending("store")
    return try Workspace(git: git, store: try ObjectStore.create(at: store))
  }

  private func run(_ workspace: Workspace) throws(PipelineError) -> RunOutcome {
    var request = RunRequest(
      ["/bin/sh", "-c", "echo new > data.bin"], in: .root, environment: [:])
    request.isObserved = false
    if let path = try? RepositoryPath("data.bin") { request.outputs = [path] }
    return try Runner(workspace, catalog(workspace), home: nil, version: "0").run(request)
  }

  private func catalog(_ workspace: Workspace) -> RunCatalog {
    let shale = workspace.git.layout.commonDirectory.appending("shale")
    return RunCatalog(RunDirectory(shale.appending("runs")), git: workspace.git)
  }

  private func template() throws -> GitSetup {
    let setup = try GitSetup.make()
    try setup.write(Self.old, to: "data.bin")
    _ = try workspace(setup).add([try RepositoryPath("data.bin")])
    try setup.commitAll("start")
    return setup
  }

  @Test(arguments: FaultyDisk.Fault.allCases)
  func `whichever call of a run is refused, no byte is lost and the next run works`(
    fault: FaultyDisk.Fault
  ) throws {
    let template = try template()
    let oids = [Self.old, Self.new].map { SHA256.id(of: Array($0.utf8).span) }
    let calls = try FaultyDisk.forEachCall(fault) { disk in
      try TemporaryDirectory.with { url in
        let copy = url.appending(path: "copy")
        try FileManager.default.copyItem(at: template.url, to: copy)
        let setup = GitSetup(at: copy)
        let first = try workspace(setup)
        let outcome = Result { try disk.run(below: FilePath(setup.path)) { try run(first) } }
        let refused = Comment("\(String(describing: disk.refused))")
        let text = String(decoding: try setup.read("data.bin"), as: UTF8.self)
        #expect(text == Self.old || text == Self.new, refused)
        let pointer = String(decoding: try setup.read("data.bin.shale"), as: UTF8.self)
        #expect(oids.contains { pointer.contains($0.hex) }, refused)
        #expect(try Verification(ObjectStore.open(at: first.store.root)).run().isSound, refused)
        if case .success(let outcome) = outcome, outcome.problem == nil {
          let kept = try catalog(first).record(outcome.id)
          #expect(kept.state == .succeeded && kept.outputs.map(\.oid) == [oids[1]], refused)
        }
        let lock = setup.file(".git/index.lock")
        if FileManager.default.fileExists(atPath: lock.path) {
          try FileManager.default.removeItem(at: lock)
        }
        let again = try workspace(setup)
        #expect(try catalog(again).problems().isEmpty, refused)
        let next = try run(again)
        #expect(next.record.state == .succeeded && next.problem == nil, refused)
        #expect(next.record.outputs.map(\.oid) == [oids[1]], refused)
        let count = try catalog(again).summaries().count
        #expect((1...2).contains(count), refused)
      }
    }
    #expect(calls > 20)
  }
}
