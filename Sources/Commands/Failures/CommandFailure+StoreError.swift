package import ObjectStore
internal import Primitives

extension CommandFailure {
  /// Explains what an object store could not do.
  package init(_ error: StoreError) {
    let message = error.description
    switch error {
    case .missing:
      self.init(
        .missing, id: "object-missing", message,
        hints: ["Run `shale fetch` to get it from the remote"])
    case .corrupt, .undecodable, .invalidTree, .invalidRecipe, .damagedPack, .knownBad:
      self.init(
        .damaged, id: "object-damaged", message,
        hints: [
          "Run `shale fsck` to see all that is damaged",
          "Run `shale fetch` to get a good copy from the remote",
        ])
    case .damagedIndex:
      self.init(.damaged, id: "index-damaged", message, hints: ["Run the command again"])
    case .tooLarge:
      self.init(.refused, id: "too-large", message)
    case .changedWhileReading:
      self.init(
        .tryAgain, id: "file-changed", message,
        hints: ["Wait until nothing writes to it, and run the command again"])
    case .notAFile:
      self.init(.refused, id: "not-a-file", message)
    case .notAStore:
      self.init(.usage, id: "not-a-store", message, hints: ["Check the path"])
    case .newerStore:
      self.init(.refused, id: "newer-store", message, hints: ["Upgrade shale to use this store"])
    case .invalidFormat, .invalidID:
      self.init(.damaged, id: "store-format", message)
    case .unknownReach:
      self.init(
        .damaged, id: "unknown-reach", message,
        hints: [
          "Run `shale fsck` to see all that is damaged",
          "Run `shale fetch` to get a good copy from the remote",
        ])
    case .packVanished:
      self.init(.tryAgain, id: "pack-vanished", message, hints: ["Run the command again"])
    case .locked:
      self.init(.tryAgain, id: "store-locked", message, hints: [Self.patienceHint])
    case .forgotten(let tombstone):
      self.init(
        .denied, id: "content-forgotten", message,
        hints: [
          "Run `shale forget --lift \(tombstone.id.hex)` if it may be stored again"
        ])
    case .newerRoot:
      self.init(.refused, id: "newer-store", message, hints: ["Upgrade shale to use this store"])
    case .file(let error), .unreadable(let error):
      self.init(error)
    }
  }
}
