internal import ObjectStore
internal import Pipelines
internal import Primitives
internal import Project
internal import Remotes

/// Looks on the default remote for what a run needs and the local store lacks.
struct RemoteContent {
  let context: CommandContext
  let project: Project
  let store: ObjectStore

  /// Brings what the remote has of it.
  ///
  /// - Parameters:
  ///   - absent: What is missing.
  ///   - isDryRun: Whether it is only looked up.
  /// - Returns: Whether the remote has all of it; `false` also where there is no remote.
  /// - Throws: ``CommandFailure`` where the local store cannot be written to.
  func fetch(
    _ absent: [ReproductionPlan.Absent], isDryRun: Bool
  ) throws(CommandFailure) -> Bool {
    guard let remote = try? context.remote(nil, of: project) else { return false }
    let paths = absent.map {
      TransferPath(path: $0.path, isTree: $0.isTree, id: $0.oid, size: $0.size, files: $0.files)
    }
    let report: TransferReport
    do throws(ProjectError) {
      let source = try project.open(remote)
      let fetch = Fetch(paths, from: source, to: store)
      context.progress.begin(isDryRun ? .comparing : .receiving)
      defer { context.progress.end() }
      do throws(RemoteError) {
        report =
          isDryRun
          ? try fetch.dryRun(lookups: context.progress)
          : try fetch.run(progress: context.progress)
      } catch {
        throw .remote(error)
      }
      if report.records > 0, !isDryRun {
        try project.record(["reproduce"], paths.map { .fetched($0.path, $0.id) })
      }
    } catch {
      // Without the remote the bytes are missing, which is told as such.
      context.warn(Warning(id: "remote-unavailable", "\(error)"))
      return false
    }
    return report.problemCount == 0
  }
}
