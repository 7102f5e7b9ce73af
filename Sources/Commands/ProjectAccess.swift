package import Project

extension CommandContext {
  /// Opens the project that the working directory lies in.
  ///
  /// - Throws: ``CommandFailure`` that says what is missing and how to get it.
  package func openProject(requiringSetUp: Bool = true) throws(CommandFailure) -> Project {
    do {
      return try Project.open(
        from: workingDirectory, environment: environment, requiringSetUp: requiringSetUp)
    } catch {
      throw CommandFailure(error)
    }
  }
}

/// Runs `body`, and explains what it throws.
func explaining<Value: ~Copyable>(
  _ body: () throws(ProjectError) -> Value
) throws(CommandFailure) -> Value {
  do {
    return try body()
  } catch {
    throw CommandFailure(error)
  }
}
