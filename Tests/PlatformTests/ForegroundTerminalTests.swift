import Platform
import Primitives
import TestSupport
import Testing

/// Programs in the foreground of a process of their own, with signals and a terminal.
@Suite(.temporaryDirectory) struct ForegroundTerminalTests {
  /// Runs a program for which `$observe` is the one that runs others in the foreground.
  ///
  /// What hangs is ended.
  private func run(_ program: ByteString, _ arguments: [ByteString]) throws -> ProgramResult {
    try Program.run(
      "timeout", ["30", program] + arguments,
      environment: ["observe": Program.built("observe").description])
  }

  @Test(arguments: ["TERM", "HUP", "USR1", "USR2"])
  func `a signal that asks to end reaches the program, once`(name: String) throws {
    let child = """
      import os, signal, time
      caught = 0
      def catch(number, frame):
          global caught
          caught += 1
      signal.signal(signal.SIG\(name), catch)
      open('ready', 'w').close()
      while not caught:
          time.sleep(0.01)
      time.sleep(0.05)
      os._exit(40 + caught)
      """
    let script = """
      "$observe" report none / python3 -c "$1" & process=$!
      until [ -e ready ]; do sleep 0.01; done
      kill -\(name) $process; wait $process; echo $?
      """
    let result = try run("bash", ["-c", ByteString(script), "bash", ByteString(child)])
    #expect(result.text == "41\n", "\(result.errorText)")
  }

  @Test func `a program that ignores hang-ups as its parent does is not told of them`() throws {
    let result = try run(
      "bash",
      ["-c", "trap '' HUP; exec \"$observe\" report none / sh -c 'kill -HUP $PPID; echo on'"])
    #expect(result.text == "on\n" && result.status == 0)
  }

  @Test func `signals have the default again in the program`() throws {
    let result = try run(
      "sh", ["-c", "\"$observe\" report none / grep -E 'Sig(Ign|Blk)' /proc/self/status"])
    let masks = result.text.split(whereSeparator: \.isWhitespace)
    let waiting = try #require(masks.last.flatMap { UInt64($0, radix: 16) })
    let interrupt: UInt64 = 1 << 1 | 1 << 2 | 1 << 12 | 1 << 14 | 1 << 24
    #expect(waiting & interrupt == 0)
  }

  /// Types into a terminal in which the program runs, and prints how it ended.
  private static let typist = """
    import os, pty, sys, time
    observe, child, keys = sys.argv[1:4]
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(observe, [observe, 'report', 'none', '/', 'sh', '-c', child])
    seen = b''
    while b'ready' not in seen:
        seen += os.read(terminal, 1000)
    os.write(terminal, keys.encode())
    try:
        while chunk := os.read(terminal, 1000):
            seen += chunk
    except OSError:
        pass
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), b'after' in seen)
    """

  private func typing(_ keys: ByteString, into child: ByteString) throws -> String {
    try run("python3", ["-c", ByteString(Self.typist), Program.built("observe"), child, keys]).line
  }

  @Test func `Ctrl-C ends the program, and not who waits for it`() throws {
    let said = try typing("\u{3}", into: "echo ready; exec sleep 60")
    #expect(said == "130 False")
    let report = try FilePath.place().appending("report").contents(limit: .kibibytes(64))
    #expect(String(decoding: report, as: UTF8.self).contains("signal 2\n"))
  }

  @Test func `a program that lives on after Ctrl-C is waited for`() throws {
    let said = try typing(
      "\u{3}", into: "trap 'echo after; exit 5' INT; echo ready; while :; do sleep 0.01; done")
    #expect(said == "5 True")
  }

  /// A shell with one job, in a terminal into which Ctrl-Z is typed unless the job stops by itself.
  private static let shell = """
    import os, pty, signal, sys
    observe, by_itself = sys.argv[1:3]
    shell, terminal = pty.fork()
    if shell == 0:
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        job = os.fork()
        if job == 0:
            os.setpgid(0, 0)
            os.tcsetpgrp(0, os.getpid())
            signal.signal(signal.SIGTTOU, signal.SIG_DFL)
            os.execv(observe, [observe, 'report', 'none', '/', 'python3', 'child', by_itself])
        state = os.waitpid(job, os.WUNTRACED)[1]
        if os.WIFSTOPPED(state):
            os.killpg(job, signal.SIGCONT)
            state = os.waitpid(job, os.WUNTRACED)[1]
            os.write(1, b'then %d;' % state)
        os._exit(0)
    seen = b''
    while b'ready' not in seen:
        seen += os.read(terminal, 1000)
    if by_itself == 'false':
        os.write(terminal, b'\\x1a')
    while b';' not in seen:
        seen += os.read(terminal, 1000)
    print(seen)
    """

  @Test(arguments: [false, true])
  func `Ctrl-Z stops both, and a shell that continues the job continues both`(
    isByItself: Bool
  ) throws {
    let child = """
      import os, signal, sys, time
      continued = []
      signal.signal(signal.SIGCONT, lambda number, frame: continued.append(1))
      os.write(1, b'ready')
      if sys.argv[1] == 'true':
          os.kill(os.getpid(), signal.SIGSTOP)
      while not continued:
          time.sleep(0.01)
      sys.exit(9)
      """
    try FilePath.place().appending("child").make(Array(child.utf8))
    let result = try run(
      "python3",
      ["-c", ByteString(Self.shell), Program.built("observe"), isByItself ? "true" : "false"])
    #expect(result.text.contains("then \(9 << 8);"), "\(result.text)\(result.errorText)")
  }
}
