import Foundation
import Primitives
import TestSupport
import Testing

/// Repositories and stores on file systems that cannot lock files, as some network mounts cannot.
///
/// The program is given a C library that refuses to lock.
@Suite(.temporaryDirectory) struct LocklessMountTests {
  /// A library in which `flock` fails, or `nil` where there is no compiler.
  private func library() throws -> String? {
    let place = try TemporaryDirectory.required()
    let source = place.appending(path: "flock.c")
    let text = """
      #include <errno.h>
      int flock(int descriptor, int operation) { errno = ENOLCK; return -1; }
      """
    try Data(text.utf8).write(to: source)
    let library = place.appending(path: "flock.so").path
    for compiler in ["clang", "cc"] {
      let result = try Program.run(
        compiler, ["-shared", "-fPIC", "-o", ByteString(library), ByteString(source.path)])
      if result.status == 0 { return library }
    }
    return nil
  }

  @Test func `what changes the worktree refuses without locks, and what looks or sends works`()
    throws
  {
    guard let library = try library() else { return }
    let environment: [String: String?] = ["LD_PRELOAD": library]
    let scene = try Scene.committed()
    _ = try scene.addRemote()
    try scene.change("two\n", commit: "second")
    try scene.setup.write("three\n", to: "data/a.txt")
    let before = try scene.state()
    for words: [ByteString] in [
      ["add", "data"], ["commit", "-m", "third"], ["checkout", "-f", "HEAD~1"],
      ["restore", "-f", "data"], ["rm", "-f", "data"], ["mv", "data", "other"],
    ] {
      try Shale.run(words, in: scene.setup.path, environment: environment).expectFailure(
        1, mentions: ["Cannot lock", "No locks available", "Mount", "shale.store"])
      #expect(try scene.state() == before, "\(words)")
    }
    for words: [ByteString] in [
      ["status"], ["diff"], ["ls"], ["log"], ["cat", "HEAD:data/a.txt"], ["runs"], ["fsck"],
      ["push"], ["fetch"], ["fsck", "--remote", "origin"],
    ] {
      let result = try Shale.run(words, in: scene.setup.path, environment: environment)
      #expect(result.status == 0, "\(words) \(result.errorText)")
    }
    let doctor = try Shale.run(["doctor"], in: scene.setup.path, environment: environment)
    doctor.expectFailure(1, mentions: ["There is a problem"])
    #expect(doctor.text.contains("-o flock"))
    try scene.expectSound()
  }
}
