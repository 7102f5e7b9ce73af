#if DEBUG
  /// What was injected, by command.
  struct Table: Sendable {
    /// The cases of one command.
    struct Row: Sendable {
      let command: String
      var calls = 0
      var errors = 0
      var short = 0
      var kills = 0
      var cuts = 0
      var again = 0
      var breaches = 0
      var losses = 0

      var total: Int { errors + short + kills + cuts }
    }

    private var rows: [Row] = []
    private let rowOfBaseline: [Int]
    private var notReached = 0

    /// Cases for which there was no time.
    var leftOut = 0

    init(_ baselines: [Baseline]) {
      var (rows, numbers) = ([Row](), [Int]())
      for baseline in baselines {
        let command = baseline.scenario.command
        let number = rows.firstIndex { $0.command == command } ?? rows.count
        if number == rows.count { rows.append(Row(command: command)) }
        rows[number].calls += baseline.calls
        numbers.append(number)
      }
      (self.rows, rowOfBaseline) = (rows, numbers)
    }

    mutating func add(_ outcome: Matrix.Outcome, _ item: Matrix.Case) {
      if case .notReached = outcome {
        notReached += 1
        return
      }
      let row = rowOfBaseline[item.baseline]
      switch item.plan.fault {
      case .short: rows[row].short += 1
      case .killBefore, .killAfter: rows[row].kills += 1
      case .powerCut, .oldIndex, .remoteCut: rows[row].cuts += 1
      default: rows[row].errors += 1
      }
      if case .lost = outcome { rows[row].losses += 1 }
      if case .amiss = outcome { rows[row].breaches += 1 }
      if case .broughtAgain = outcome { rows[row].again += 1 }
    }

    /// Cases in which something was lost or is not as it was said.
    var failed: Int { rows.reduce(0) { $0 + $1.losses + $1.breaches } }

    var total: Int { rows.reduce(0) { $0 + $1.total } }

    /// The table in Markdown, and one line that sums it up.
    func text(seconds: Int) -> String {
      var text =
        "| command | calls | errors | short writes | kills | power cuts | total "
        + "| brought again | amiss | losses |\n"
      text += "| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: |\n"
      var sum = Row(command: "all")
      for row in rows {
        text += line(row)
        sum.calls += row.calls
        sum.errors += row.errors
        sum.short += row.short
        sum.kills += row.kills
        sum.cuts += row.cuts
        sum.again += row.again
        sum.breaches += row.breaches
        sum.losses += row.losses
      }
      text += line(sum)
      if notReached > 0 {
        text += "\(notReached) came to no call: the command made fewer this time\n"
      }
      if leftOut > 0 { text += "\(leftOut) left out: the time was over\n" }
      let failed = sum.breaches + sum.losses
      text += "\(sum.total) faults, \(sum.losses) losses; "
      return text + "\(sum.total - failed) passed, \(failed) failed in \(seconds) s"
    }

    private func line(_ row: Row) -> String {
      let counts = [
        row.calls, row.errors, row.short, row.kills, row.cuts, row.total, row.again,
        row.breaches, row.losses,
      ]
      return "| \(row.command) | " + counts.map(String.init).joined(separator: " | ") + " |\n"
    }
  }
#endif
