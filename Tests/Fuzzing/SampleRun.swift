import Foundation
import Lineage
import ObjectStore
import Platform
import Primitives
import TestSupport

/// The run of the golden record.
enum SampleRun {
  static func bytes() throws -> [UInt8] {
    try Array(Data(contentsOf: ProjectRoot.file("fixtures/golden/lineage/record.json")))
  }

  static func id() throws -> ObjectID {
    let content = try bytes()
    return SHA256.id(of: content.span)
  }

  static func journal() throws -> [UInt8] {
    let head = "{\"worktree\":\"/w\",\"paths\":[\"a\"],\"shared\":[],\"record\":"
    return Array(head.utf8) + (try bytes()) + [UInt8(ascii: "}")]
  }

  static func summary() throws -> RunSummary {
    let id = try id()
    return RunSummary(try RunRecord(try bytes(), id: id), id: id)
  }

  /// The index that a list writes of records with these bytes.
  static func index(of bytes: [UInt8]) throws -> [UInt8] {
    try TemporaryDirectory.with { directory in
      let records = RunDirectory(FilePath(directory.path).appending("runs"))
      try records.save(bytes, as: SHA256.id(of: bytes.span), durably: false)
      _ = try RunCatalog(records, git: nil).problems()
      return try FilePath(directory.path).appending("runs.idx").contents()
    }
  }
}
