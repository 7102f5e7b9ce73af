package import Primitives

extension ClosureTransfer {
  /// How often a transfer starts over because a remover took away what it relied on.
  private static let attempts = 3

  /// Brings what a store lacks of some paths, and starts over where a remover took something away
  /// meanwhile.
  ///
  /// - Parameters:
  ///   - roots: What is wanted.
  ///   - source: Where it comes from.
  ///   - destination: Where it goes, on this machine.
  ///   - lookups: Told of the files that were looked up.
  ///   - progress: Told of the bytes brought.
  /// - Returns: What was brought. Missing objects do not stop the rest.
  /// - Throws: ``StoreError``: a store went away, or the disk is full. What arrived stays.
  package static func bring(
    _ roots: [ClosureRoot], from source: ObjectStore, to destination: ObjectStore,
    lookups: ProgressCounter? = nil, progress: ProgressCounter? = nil
  ) throws(StoreError) -> Outcome {
    for attempt in 1...attempts {
      do throws(StoreError) {
        let transfer = try begin(
          from: source, to: destination, local: destination, isDryRun: false)
        let plan = try transfer.plan(roots, progress: lookups)
        let outcome = try transfer.run(plan, progress: progress)
        try transfer.finish(durably: false)
        return outcome
      } catch {
        guard case .packVanished = error, attempt < attempts else { throw error }
      }
    }
    preconditionFailure("the last attempt returns or throws")
  }
}
