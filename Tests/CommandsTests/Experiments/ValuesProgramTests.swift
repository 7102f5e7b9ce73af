import Foundation
import TestSupport
import Testing

/// The section of the guide on parameters, metrics and plots, typed into the real program.
@Suite(.temporaryDirectory) struct ValuesProgramTests {
  private static let training = """
    import json, math
    lr = float(open('params.yaml').read().split(':')[1])
    rows = [(i, math.exp(-lr * i), 1 - math.exp(-lr * i)) for i in range(60)]
    with open('log.csv', 'w') as log:
      log.write('step,loss,accuracy\\n' + ''.join('%d,%g,%g\\n' % row for row in rows))
    json.dump({'accuracy': rows[-1][2], 'loss': rows[-1][1]}, open('metrics.json', 'w'))
    """

  @Test func `what the guide shows can be typed`() throws {
    let setup = try GitSetup.make()
    try setup.write(Self.training, to: "train.py")
    try setup.write("lr: 0.1\n", to: "params.yaml")
    let result = try ShaleProgram.script(
      """
      set -e
      $shale init -q
      git add -A && git commit -qm start
      for lr in 0.02 0.05 0.1; do
        $shale run -q -n lr-$lr --set lr=$lr -o log.csv -m metrics.json -- python3 train.py
        git add -A && git commit -qm $lr
      done 2> /dev/null
      $shale params diff HEAD~1
      $shale metrics diff lr-0.02 lr-0.1 --json > metrics.out
      $shale metrics diff --exit-code HEAD~1 HEAD > /dev/null || echo "different: $?"
      $shale plots show lr-0.02 lr-0.05 lr-0.1 -y loss -y accuracy
      echo 'shale-plots.*' >> .gitignore
      rm log.csv
      $shale plots diff lr-0.02 HEAD -y loss --svg -- log.csv
      grep -c '<path' shale-plots.svg > paths.out
      $shale metrics show log.csv --run lr-0.1
      git status --short
      """, in: setup.path)
    #expect(result.status == 0, "\(result.errorText)")
    #expect(
      result.text == """
        key  HEAD~1     worktree     change
        lr   0.05    →  0.1       ↑  +0.05   +100 %
        different: 6
        wrote shale-plots.html: 4 charts
        wrote shale-plots.svg: 1 chart
        log.csv, last of 60 rows
          step      59
          loss       0.00273944
          accuracy   0.997261
         M .gitignore
        ?? metrics.out
        ?? paths.out

        """)
    let page = String(decoding: try setup.read("shale-plots.html"), as: UTF8.self)
    for name in ["lr-0.02", "lr-0.05", "lr-0.1", "loss, log.csv", "accuracy, metrics.json"] {
      #expect(page.contains(">\(name)<"), "\(name)")
    }
    let values = String(decoding: try setup.read("metrics.out"), as: UTF8.self)
    #expect(values.contains(#""percent":-99"#))
  }
}
