internal import Foundation

/// The environment in which tests run programs: nothing of the person who runs the tests is in it.
package enum TestEnvironment {
  /// The variables that a program gets from a test.
  ///
  /// The home is the test's temporary directory's own (`home` in it), git reads no configuration
  /// of the system or the user, author and dates are fixed, messages are in English, and nothing
  /// asks a question.
  package static var variables: [String: String] {
    let home = TemporaryDirectory.current?.appending(path: "home").path ?? "/nonexistent"
    var variables = identity
    variables["HOME"] = home
    variables["XDG_CONFIG_HOME"] = home + "/.config"
    variables["GIT_CONFIG_GLOBAL"] = home + "/.gitconfig"
    variables["GIT_CONFIG_SYSTEM"] = "/dev/null"
    variables["GIT_CONFIG_NOSYSTEM"] = "1"
    variables["GIT_TERMINAL_PROMPT"] = "0"
    variables["GIT_EDITOR"] = "false"
    variables["GIT_PAGER"] = "cat"
    variables["LC_ALL"] = "C.UTF-8"
    variables["TZ"] = "UTC"
    let own = ProcessInfo.processInfo.environment
    variables["PATH"] = own["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    variables["TMPDIR"] = own["TMPDIR"]
    return variables
  }

  /// Who commits, and when: `2026-01-02T03:04:05Z`, so that commit ids are the same in every run.
  package static let identity = [
    "GIT_AUTHOR_NAME": "Ada Example",
    "GIT_AUTHOR_EMAIL": "ada@example.com",
    "GIT_AUTHOR_DATE": "1767323045 +0000",
    "GIT_COMMITTER_NAME": "Ada Example",
    "GIT_COMMITTER_EMAIL": "ada@example.com",
    "GIT_COMMITTER_DATE": "1767323045 +0000",
  ]
}
