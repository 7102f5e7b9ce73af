internal import Git
internal import Platform
internal import Primitives
internal import Terminal

extension CommandContext {
  /// Where a long answer goes: through a pager, if a person reads it.
  func pagedOutput() -> PagedOutput? {
    guard output.isTerminal, !isDumb, !settings.isJSON else { return nil }
    return PagedOutput(on: output) { pager() }
  }

  /// The pager that git would take.
  private func pager() -> ChildProcess? {
    let command =
      environment["GIT_PAGER"] ?? configuredPager() ?? environment["PAGER"] ?? "less"
    if command.isEmpty || command == "cat" { return nil }
    // As git sets them: leave at the end of what fits, show colours, leave the screen as it is.
    let variables: [ByteString: ByteString] = ["LESS": "FRX", "LV": "-c"]
    return ChildProcess(
      "/bin/sh", ["-c", command],
      environment: environment.merging(variables) { own, _ in own }, directory: workingDirectory)
  }

  /// What `core.pager` says, here or for the user.
  private func configuredPager() -> ByteString? {
    // A configuration that cannot be read is no reason to show nothing.
    let config =
      (try? GitRepository(discoveredFrom: workingDirectory, environment: environment).config())
      ?? (try? GitConfig.protected(environment: environment))
    return (try? config?.string("core.pager")) ?? nil
  }
}
