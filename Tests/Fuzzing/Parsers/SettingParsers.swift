import Arguments
import Platform
import Primitives
import Remotes

@testable import Commands
@testable import Git
@testable import Project

extension FuzzedParser {
  /// Configurations and command lines.
  static let settingParsers: [FuzzedParser] = [
    FuzzedParser(
      "config",
      words: ["[shale]\n", "[shale-remote \"", "\"]\n", "url = ", "\\\n", "[include]\npath="],
      texts: [
        "[shale]\n\tlink = copy\n[shale-remote \"origin\"]\n\turl = /srv/data\n",
        "[a.b]\n; no\nc\nd = \" x \\\" y\" \\\n z # no\n",
      ]
    ) { bytes in
      try verdict {
        var file = try GitConfigFile(bytes, path: FilePath("config"))
        let entries = file.entries
        try file.set("shale.link", to: "reflink")
        let again = try GitConfigFile(file.bytes, path: FilePath("config"))
        guard try again.value("shale.link") == "reflink" else {
          throw BrokenPromise("a setting that was written is not read")
        }
        let others = { (entries: [GitConfigFile.Entry]) in
          entries.filter { $0.key != "shale.link" }.map { [$0.key, "\($0.value as Any)"] }
        }
        guard others(again.entries) == others(entries) else {
          throw BrokenPromise("another setting is lost")
        }
      }
    },
    FuzzedParser(
      "shared-config", words: ["[shale]\n", "[shale-remote \"a\"]\n", "url = ", "link = ", "-x"],
      texts: ["[shale]\n\tlargeFile = 5 MiB\n[shale-remote \"origin\"]\n\turl = /srv/data\n"]
    ) { bytes in
      try verdict {
        let file = try GitConfigFile(bytes, path: FilePath(".shale/config"))
        let shared = try SharedConfiguration(file, origin: .worktree)
        _ = try Configuration(shared.assignments)
        let list = try RemoteList(
          shared.remotes, relativeTo: FilePath("/w"), home: FilePath("/h"), defaultName: nil)
        _ = try list.standard()
      }
    },
    FuzzedParser(
      "command-line",
      words: ["\0--json", "\0-C", "\0--", "\0runs\0list", "\0-m\0x", "\0--no-", "="],
      texts: [
        "add\0data", "commit\0-m\0x\0--json", "run\0-o\0m\0--\0sh\0-c\0x", "help\0remote\0add",
      ]
    ) { bytes in
      try verdict {
        let words = bytes.split(separator: 0, omittingEmptySubsequences: false)
        _ = try Tool.spec.parse(words.map { ByteString($0) })
      }
    },
  ]
}
