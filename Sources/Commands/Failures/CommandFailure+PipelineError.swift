internal import Documents
package import Pipelines
internal import Primitives

extension CommandFailure {
  /// Explains why a run could not be made or recorded.
  package init(_ error: PipelineError) {
    let message = error.description
    switch error {
    case .overlap:
      self.init(
        .usage, id: "overlapping-paths", message,
        hints: ["Let the command write elsewhere, or name the path once"])
    case .nestedOutputs:
      self.init(.usage, id: "overlapping-paths", message, hints: ["Name the outer path only"])
    case .throughSymlink:
      self.init(
        .refused, id: "output-through-symlink", message,
        hints: ["Name a path in the repository that no symlink leads through"])
    case .recordsElsewhere(let link):
      self.init(
        .refused, id: "records-through-symlink", message,
        hints: ["Remove '\(link)' with `git rm`, then run `shale add` again"])
    case .missing(let path):
      self.init(
        .refused, id: "not-found", message,
        hints: ["Check the spelling of '\(path)', or leave it out"])
    case .notMade:
      self.init(
        .refused, id: "output-not-made", message,
        hints: ["Check where the command writes to, and name that with `-o`"])
    case .noCommand:
      self.init(
        .usage, id: "no-command", message,
        hints: ["Give it after two dashes: `shale run -- python3 train.py`"])
    case .noParameterFile(let key):
      self.init(
        .usage, id: "no-parameter-file", message,
        hints: ["Name the file: `--set FILE:\(key)=VALUE`"])
    case .noSuchKey(let key, let path, let keys):
      let near = Suggestion.nearest(to: ByteString(key), among: keys)
      self.init(
        .usage, id: "no-such-key", message, hints: Self.hints(near: near, missing: key, in: path))
    case .document(let path, .unknownKey(let key, let near)):
      self.init(
        .usage, id: "no-such-key", message,
        hints: Self.hints(near: near.map(\.description), missing: "\(key)", in: path))
    case .document(let path, _):
      self.init(.usage, id: "bad-document", message, hints: ["Correct '\(path)' and try again"])
    case .changedMeanwhile:
      self.init(.tryAgain, id: "changed-meanwhile", message, hints: ["Run the command again"])
    case .leadsAstray:
      self.init(
        .damaged, id: "run-leads-astray", message,
        hints: ["Read the record before you trust it: somebody may have made it by hand"])
    case .cycle(let runs):
      self.init(
        .damaged, id: "run-cycle", message,
        hints: [
          "Make one of them again by itself: `shale reproduce \(runs.first?.abbreviated ?? "RUN")`"
        ])
    case .notEmpty:
      self.init(
        .refused, id: "directory-not-empty", message, hints: ["Name a directory that is new"])
    case .workspace(let error): self.init(error)
    case .lineage(let error): self.init(error)
    case .git(let error): self.init(error)
    case .store(let error): self.init(error)
    case .file(let error): self.init(error)
    }
  }

  /// Advice where a document has no key of that name.
  private static func hints(near: [String], missing key: String, in path: RepositoryPath)
    -> [String]
  {
    let names = near.map { "'\($0)'" }.joined(separator: ", ")
    return (near.isEmpty ? [] : ["Did you mean \(names)?"])
      + ["Only values that are there are set: add '\(key)' to '\(path)' first"]
  }
}
