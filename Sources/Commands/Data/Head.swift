internal import Arguments
internal import Git
internal import Primitives
internal import Terminal

/// What is checked out, as commands tell it.
package struct Head: Encodable, Hashable, Sendable {
  /// The branch, or `nil` when no branch is checked out.
  let branch: ByteString?

  /// The commit, or `nil` before the first one.
  let commit: String?

  init(_ head: GitHead) {
    branch = head.branchName
    commit = head.commit?.hex
  }

  /// The commit as people write it; empty before the first one.
  var shortCommit: String { commit.map { String($0.prefix(10)) } ?? "" }

  /// Writes one line: `On branch main`.
  func write(to text: inout StyledText) {
    guard let branch else {
      return text.line(
        "HEAD detached at \(shortCommit, .commit): a commit made here is on no branch")
    }
    text.line("On branch \(branch)\(commit == nil ? ", without commits yet" : "")")
  }
}

extension Head {
  /// The keys of its JSON.
  static let keys = [
    ResultKey("branch", "The branch; left out where none is checked out", isOptional: true),
    ResultKey("commit", "The id of the commit; left out before the first one", isOptional: true),
  ]
}
