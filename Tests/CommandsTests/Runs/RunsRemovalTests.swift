import Foundation
import Lineage
import Platform
import Primitives
import Project
import TestSupport
import Testing

@testable import Commands

@Suite(.temporaryDirectory) struct RunsRemovalTests {
  private func listed(_ world: RunWorld) throws -> Set<ObjectID> {
    Set(try world.project.runs().summaries().map(\.id))
  }

  @Test func `a removed run is in the trash and in the operation log, and can be put back`() throws
  {
    let world = try RunWorld()
    let ids = try world.addSearch()
    #expect(world.run("runs rm --dry-run base").status == 0)
    #expect(try listed(world) == Set(ids))
    #expect(world.run("runs rm base").status == 0)
    #expect(try listed(world) == Set(ids[1...]))
    let name = RunDirectory.name(of: ids[0])
    let trash = world.project.layout.runs.appending("trash")
    let operations = try world.project.operations.operations().operations
    #expect(operations.last?.command == ["runs", "rm"])
    #expect(operations.last?.changes == [.removedRun(ids[0])])
    try trash.appending(name).rename(to: world.project.layout.runs.appending(name))
    #expect(try listed(world) == Set(ids))
    // Twice the same record leaves both files.
    #expect(world.run("runs rm base").status == 0)
    try world.add(world.record(0))
    #expect(world.run("runs rm base").status == 1)
  }

  @Test func `a run that is not known stops all of the removal`() throws {
    let world = try RunWorld()
    let ids = try world.addSearch()
    #expect(world.run("runs rm base nope").status == 1)
    #expect(try listed(world) == Set(ids))
  }

  @Test func `what git carries is neither removed nor pruned, nor what it descends from`() throws {
    let world = try RunWorld()
    var first = try world.record(0)
    let data = RunArtifact(
      path: try RepositoryPath("clean.csv"), kind: .file, oid: .empty, size: .bytes(0),
      origin: .declared, tracked: try RepositoryPath("clean.csv"))
    first.outputs = [data]
    var second = try world.record(1)
    second.inputs = [data]
    let ids = [try world.add(first), try world.add(second), try world.add(world.record(2))]
    let (_, bytes) = second.encoded()
    try world.world.setup.write(bytes, to: ".shale/runs/\(ids[1].hex).json")
    try world.world.setup.git("add", ".shale/runs")
    #expect(world.run("runs rm \(ids[1].abbreviated)").status == 1)
    #expect(world.run("runs prune --keep 0").output.contains("2 runs kept"))
    #expect(try listed(world) == Set(ids[..<2]))
    try world.world.setup.git("commit", "--quiet", "-m", "records")
    let refused = world.run("runs rm \(ids[1].abbreviated)")
    #expect(refused.status == 1)
    #expect(refused.errors.contains("carried by git"))
  }

  @Test func `prune takes what meets all that is asked for`() throws {
    let world = try RunWorld()
    let ids = try world.addSearch()
    #expect(world.run("runs prune").status == 2)
    #expect(world.run("runs prune --older-than soon").status == 2)
    #expect(world.run("runs prune --keep 2 --failed").output.contains("No run"))
    #expect(world.run("runs prune --failed --where model.lr>1").output.contains("No run"))
    #expect(world.run("runs prune --older-than 100000w").output.contains("No run"))
    #expect(world.run("runs prune --failed").status == 0)
    #expect(try listed(world) == Set(ids[..<2]))
    #expect(world.run("runs prune --keep 1").status == 0)
    #expect(try listed(world) == [ids[1]])
  }
}
