internal import Git
internal import Lineage
internal import Primitives
internal import Project
internal import Terminal
internal import Workspace

/// Takes an operation back, as planned.
///
/// Each step is told to the journal before it is done, so that what a crash leaves half done can be
/// taken back again, or finished by the same command.
struct Undo {
  let project: Project
  let workspace: Workspace
  let operation: LoggedOperation
  let isForced: Bool
  let progress: ProgressCounter

  /// Does what a plan says.
  ///
  /// - Returns: What became of data.
  func run(_ plan: UndoPlan) throws(CommandFailure) -> CheckoutReport {
    for move in plan.moves {
      _ = try explaining { () throws(WorkspaceError) in
        try workspace.move(move.from, to: move.to)
      }
    }
    for file in plan.files {
      try explaining { () throws(WorkspaceError) in try workspace.put(file.content, at: file.path) }
    }
    try explaining { () throws(GitError) in try project.git.stage(plan.staged) }
    var report = CheckoutReport()
    if let head = plan.head { try go(head, &report) }
    for step in plan.data {
      try perform(step, &report)
    }
    // What is not all done is not said to be done: the same command goes on.
    if let failure = CommandFailure(notBrought: report.failures) { throw failure }
    for setting in plan.settings {
      try explaining { () throws(GitError) in
        try project.git.setConfig(setting.key, to: setting.value, at: setting.level)
      }
    }
    for (id, comesBack) in plan.runs {
      let name = ByteString(id.hex)
      try record([
        Operation.Change(
          .run, old: comesBack ? nil : name, new: comesBack ? name : nil, subject: name)
      ])
      try explaining { () throws(LineageError) in
        if comesBack { try project.runs().bringBack(id) } else { try project.runs().remove(id) }
      }
    }
    // What is said to be done is not done again.
    try explaining { () throws(GitError) in try project.git.synchronizeIndex() }
    try record([.undid(operation.id, of: ByteString(operation.title))])
    try project.registerRoots(of: report)
    return report
  }

  private func record(_ changes: [Operation.Change]) throws(CommandFailure) {
    try explaining { () throws(ProjectError) in try project.record(["undo"], changes) }
  }

  private func go(
    _ head: UndoPlan.HeadStep, _ report: inout CheckoutReport
  ) throws(CommandFailure) {
    switch head {
    case .soft(let name, let from, let to):
      let reason = ByteString("shale undo \(operation.shortID)")
      try explaining { () throws(GitError) in
        try project.git.moveReference(name, from: from, to: to, reason: reason)
      }
      try record([.head(name, old: from?.hex, new: to?.hex)])
    case .checkout(let name):
      var options = CheckoutOptions()
      options.isForced = isForced
      let checkout = try RevisionCheckout(
        project, workspace, to: name, options: options, progress: progress)
      report.add(try checkout.moveAll())
    }
  }

  private func perform(
    _ step: UndoPlan.DataStep, _ report: inout CheckoutReport
  ) throws(CommandFailure) {
    let outcome = try explaining { () throws(WorkspaceError) -> CheckoutReport in
      switch step {
      case .rebase(let path, let pointer):
        if try workspace.base(of: path) != pointer?.id {
          try workspace.rebase(path, to: pointer)
        }
        return CheckoutReport()
      case .bring, .put: break
      }
      guard let target = step.target else { return CheckoutReport() }
      let report = try workspace.checkout(
        [target], options: step.options(isForced: isForced), progress: progress)
      if report.failures.isEmpty { try workspace.endCheckout(of: target.path) }
      return report
    }
    report.add(outcome)
  }
}
