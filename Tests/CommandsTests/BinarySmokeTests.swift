import Commands
import Foundation
import Primitives
import TestSupport
import Testing

/// The wiring of the program itself, which no test in-process goes through.
@Suite(.temporaryDirectory) struct BinarySmokeTests {
  @Test func `the program passes on arguments, output and status`() throws {
    let version = try shale(["version"])
    #expect(version.text == "shale \(Tool.version)\n")
    #expect(version.errorText == "")
    #expect(version.status == 0)
    let wrong = try shale(["vresion"])
    #expect(wrong.text == "")
    #expect(wrong.errorText.hasPrefix("error: 'vresion' is not a command\n"))
    #expect(wrong.status == 2)
  }

  @Test func `arguments arrive as bytes`() throws {
    let result = try shale([ByteString([0x61, 0xFF])])
    #expect(result.errorText.hasPrefix("error: '\"a\\377\"' is not a command\n"))
  }

  @Test func `no command waits for the certificates of the machine to be read`() throws {
    let program = try builtProgram()
    let result = try Program.run(
      "\(program)", ["version"], environment: ["LD_DEBUG": "bindings", "LD_BIND_NOW": "1"])
    let calls = result.errorText.split(separator: "\n").filter {
      $0.contains("`mbedtls_x509_crt_parse_file'") && $0.contains("file /")
        && $0.contains("libgit2")
    }
    // Where libgit2 is built with another library for TLS, there is no such call.
    #expect(calls.allSatisfy { $0.contains(" to \(program) ") }, "\(calls)")
  }

  @Test func `a reader that goes away ends the program quietly`() throws {
    let script = "\"$1\" docs reference | true; echo ${PIPESTATUS[0]}"
    let result = try Program.run("bash", ["-c", ByteString(script), "bash", try builtProgram()])
    #expect(result.text == "0\n")
    #expect(result.errorText == "")
  }

  @Test func `a full disk under the output is a failure`() throws {
    let result = try Program.run(
      "sh", ["-c", "\"$1\" version > /dev/full", "sh", try builtProgram()])
    #expect(result.errorText.hasPrefix("error: Cannot write 'standard output': No space left"))
    #expect(result.status == 1)
  }

  @Test func `an interrupted program is 130 to a shell`() throws {
    // A full pipe that nobody empties keeps the program waiting until the interrupt reaches it.
    let script = """
      mkfifo pipe
      sleep 20 < pipe > /dev/null & reader=$!
      exec 3> pipe
      dd if=/dev/zero of=/dev/fd/3 bs=65536 count=1 oflag=nonblock 2>/dev/null
      env --default-signal=INT "$1" docs reference >&3 & program=$!
      sleep 0.2
      while ! grep -q 'State:.S' /proc/$program/status; do sleep 0.01; done
      kill -INT $program
      wait $program; echo $?
      kill $reader
      """
    let result = try Program.run("bash", ["-c", ByteString(script), "bash", try builtProgram()])
    #expect(result.text == "130\n")
  }

  @Test func `the program does not load Foundation`() throws {
    let libraries = try Program.succeed("ldd", [try builtProgram()]).text.split(separator: "\n")
    #expect(!libraries.contains { $0.contains("libFoundation.so") })
  }

  private func shale(_ arguments: [ByteString]) throws -> ProgramResult {
    try Program.run(try builtProgram().description, arguments)
  }
}
