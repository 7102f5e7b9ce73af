import Arguments
import Commands
import Foundation
import TestSupport
import Testing

/// Keeps the table of `docs/exit-status.md`: a contract with everybody's scripts.
@Suite struct ExitStatusTests {
  @Test func `the page lists every status`() throws {
    let page = try String(contentsOf: ProjectRoot.file("docs/exit-status.md"), encoding: .utf8)
    let codes = page.split(separator: "\n").compactMap { line in
      UInt8(line.drop { $0 == "|" || $0 == " " }.prefix { $0.isNumber })
    }
    let documented = (DocumentedStatus.common + DocumentedStatus.special).map(\.code)
    #expect(codes == documented.sorted())
  }

  @Test func `a status has its number for good`() {
    let statuses: [Commands.ExitStatus] = [
      .done, .failed, .usage, .denied, .damaged, .missing, .different, .nothingChanged, .tryAgain,
      .wrapperFailed, .notExecutable, .programNotFound, .interrupted,
    ]
    #expect(statuses.map(\.code) == [0, 1, 2, 3, 4, 5, 6, 10, 75, 125, 126, 127, 130])
  }

  @Test(arguments: [
    (CommandFailure.Kind.refused, Commands.ExitStatus.failed), (.usage, .usage), (.denied, .denied),
    (.damaged, .damaged), (.missing, .missing), (.tryAgain, .tryAgain),
  ])
  func `the kind of a failure decides the status`(
    kind: CommandFailure.Kind, status: Commands.ExitStatus
  ) {
    #expect(kind.status == status)
  }
}
