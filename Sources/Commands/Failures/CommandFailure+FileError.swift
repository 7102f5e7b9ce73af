package import Platform

extension CommandFailure {
  /// Explains what the operating system refused.
  package init(_ error: FileError) {
    let message = error.description
    if error.isNoSpace {
      self.init(
        .refused, id: "no-space", message,
        hints: ["Make room on that file system or raise the quota, and run the command again"])
    } else if error.isReadOnly {
      self.init(
        .refused, id: "read-only", message,
        hints: ["Have the file system of '\(error.place)' mounted for writing"])
    } else if error.isNotPermitted {
      self.init(
        .refused, id: "not-permitted", message,
        hints: ["Run `ls -ld '\(error.place)'` to see who owns it, and who may do what with it"])
    } else if error.isLocked {
      self.init(
        .tryAgain, id: "locked", message,
        hints: [Self.patienceHint])
    } else if error.isLockless {
      self.init(
        .refused, id: "cannot-lock", message,
        hints: [
          "Mount that file system with locks: Lustre with `-o flock`, NFS without `nolock`",
          "Or keep this on a disk that can lock; `shale.store` says where the store is",
        ])
    } else if error.isNotFound {
      self.init(.refused, id: "file-missing", message, hints: ["Check the path"])
    } else if error.isSymlink {
      self.init(
        .refused, id: "symlink", message,
        hints: ["Put a file in the place of the symlink '\(error.path)'"])
    } else if error.isNameTooLong {
      self.init(
        .refused, id: "name-too-long", message,
        hints: ["Choose a shorter name, or track the directory that holds it"])
    } else {
      self.init(
        .refused, id: "file-error", message,
        hints: ["Check the file and the disk that it is on, and run the command again"])
    }
  }
}

extension CommandFailure {
  /// What to do when somebody holds what is needed for longer than was waited.
  static var patienceHint: String {
    "Run it again when the other command has ended, or with `--wait SECONDS` to wait longer"
  }
}

extension FileError {
  /// What the right to do it depends on: names are made and removed by who may write the directory.
  fileprivate var place: FilePath {
    switch operation {
    case .create, .makeDirectory, .remove, .rename, .link: path.parent
    default: path
    }
  }
}
