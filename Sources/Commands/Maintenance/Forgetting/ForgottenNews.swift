internal import ObjectStore
internal import Primitives
internal import Remotes
internal import Terminal
internal import Workspace

// MARK: - What other commands tell of forgotten contents

extension CommandContext {
  /// Tells which files a checkout left out because their content was forgotten.
  func warn(of forgotten: [ForgottenContent]) {
    guard let first = forgotten.first else { return }
    let others = forgotten.count > 1 ? " and \(grouped(forgotten.count - 1)) more are" : " is"
    warn(
      Warning(
        id: "content-forgotten",
        "'\(first.path)'\(others) left out: its content was forgotten on \(first.tombstone)"))
  }

  /// Tells what a transfer heard of forgotten contents, and what it left where it is.
  ///
  /// - Parameters:
  ///   - report: What was moved.
  ///   - store: The local store.
  ///   - remote: The other one.
  func warn(of report: TransferReport, store: ObjectStore, _ remote: Remote) {
    if !report.withheld.isEmpty {
      warn(
        Warning(
          id: "forgotten-withheld",
          "\(counted(report.withheld.count, "forgotten content")) stayed where they are"))
    }
    let here = report.tombstones.filter { tombstone in
      tombstone.state == .forgotten && (try? store.contains(tombstone.id)) == true
    }
    guard let first = here.first else { return }
    let names = here.prefix(8).map(\.id.hex).joined(separator: " ")
    let others = here.count > 8 ? ", and so on for the others" : ""
    warn(
      Warning(
        id: "forgotten-elsewhere",
        "Remote '\(remote.name)' says that \(counted(here.count, "content")) of this clone's store "
          + "are forgotten: on \(first)",
        hints: [
          "Run `shale forget \(names)`\(others) to remove the bytes here, too",
          "Run `shale forget --lift \(first.id.hex)` if it is to stay",
        ]))
  }
}

extension CommandFailure {
  /// Why a content that was forgotten on purpose cannot be had.
  init(absent tombstone: Tombstone) {
    self.init(
      .missing, id: "content-forgotten", "\(StoreError.forgotten(tombstone))",
      hints: ["Ask who forgot it whether it is needed"])
  }
}

extension CheckoutCommandReport {
  /// A file that was left out.
  package struct Forgotten: Encodable, Sendable {
    let path: RepositoryPath
    let oid: ObjectID
    let date: Timestamp
    let reason: ByteString

    init(_ content: ForgottenContent) {
      path = content.path
      oid = content.tombstone.id
      date = Timestamp(seconds: content.tombstone.date, nanoseconds: 0)
      reason = content.tombstone.reason
    }
  }
}
