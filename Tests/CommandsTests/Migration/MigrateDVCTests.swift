import Documents
import Foundation
import ObjectStore
import Primitives
import TestSupport
import Testing

@testable import Commands

/// What DVC keeps becomes tracked data.
@Suite(.temporaryDirectory) struct MigrateDVCTests {
  private let world: MigrationWorld

  init() throws {
    world = try MigrationWorld()
  }

  @Test func `files and directories of DVC 3 and of versions before are migrated`() throws {
    let report = world.run("migrate dvc").output
    #expect(report.contains("Migrated 4 files, 30,014 bytes"), "\(report)")
    #expect(report.contains("removed data.dvc") && report.contains("removed old.csv.dvc"))
    let tracked = try world.tracked()
    #expect(tracked.isSuperset(of: ["data.shale", "old.csv.shale", ".dvc/config", "model.bin"]))
    #expect(tracked.isDisjoint(with: ["data.dvc", "old.csv.dvc"]))
    #expect(!FileManager.default.fileExists(atPath: world.setup.file("data.dvc").path))
    #expect(try world.setup.read(".gitignore") == Array("/data\n/old.csv\n".utf8))
    try world.expectData()
    #expect(world.run("status --exit-code").errors == "")
    world.run("commit -q -m migrated")
    try world.expectStored(besides: ["model.bin"])
    #expect(world.run("migrate dvc").output == "DVC keeps nothing here\n")
  }

  @Test func `a dry run tells the exact bytes and changes nothing`() throws {
    let before = try world.setup.git("ls-files", "-s")
    let report = world.run("migrate dvc --dry-run").output
    #expect(report.contains("Would migrate 4 files, 30,014 bytes, 0 contents missing"), "\(report)")
    #expect(try world.setup.git("ls-files", "-s") == before)
    #expect(!FileManager.default.fileExists(atPath: world.setup.file("data.shale").path))
  }

  @Test func `a missing or damaged object is listed, and the rest is migrated`() throws {
    try world.setup.write("other\n", to: "other.txt")
    try world.addDVC(["a": Array("whole\n".utf8)], as: "whole")
    try world.setup.commitAll("more")
    let one = md5(of: Array("one\n".utf8)).hex
    try world.setup.write("damaged\n", to: MigrationWorld.dvc(one))
    try FileManager.default.removeItem(at: world.setup.file("data/a.txt"))
    let transcript = world.run("migrate dvc", status: 5)
    #expect(transcript.output.contains("damaged data/a.txt \(one)"), "\(transcript.output)")
    #expect(try world.tracked().isSuperset(of: ["data.dvc", "whole.shale", "old.csv.shale"]))
    // The worktree has what the cache lacks: then nothing is.
    try FileManager.default.removeItem(at: world.setup.file(MigrationWorld.dvc(one)))
    #expect(world.run("migrate dvc", status: 5).output.contains("missing data/a.txt \(one)"))
    try world.setup.write("one\n", to: "data/a.txt")
    world.run("migrate dvc")
    try world.expectData()
    world.run("commit -q -m migrated")
    try world.expectStored(besides: ["model.bin"])
  }

  @Test func `remotes that are directories are asked, and others are told`() throws {
    try FileManager.default.moveItem(
      at: world.setup.file(".dvc/cache"), to: world.setup.file("../storage"))
    for path in ["data", "old.csv"] {
      try FileManager.default.removeItem(at: world.setup.file(path))
    }
    world.run("migrate dvc -n", status: 5)
    try world.setup.write(
      "[core]\n    remote = near\n['remote \"near\"']\n    url = ../../storage\n"
        + "['remote \"far\"']\n    url = s3://bucket/path\n", to: ".dvc/config")
    let report = world.run("migrate dvc").output
    #expect(report.contains("far (s3://bucket/path)"), "\(report)")
    #expect(report.contains("2 paths without data here"), "\(report)")
    world.run("checkout")
    try world.expectData()
  }

  @Test func `data that differs stays, and is shown as modified`() throws {
    try world.setup.write("mine\n", to: "data/a.txt")
    try world.setup.write("new\n", to: "data/new.txt")
    world.run("migrate dvc")
    #expect(try world.setup.read("data/a.txt") == Array("mine\n".utf8))
    let status = world.run("status --exit-code", status: 6).output
    #expect(status.contains("a.txt") && status.contains("new.txt"), "\(status)")
  }

  @Test func `with --keep the files of DVC stay`() throws {
    world.run("migrate dvc --keep")
    #expect(try world.tracked().isSuperset(of: ["data.dvc", "data.shale", "old.csv.dvc"]))
  }

  @Test func `undo takes a migration back`() throws {
    let before = try world.setup.git("ls-files", "-s")
    world.run("migrate dvc")
    world.run("undo")
    #expect(try world.setup.git("ls-files", "-s") == before)
    try world.expectData()
    #expect(FileManager.default.fileExists(atPath: world.setup.file("data.dvc").path))
  }

  @Test func `outputs of stages are migrated, and what git keeps of them is not`() throws {
    let model = Array("weights\n".utf8)
    let hex = md5(of: model).hex
    try world.setup.write(model, to: MigrationWorld.dvc(hex))
    try world.setup.write(
      """
      stages:
        train:
          cmd: sh train.sh
          wdir: models
          outs:
          - best.pt
          metrics:
          - scores.json:
              cache: false
      """, to: "dvc.yaml")
    try world.setup.write(
      """
      schema: '2.0'
      stages:
        train:
          cmd: sh train.sh
          outs:
          - path: best.pt
            hash: md5
            md5: \(hex)
            size: \(model.count)
          - path: scores.json
            hash: md5
            md5: 00000000000000000000000000000000
            size: 2
      """, to: "dvc.lock")
    try world.setup.write("/best.pt\n/scores.json\n", to: "models/.gitignore")
    try world.setup.commitAll("a stage")
    world.run("migrate dvc")
    #expect(try world.tracked().isSuperset(of: ["models/best.pt.shale", "dvc.lock", "dvc.yaml"]))
    world.run("checkout")
    #expect(try world.setup.read("models/best.pt") == model)
  }

  @Test func `what leads out of the repository is refused, and the rest is migrated`() throws {
    let hex = String(repeating: "a", count: 32)
    for (name, path) in [("one", "../../etc/passwd"), ("two", ".git/config"), ("three", "/etc")] {
      try world.setup.write(
        "outs:\n- md5: \(hex)\n  hash: md5\n  path: \(path)\n", to: "\(name).dvc")
    }
    try world.setup.write("nonsense: [", to: "four.dvc")
    try world.setup.commitAll("hostile")
    let transcript = world.run("migrate dvc", status: 1)
    let refused = transcript.output.split(separator: "\n").filter { $0.contains("refused") }
    #expect(refused.count == 4, "\(transcript.output)")
    #expect(try world.tracked().isSuperset(of: ["data.shale", "old.csv.shale", "one.dvc"]))
  }

  @Test func `where imported data came from is kept`() throws {
    let bytes = Array("imported\n".utf8)
    let hex = md5(of: bytes).hex
    try world.setup.write(bytes, to: MigrationWorld.dvc(hex))
    try world.setup.write(
      """
      frozen: true
      deps:
      - path: data/raw.csv
        repo:
          url: https://example.com/data.git
          rev_lock: 0123456789012345678901234567890123456789
      outs:
      - md5: \(hex)
        size: \(bytes.count)
        hash: md5
        path: raw.csv
      """, to: "raw.csv.dvc")
    try world.setup.git("add", "raw.csv.dvc")
    world.run("migrate dvc")
    let pointer = String(decoding: try world.setup.read("raw.csv.shale"), as: UTF8.self)
    #expect(pointer.contains("\nsource https://example.com/data.git\nsource-path data/raw.csv\n"))
  }
}
