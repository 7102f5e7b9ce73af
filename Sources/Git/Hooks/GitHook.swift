package import Primitives

/// A hook of git that Shale can have a part in.
///
/// `docs/design/0023-hooks.md` says which of them does what, and why.
package enum GitHook: String, Hashable, Sendable, CaseIterable, Encodable {
  case postCheckout = "post-checkout"
  case postMerge = "post-merge"
  case postRewrite = "post-rewrite"
  case postCommit = "post-commit"
  case postIndexChange = "post-index-change"
  case preCommit = "pre-commit"
  case prePush = "pre-push"

  /// The name of its file.
  package var name: ByteString { ByteString(rawValue) }

  /// Whether it runs after git has moved pointers, so that data is to follow.
  package var followsPointers: Bool {
    switch self {
    case .postCheckout, .postMerge, .postRewrite, .postCommit: true
    case .postIndexChange, .preCommit, .prePush: false
    }
  }

  /// What follows the name of a hook that was there before, and that ours runs first.
  package static let formerSuffix: ByteString = ".before-shale"

  /// What the file of each version of this hook begins with.
  static let marker: [UInt8] = Array("#!/bin/sh\n# shale hook ".utf8)

  /// Whether a file is a hook that Shale wrote, of this version or another.
  static func isOurs(_ bytes: some Collection<UInt8>) -> Bool { bytes.starts(with: marker) }

  /// The whole file.
  package var script: [UInt8] { Array((Self.head + former + work).utf8) }

  // MARK: - Parts of the script

  private static let head = """
    #!/bin/sh
    # shale hook 1: `shale hooks install` wrote this file, `shale hooks remove` takes it away.
    # A hook that was here before is kept beside it, with .before-shale after its name, and
    # runs first, with the same arguments and the same input.
    former=$0.before-shale
    status=0

    """

  /// Whether git writes to the standard input of the hook.
  private var hasInput: Bool { self == .postRewrite || self == .prePush }

  /// Whether a hook that fails stops git: ours is then not run after one that did.
  private var decides: Bool { self == .preCommit || self == .prePush }

  /// Runs the hook that was here before.
  ///
  /// What is read from standard input is kept for both of them: lines of names, without zero bytes.
  private var former: String {
    let run = hasInput ? "input | \"$former\" \"$@\"" : "\"$former\" \"$@\""
    let input = """
      lines=$(cat)
      input() { [ -z "$lines" ] || printf '%s\\n' "$lines" 2>/dev/null; }

      """
    return (hasInput ? input : "") + """
      if [ -f "$former" ] && [ -x "$former" ]; then
        \(run) || status=$?
      fi

      """ + (decides ? "[ $status = 0 ] || exit $status\n" : "")
  }

  private var work: String {
    let off = "case ${SHALE_HOOKS:-} in false | no | off | 0) exit $status ;; esac\n"
    return off
      + (self == .postIndexChange ? Self.notesThatPointersMayHaveMoved : callsShale)
      + "exit $status\n"
  }

  /// Git changes its index many times a day, and most often no pointer with it: no program is
  /// started for it, and nothing is done in a repository without Shale.
  ///
  /// `true` is no special builtin: a shell goes on where its redirection fails, as `:` need not.
  private static let notesThatPointersMayHaveMoved = """
    git=${GIT_DIR:-.git}
    [ -d "$git" ] || git=$(git rev-parse --git-dir 2>/dev/null) || exit $status
    [ ! -d "$git/shale" ] || { true >"$git/shale/moved"; } 2>/dev/null

    """

  private var callsShale: String {
    let run = "shale hooks run \(rawValue) \"$@\""
    switch self {
    case .prePush:
      return """
        if command -v shale >/dev/null 2>&1; then
          input | \(run) || status=$?
        else
          undo="rm '$0'"
          [ ! -e "$former" ] || undo="mv '$former' '$0'"
          echo "shale is not in PATH: the data of this push would not be sent. Install it, or" >&2
          echo "push without the data: git push --no-verify (for good: $undo)" >&2
          status=1
        fi

        """
    case .postRewrite:
      return Self.withProgram("input | \(run)", otherwise: Self.notBrought)
    case .preCommit:
      return Self.withProgram(run, otherwise: "the data of this commit was not looked at")
    default:
      return Self.withProgram(run, otherwise: Self.notBrought)
    }
  }

  private static let notBrought = "data was not brought to match"

  /// Nothing that these find out or fail at stops git: their status is not passed on.
  private static func withProgram(_ run: String, otherwise: String) -> String {
    """
    if command -v shale >/dev/null 2>&1; then
      \(run) || true
    else
      echo "shale is not in PATH: \(otherwise) (no more hook: rm '$0')" >&2
    fi

    """
  }
}
