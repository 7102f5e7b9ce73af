internal import Lineage
internal import Pipelines
internal import Primitives
internal import Project
internal import Remotes
internal import Workspace

extension Project {
  /// Writes what became of tracked paths to the operation log, and stages the records of the runs
  /// that their data came from.
  func recordTracked(
    _ command: [ByteString], _ changes: [TrackedChange], in workspace: Workspace
  ) throws(CommandFailure) {
    try explaining { () throws(ProjectError) in
      try registerRoots(
        changes.compactMap { change in
          change.new.map { CloneRoot(id: $0.id, isTree: $0.kind == .tree, path: change.path) }
        })
      let moved = changes.filter { $0.old != $0.new }
      try record(command, moved.map { .pointer($0.path, old: $0.old?.id, new: $0.new?.id) })
    }
    if changes.isEmpty { return }
    try explaining { () throws(PipelineError) in
      try RecordStaging(workspace, runs()).update()
    }
  }
}
