import Commands
import Foundation
import Platform
import Primitives
import Synchronization
import Terminal
import TestSupport
import Testing

/// What a command line showed and how it ended.
struct Transcript: Equatable {
  var output = ""
  var errors = ""
  var status: UInt8 = 0

  /// Everything as a person would see it, the command line first, for golden texts.
  func text(of line: String) -> String {
    "$ shale \(line)\n\(output)\(errors)# exit status \(status)\n"
  }
}

/// Where a command line is run: by default neither stream is a terminal.
struct Surroundings {
  var environment: [ByteString: ByteString] = ["TERM": "xterm"]
  var directory = FilePath("/")

  /// The columns of the terminal that both streams are, or `nil` when they are none.
  var terminal: Int?

  /// What is typed there when something is asked.
  var answers: [ByteString] = []

  /// Runs a command line in-process.
  func run(_ words: [ByteString]) -> Transcript {
    let output = MemoryOutput()
    let errors = MemoryOutput()
    let columns = terminal
    let context = CommandContext(
      environment: environment, workingDirectory: directory,
      output: OutputStream(output, isTerminal: columns != nil, width: { columns }),
      errorOutput: OutputStream(errors, isTerminal: columns != nil, width: { columns }),
      answers: InputStream(TypedLines(answers), isTerminal: columns != nil))
    let status = Tool.run(words, in: context)
    return Transcript(output: output.text, errors: errors.text, status: status.code)
  }

  /// Runs a command line whose words are separated by spaces.
  func run(_ line: String) -> Transcript {
    run(line.split(separator: " ").map { ByteString($0.utf8) })
  }
}

/// Lines that somebody types.
private final class TypedLines: LineInput {
  private let lines: Mutex<[ByteString]>

  init(_ lines: [ByteString]) {
    self.lines = Mutex(lines)
  }

  func line() -> ByteString? { lines.withLock { $0.isEmpty ? nil : $0.removeFirst() } }
}

/// The variables of a process that knows nothing of who runs the tests.
func testEnvironment() -> [ByteString: ByteString] {
  var variables: [ByteString: ByteString] = [:]
  for (name, value) in TestEnvironment.variables { variables[ByteString(name)] = ByteString(value) }
  return variables
}

/// The program that was built together with the tests.
func builtProgram() throws -> ByteString { try Program.built("shale") }
