import Primitives
import TestSupport

/// The program that was built together with the tests, in scripts.
enum ShaleProgram {
  /// Runs a script of bash, in which `$shale` is the program.
  static func script(_ text: String, in directory: ByteString? = nil) throws -> ProgramResult {
    try Program.run(
      "bash", ["-c", ByteString(text)], in: directory,
      environment: ["shale": builtProgram().description])
  }
}
