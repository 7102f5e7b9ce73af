package import Project

extension CommandFailure {
  /// Explains why the repository could not be opened or set up.
  package init(_ error: ProjectError) {
    let message = error.description
    switch error {
    case .git(let error):
      self.init(error)
    case .bareRepository:
      self.init(
        .refused, id: "bare-repository", message,
        hints: ["Clone the repository, and run the command in the clone"])
    case .notInitialised:
      self.init(.refused, id: "not-initialised", message, hints: ["Run `shale init`"])
    case .storeMissing:
      self.init(
        .refused, id: "store-missing", message,
        hints: ["Check that it is mounted, or change `shale.store`"])
    case .unknownSharedSetting:
      self.init(
        .usage, id: "unknown-setting", message, hints: ["Upgrade shale, or correct the file"])
    case .personalSetting:
      self.init(
        .denied, id: "personal-setting", message,
        hints: [
          "Set it for yourself with `shale config`, and take it out of '.shale/config'"
        ])
    case .invalidSetting(let key, _, _, let layer):
      self.init(.usage, id: "bad-setting", message, hints: [Self.correction(of: key, in: layer)])
    case .refusedValue(let key, _, _):
      self.init(
        .usage, id: "bad-setting", message, hints: ["Run `shale config \(key)` to see its value"])
    case .unknownSetting:
      self.init(
        .usage, id: "bad-setting", message, hints: ["Run `shale config` to see the settings"])
    case .unknownRoot(let root):
      self.init(root)
    case .store(let error):
      self.init(error)
    case .remote(let error):
      self.init(error)
    case .file(let error):
      self.init(error)
    }
  }

  /// How to get rid of a value with which no command of Shale runs.
  private static func correction(of key: String, in layer: Configuration.Layer) -> String {
    switch layer {
    case .standard, .environment: "Correct it in the environment, or with `git -c`"
    case .system: "Run `git config --system --unset-all \(key)`"
    case .user: "Run `git config --global --unset-all \(key)`"
    case .shared: "Correct '.shale/config'"
    case .clone: "Run `git config --unset-all \(key)`"
    }
  }
}
