internal import Foundation
package import Primitives
package import Testing

/// A script of `bash`, and what each of its steps came to.
///
/// In the script `step NAME COMMAND…` runs a command and keeps what it said and its status. A
/// command besides the steps that fails ends the script.
package struct Script: Sendable {
  /// What runs the script: a program and arguments that come before those of `bash`.
  private let wrapper: [ByteString]

  /// Runs a script as the test itself.
  package static let plain = Script(wrapper: [])

  /// Runs a script with mounts of its own, which end with it.
  package static let withMounts = Script(
    wrapper: geteuid() == 0 ? ["unshare", "-m"] : ["unshare", "-r", "-m"])

  /// Runs a script as somebody whom permissions bind, as they do not bind root.
  package static let byStranger = Script(
    wrapper: geteuid() == 0
      ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : [])

  private static let prelude = """
    set -eu
    results=$1
    shift
    step() {
      local name=$1 status=0
      shift
      "$@" > "$results/$name.out" 2> "$results/$name.err" || status=$?
      echo $status > "$results/$name.status"
    }

    """

  /// Runs the script.
  ///
  /// - Parameters:
  ///   - text: The script.
  ///   - arguments: Its `$1`, `$2`, and so on.
  ///   - directory: The working directory: the test's temporary directory if none is given.
  /// - Returns: The steps by their names.
  /// - Throws: ``ProgramFailure`` when anything but a step fails.
  package func run(
    _ text: String, _ arguments: [ByteString] = [], in directory: ByteString? = nil
  ) throws -> [String: ProgramResult] {
    try TemporaryDirectory.with { results in
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o777], ofItemAtPath: results.path)
      let words =
        wrapper + ["bash", "-c", ByteString(Self.prelude + text), "bash", ByteString(results.path)]
        + arguments
      try Program.succeed(words[0].description, Array(words.dropFirst()), in: directory)
      var steps: [String: ProgramResult] = [:]
      for file in try FileManager.default.contentsOfDirectory(atPath: results.path)
      where file.hasSuffix(".status") {
        let name = String(file.dropLast(".status".count))
        func read(_ ending: String) throws -> [UInt8] {
          Array(try Data(contentsOf: results.appending(path: "\(name).\(ending)")))
        }
        let digits = String(decoding: try read("status").dropLast(), as: UTF8.self)
        guard let status = Int(digits) else {
          throw ProgramFailure(description: "step '\(name)' has no status")
        }
        steps[name] = ProgramResult(
          status: status, output: try read("out"), errorOutput: try read("err"))
      }
      return steps
    }
  }
}

extension Trait where Self == ConditionTrait {
  /// Skips a test where nobody may mount.
  package static var mounting: Self {
    .enabled("mounts need root or user namespaces") {
      let script = "step mount sh -c 'mount -t tmpfs none /mnt && mount --bind / /mnt'"
      return (try? Script.withMounts.run(script, in: "/"))?["mount"]?.status == 0
    }
  }
}
