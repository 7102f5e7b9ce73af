internal import Git
internal import Lineage
internal import ObjectStore
internal import Pipelines
internal import Platform
internal import Project
internal import Remotes
internal import Workspace

/// An error of a library for which there is advice.
protocol ExplainableError: Error {
  /// The error as the user is told of it.
  var explanation: CommandFailure { get }
}

extension FileError: ExplainableError {
  var explanation: CommandFailure { CommandFailure(self) }
}

extension GitError: ExplainableError {
  var explanation: CommandFailure { CommandFailure(self) }
}

extension LineageError: ExplainableError {
  var explanation: CommandFailure { CommandFailure(self) }
}

extension PipelineError: ExplainableError {
  var explanation: CommandFailure { CommandFailure(self) }
}

extension ProjectError: ExplainableError {
  var explanation: CommandFailure { CommandFailure(self) }
}

extension RemoteError: ExplainableError {
  var explanation: CommandFailure { CommandFailure(self) }
}

extension SourceError: ExplainableError {
  var explanation: CommandFailure { CommandFailure(self) }
}

extension StoreError: ExplainableError {
  var explanation: CommandFailure { CommandFailure(self) }
}

extension WorkspaceError: ExplainableError {
  var explanation: CommandFailure { CommandFailure(self) }
}

/// Runs `body`, and explains what it throws.
func explaining<Value: ~Copyable, Failure: ExplainableError>(
  _ body: () throws(Failure) -> Value
) throws(CommandFailure) -> Value {
  do {
    return try body()
  } catch {
    throw error.explanation
  }
}
