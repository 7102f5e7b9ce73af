package import Documents
package import Git
package import Lineage
package import ObjectStore
package import Platform
package import Primitives
package import Workspace

/// A reason why a run could not be made, or not be recorded.
package enum PipelineError: Error {
  /// One path is an input and an output.
  case overlap(input: RepositoryPath, output: RepositoryPath)

  /// Two outputs, of which one is the other or lies in it.
  case nestedOutputs(RepositoryPath, inside: RepositoryPath)

  /// An output is reached through a symlink, which may lead anywhere.
  case throughSymlink(RepositoryPath, link: RepositoryPath)

  /// The directory of run records is reached through a symlink, which may lead anywhere.
  case recordsElsewhere(link: RepositoryPath)

  /// Nothing is where an input, a parameter file or a metrics file should be.
  case missing(RepositoryPath)

  /// The command succeeded and did not make an output that was declared.
  case notMade(RepositoryPath)

  /// No command was given.
  case noCommand

  /// A setting names no file, and none is the obvious one.
  case noParameterFile(key: String)

  /// A parameter file does not have a key that was named.
  case noSuchKey(String, in: RepositoryPath, near: [String])

  /// A file of parameters or metrics cannot be read or changed.
  case document(RepositoryPath, DocumentError)

  /// A parameter file was changed while it was edited.
  case changedMeanwhile(RepositoryPath)

  /// A path of a record leads through a symlink or into git's directory, out of the place in which
  /// the run is made again.
  case leadsAstray(RepositoryPath)

  /// Output is to be kept where something lies already.
  case notEmpty(FilePath)

  /// Each of these runs read what the next one made, and the last what the first one made.
  case cycle([ObjectID])

  case workspace(WorkspaceError)
  case lineage(LineageError)
  case git(GitError)
  case store(StoreError)

  /// The operating system refused.
  case file(FileError)
}

extension PipelineError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .overlap(let input, let output):
      input == output
        ? "Path '\(input)' is both an input and an output"
        : "Input '\(input)' and output '\(output)' lie in one another"
    case .nestedOutputs(let path, let outer): "Output '\(path)' lies in output '\(outer)'"
    case .throughSymlink(let path, let link):
      "Output '\(path)' is reached through the symlink '\(link)', which may lead out of the "
        + "repository"
    case .recordsElsewhere(let link):
      "Run records would be written through the symlink '\(link)', which may lead out of the "
        + "repository"
    case .missing(let path): "Path '\(path)' does not exist"
    case .notMade(let path): "Output '\(path)' was not made by the command"
    case .noCommand: "Command is missing: there is nothing after '--'"
    case .noParameterFile(let key): "Setting '\(ByteString(key))' names no parameter file"
    case .noSuchKey(let key, let path, _): "File '\(path)' has no key '\(ByteString(key))'"
    case .document(let path, let error): "File '\(path)' cannot be used: \(error)"
    case .changedMeanwhile(let path): "File '\(path)' was changed by another program meanwhile"
    case .leadsAstray(let path):
      "Path '\(path)' of the run leads out of the directory in which it is made again"
    case .cycle(let runs):
      "Runs \(runs.map(\.abbreviated).joined(separator: ", ")) each read what another of them made"
    case .notEmpty(let path): "Directory '\(path)' is not empty"
    case .workspace(let error): error.description
    case .lineage(let error): error.description
    case .git(let error): error.description
    case .store(let error): error.description
    case .file(let error): error.description
    }
  }
}

/// Errors of the modules below, as errors of this one.
func onWorkspace<Value>(
  _ body: () throws(WorkspaceError) -> Value
) throws(PipelineError) -> Value {
  do { return try body() } catch { throw .workspace(error) }
}

func onLineage<Value: ~Copyable>(
  _ body: () throws(LineageError) -> Value
) throws(PipelineError) -> Value {
  do { return try body() } catch { throw .lineage(error) }
}

func onGit<Value>(_ body: () throws(GitError) -> Value) throws(PipelineError) -> Value {
  do { return try body() } catch { throw .git(error) }
}

func onStore<Value>(_ body: () throws(StoreError) -> Value) throws(PipelineError) -> Value {
  do { return try body() } catch { throw .store(error) }
}

func onFiles<Value>(_ body: () throws(FileError) -> Value) throws(PipelineError) -> Value {
  do { return try body() } catch { throw .file(error) }
}
