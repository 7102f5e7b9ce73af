import Foundation
import Primitives

@testable import Documents

extension FuzzedParser {
  /// What DVC and Git LFS write.
  static let migrationParsers: [FuzzedParser] = [
    FuzzedParser(
      "dvc-file",
      words: ["outs:\n", "- md5: ", "path: ", "cache: false", ".dir", "wdir: ", "{", "["],
      texts: [
        "wdir: ..\nouts:\n- md5: acbd18db4cc2f85cedef654fccc4a4d8.dir\n  size: 3\n  path: a\n",
        "deps:\n- path: a\n  repo: {url: b, rev_lock: c}\nouts:\n- {path: b, etag: x}\n",
      ]
    ) { bytes in
      try verdict { _ = try DVCFile(reading: bytes).outputs.map(\.digest?.hex) }
    },
    FuzzedParser(
      "dvc-lock", words: ["schema: '2.0'\n", "stages:\n", "outs:\n", "- path: "],
      texts: ["schema: '2.0'\nstages:\n  a:\n    cmd: x\n    outs:\n    - path: b\n      md5: c\n"]
    ) { bytes in
      try verdict { _ = try DVCLockFile(reading: bytes).stages.map(\.outputs.count) }
    },
    FuzzedParser(
      "dvc-pipeline", words: ["stages:\n", "do:\n", "outs:\n", "cache: false\n", "- "],
      texts: ["stages:\n  a:\n    wdir: b\n    outs: [c, {d: {cache: false}}]\n"]
    ) { bytes in
      try verdict { _ = try DVCPipeline(reading: bytes).stage("a@b") }
    },
    FuzzedParser(
      "dvc-directory",
      words: ["{", "}", "[", "]", ", ", "\"md5\": ", "\"relpath\": ", "\\u00e9", "../"],
      texts: [
        "[]",
        "[{\"md5\": \"acbd18db4cc2f85cedef654fccc4a4d8\", \"relpath\": \"a/b\"}, "
          + "{\"md5\": \"acbd18db4cc2f85cedef654fccc4a4d8\", \"relpath\": \"c\"}]",
      ]
    ) { bytes in
      try verdict {
        let directory = try DVCDirectory(reading: bytes)
        guard let written = directory.encoded(), try DVCDirectory(reading: written) == directory
        else { throw BrokenPromise("a list does not come back") }
      }
    },
    FuzzedParser(
      "dvc-config", words: ["[core]\n", "['remote \"a\"']\n", "url = ", "dir = ", "[cache]\n"],
      texts: ["[core]\n    remote = a\n['remote \"a\"']\n    url = ../b\n[cache]\n    dir = c\n"]
    ) { bytes in
      DVCConfig(reading: bytes).remotes.isEmpty ? .refused : .accepted
    },
    FuzzedParser(
      "lfs-pointer", words: ["version ", "oid sha256:", "size ", "ext-0-a "],
      texts: [
        String(
          decoding: LFSPointer(id: .empty, size: .bytes(12)).encoded(), as: UTF8.self)
      ]
    ) { bytes in
      guard let pointer = LFSPointer(bytes) else { return .refused }
      let again = LFSPointer(pointer.encoded())
      guard again?.id == pointer.id, again?.size == pointer.size else {
        throw BrokenPromise("a pointer does not come back")
      }
      return .accepted
    },
    FuzzedParser(
      "lfs-attributes", words: [" filter=lfs", " -text", "*.bin", "\n", "\"", "[attr]"],
      texts: ["*.bin filter=lfs diff=lfs merge=lfs -text\n*.txt text\n"]
    ) { bytes in
      let attributes = LFSAttributes(bytes)
      try expectSame(attributes.removing([]), as: bytes)
      let rest = LFSAttributes(attributes.removing(attributes.rules))
      guard rest.rules.isEmpty else { throw BrokenPromise("a rule stays") }
      return attributes.rules.isEmpty ? .refused : .accepted
    },
  ]
}
