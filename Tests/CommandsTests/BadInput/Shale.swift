import Foundation
import Primitives
import TestSupport
import Testing

/// The real program, as a user runs it.
enum Shale {
  /// Runs a command line and waits for its end.
  static func run(
    _ words: [ByteString], in directory: ByteString? = nil, environment: [String: String?] = [:]
  ) throws -> ProgramResult {
    try Program.run(
      builtProgram().description, words, in: directory, environment: environment)
  }
}

extension Script {
  /// Runs a script in which `shale` is the program, and gives what its steps came to.
  func withShale(
    _ text: String, in directory: ByteString? = nil
  ) throws -> [String: ProgramResult] {
    try run(
      "program=$1\nshale() { \"$program\" \"$@\"; }\n" + text, [builtProgram()], in: directory)
  }
}

extension Trait where Self == ConditionTrait {
  /// Skips a test where root cannot become somebody else who may run the program.
  static var strangers: Self {
    .enabled("another user must be able to run the program") {
      let result = try? Script.byStranger.withShale("step version shale version", in: "/")
      return result?["version"]?.status == 0
    }
  }
}
