import Foundation
import Primitives
import TestSupport
import Testing

/// What may not be read or written, met by somebody whom permissions bind.
@Suite(.temporaryDirectory, .strangers) struct PermissionTests {
  /// Runs a script in an empty directory of the stranger's own, with data that is committed.
  private func run(_ script: String) throws -> [String: ProgramResult] {
    let place = try TemporaryDirectory.required().appending(path: "place")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: place.path)
    let start = """
      git init -q -b main repository
      cd repository
      shale init -q
      mkdir -p data/deep
      echo one > data/a.txt
      echo two > data/b.txt
      echo deep > data/deep/c.txt
      shale add -q data
      shale commit -q -m first

      """
    return try Script.byStranger.withShale(start + script, in: ByteString(place.path))
  }

  @Test func `a file that cannot be read is named, and the rest is recorded`() throws {
    let steps = try run(
      """
      chmod 0 data/b.txt
      touch data/b.txt
      echo new > data/new.txt
      step add shale add data
      step status shale status
      chmod 600 data/b.txt
      step ls shale ls data
      step again shale add data
      step fsck shale fsck
      """)
    steps["add"]?.expectFailure(1, mentions: ["data/b.txt': Permission denied", "ls -ld"])
    #expect(steps["add"]?.text.contains("updated data") == true)
    #expect(steps["status"]?.text.contains("modified data/b.txt") == true)
    #expect(steps["ls"]?.text.contains("data/new.txt") == true)
    #expect(steps["ls"]?.text.contains("data/b.txt") == true)
    #expect(steps["again"]?.status == 0)
    #expect(steps["fsck"]?.status == 0)
  }

  @Test func `a directory that cannot be read is named, and never taken for empty`() throws {
    let steps = try run(
      """
      chmod 0 data/deep
      step status shale status --exit-code
      step add shale add data
      step commit shale commit -m x
      step checkout shale checkout
      chmod 755 data/deep
      step after shale status --exit-code
      """)
    #expect(steps["status"]?.text.contains("data/deep': Permission denied") == true)
    #expect(steps["status"]?.status == 6)
    for name in ["add", "commit", "checkout"] {
      steps[name]?.expectFailure(1, mentions: ["data/deep': Permission denied", "ls -ld"])
    }
    #expect(steps["after"]?.status == 0)
  }

  @Test func `what could not be replaced is still a change of the user's`() throws {
    let steps = try run(
      """
      echo changed >> data/a.txt
      chmod 555 data
      step restore shale restore -f data
      step content cat data/a.txt
      step status shale status
      chmod 755 data
      step left ls -A data
      step again shale restore -f data
      step restored cat data/a.txt
      """)
    steps["restore"]?.expectFailure(1, mentions: ["data", "Permission denied", "ls -ld"])
    #expect(steps["content"]?.text == "one\nchanged\n")
    #expect(steps["status"]?.text.contains("modified data/a.txt") == true)
    #expect(steps["left"]?.text == "a.txt\nb.txt\ndeep\n")
    #expect(steps["again"]?.status == 0)
    #expect(steps["restored"]?.text == "one\n")
  }

  @Test(arguments: [".git/shale/store/packs", ".git/shale/index", ".git", "."])
  func `a directory that may not be written stops an add that can be made up for`(
    directory: String
  ) throws {
    let steps = try run(
      """
      echo new > data/new.txt
      chmod 555 \(directory)
      step add shale add data
      chmod 755 \(directory)
      step content cat data/new.txt
      echo newer > data/new.txt
      step again shale add data
      step status shale status
      step fsck shale fsck
      step git git status --short -- data.shale
      """)
    steps["add"]?.expectFailure(1, mentions: ["Permission denied", "ls -ld"])
    #expect(steps["content"]?.text == "new\n")
    #expect(steps["again"]?.status == 0, "\(steps["again"]?.errorText ?? "")")
    #expect(steps["status"]?.text.contains("Recorded and not committed") == true)
    #expect(steps["fsck"]?.status == 0)
    #expect(steps["git"]?.text == "M  data.shale\n")
  }

  @Test(arguments: [
    ".git/shale/index/data.index", "data.shale", ".shale/config", ".gitignore", ".git/index",
  ])
  func `a file of Shale's or git's that cannot be read is named`(file: String) throws {
    let steps = try run(
      """
      echo other > other.txt
      chmod 0 \(file)
      step status shale status
      step add shale add data other.txt
      chmod 644 \(file)
      step after shale add data other.txt
      """)
    steps["add"]?.expectFailure(1, mentions: ["Permission denied"])
    if file != ".gitignore" { steps["status"]?.expectFailure(1, mentions: ["Permission denied"]) }
    #expect(steps["after"]?.status == 0)
  }
}
