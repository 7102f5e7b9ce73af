package import Arguments
internal import Git
package import Primitives
internal import Project
package import Terminal
internal import Workspace

/// `shale hooks run`: what the hooks of git call.
package struct HooksRunCommand: Command {
  package static let event = Operand<ByteString>("HOOK", help: "The name of the hook")
  package static let arguments = Operand<[ByteString]>("ARGUMENT", help: "What git tells the hook")

  package static let spec = CommandSpec(
    "hooks run",
    summary: "Do the work of a hook of git",
    discussion: """
      The files that `shale hooks install` writes call this, with what git tells them. After
      `post-checkout`, `post-merge`, `post-rewrite` and `post-commit` data is brought to match the
      pointers that have moved; `pre-commit` looks at the data of a commit; `pre-push` reads from
      standard input what git is about to push, and sends its data.
      """,
    parameters: [event, arguments],
    usage: ["HOOK [ARGUMENT…]"],
    examples: [Example("shale hooks run post-merge 0", "Bring data, as after `git merge`")],
    result: [ResultKey("hook", "The name of the hook")],
    statuses: [.damaged, .missing, .tryAgain],
    related: ["hooks"],
    isHidden: true)

  private let hook: GitHook
  private let words: [ByteString]

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    let event = try arguments[Self.event]
    guard let hook = event.text.flatMap({ GitHook(rawValue: $0) }) else {
      throw .invalidValue(
        event, of: "HOOK", expected: GitHook.allCases.map(\.rawValue).joined(separator: ", "))
    }
    self.hook = hook
    words = try arguments[Self.arguments]
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> HooksRunReport {
    if Following.isOff(context.environment) { return HooksRunReport(hook: hook) }
    switch hook {
    case .postCheckout, .postMerge, .postRewrite, .postCommit:
      return HooksRunReport(hook: hook, data: try Following(in: context).run()?.checkout)
    case .postIndexChange:
      try note(in: context)
    case .preCommit:
      try CommitCheck(in: context).run()
    case .prePush:
      return HooksRunReport(hook: hook, sent: try PushedData(to: words.first, in: context).send())
    }
    return HooksRunReport(hook: hook)
  }

  /// What the file of the hook does by itself.
  private func note(in context: CommandContext) throws(CommandFailure) {
    let git = try explaining { () throws(GitError) in
      try GitRepository(
        discoveredFrom: context.workingDirectory, environment: context.environment)
    }
    guard let follower = PointerFollower(git) else { return }
    try explaining { () throws(WorkspaceError) in try follower.note() }
  }
}

/// What a hook did.
package struct HooksRunReport: Report {
  private let hook: GitHook

  /// What was brought, where pointers had moved.
  private let data: CheckoutCommandReport?

  /// What was sent, where pointers are pushed.
  private let sent: TransferCommandReport?

  /// What was done is for people: git takes nothing but the status.
  private enum CodingKeys: CodingKey {
    case hook
  }

  init(hook: GitHook, data: CheckoutReport? = nil, sent: TransferCommandReport? = nil) {
    self.hook = hook
    self.data = data.map { CheckoutCommandReport($0) }
    self.sent = sent
  }

  package var status: ExitStatus { sent?.status ?? .done }

  /// What is sent with a push has to be complete; of what is brought, warnings tell.
  package var failure: CommandFailure? { sent?.failure }
  package var isConfirmation: Bool { true }

  package func write(to text: inout StyledText) {
    data?.writeChanges(to: &text)
    sent?.write(to: &text)
  }
}
