package import Platform

extension CommandFailure {
  /// Explains what the operating system refused.
  package init(_ error: FileError) {
    let message = error.description
    if error.isNoSpace {
      self.init(
        .refused, id: "no-space", message,
        hints: ["Make room on that file system or raise the quota, and run the command again"])
    } else if error.isNotPermitted {
      self.init(
        .refused, id: "not-permitted", message,
        hints: ["Check who owns '\(error.path)' and whether its file system is read-only"])
    } else if error.isLocked {
      self.init(
        .tryAgain, id: "locked", message,
        hints: ["Wait until the other command has ended, and run this one again"])
    } else if error.isNotFound {
      self.init(.refused, id: "file-missing", message)
    } else {
      self.init(.refused, id: "file-error", message)
    }
  }
}
