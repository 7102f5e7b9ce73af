package import Remotes

extension CommandFailure {
  /// Explains what is wrong with a remote.
  package init(_ error: RemoteError) {
    let message = error.description
    switch error {
    case .name, .location, .unknownKey, .storeID:
      self.init(.usage, id: "bad-remote", message)
    case .unknown:
      self.init(
        .usage, id: "unknown-remote", message,
        hints: ["Run `shale remote list` to see the remotes there are"])
    case .existing:
      self.init(
        .refused, id: "remote-exists", message,
        hints: ["Choose another name, or run `shale remote remove` first"])
    case .noDefault(let configured):
      self.init(
        .usage, id: "no-remote", message,
        hints: [
          configured == 0
            ? "Run `shale remote add NAME DIRECTORY`"
            : "Name one, or choose with `shale remote default NAME`"
        ])
    case .vanished:
      self.init(
        .tryAgain, id: "remote-vanished", message,
        hints: [
          "Check that it is mounted, and run the command again",
          "If it lies elsewhere now, run `shale remote set-url NAME DIRECTORY`",
          "If nothing was ever pushed there, run `shale remote remove NAME` and"
            + " `shale remote add NAME DIRECTORY` to make its store",
        ])
    case .otherStore(let remote, _):
      self.init(
        .refused, id: "remote-other-store", message,
        hints: [
          "Check that the right disk or share is mounted there",
          "If the remote was begun anew, `git pull` brings the change of '.shale/config'",
          "To use this store from now on, run `shale remote remove \(remote.name)` and"
            + " `shale remote add \(remote.name) \(remote.url)`",
        ])
    case .notEmpty:
      self.init(.refused, id: "remote-not-empty", message, hints: ["Choose an empty directory"])
    case .redirected:
      let hint = "Put the directory itself there, or move the whole remote to the other disk"
      self.init(.refused, id: "remote-redirected", message, hints: [hint])
    case .isLocalStore:
      self.init(.usage, id: "remote-is-local", message)
    case .readOnly(let location, _):
      self.init(
        .refused, id: "remote-not-writable", message,
        hints: [
          "Check who owns '\(location)' and whether its file system is mounted read-only",
          "Run `shale remote list` to see whether another remote can take it",
        ])
    case .full:
      self.init(
        .refused, id: "remote-full", message,
        hints: [
          "Make room there or raise the quota, and run the command again: what arrived stays"
        ])
    case .newerRoot, .strangeRoot:
      self.init(.refused, id: "newer-remote", message, hints: ["Upgrade shale to use this remote"])
    case .damagedRoot:
      self.init(.damaged, id: "remote-damaged", message)
    case .store(let error):
      self.init(error)
    case .file(let error):
      self.init(error)
    }
  }
}
