internal import ContentDiff
internal import Primitives
internal import Terminal

extension ContentChange {
  /// Writes how the content differs, below the line of the file.
  func write(to text: inout StyledText) {
    if let problem { text.line("    \("not compared", .error): \(problem)") }
    guard let difference else { return }
    if let note = difference.note { text.line("    \("note", .warning): \(note)") }
    let inflated = difference.isInflated ? " (of what is compressed)" : ""
    if difference.isSame { text.line("    the same \(difference.form.rawValue)\(inflated)") }
    if let table = difference.table { write(table, to: &text) }
    if let tensors = difference.tensors { write(tensors, to: &text) }
    if let document = difference.document { write(document, to: &text) }
    if let picture = difference.picture { write(picture, to: &text) }
    if let lines = difference.lines { write(lines, to: &text) }
    if let bytes = difference.bytes { write(bytes, to: &text) }
  }

  // MARK: - Tables

  private func write(_ table: TableDifference, to text: inout StyledText) {
    let rows = Self.number("row", table.rows.old, table.rows.new)
    let names = table.key.map { ByteString($0).description }.joined(separator: ", ")
    let key = table.key.isEmpty ? "no key" : "key \(names)"
    let order = table.isReordered ? ", in another order" : ""
    let counts = counts(table.added, table.changed, table.removed)
    text.line("    \(rows), \(key): \(counts)\(order)")
    writeColumns(table, to: &text)
    if table.ragged.old + table.ragged.new > 0, let line = table.firstRaggedLine {
      let number = counted(table.ragged.old + table.ragged.new, "row")
      text.line("    \("ragged", .warning): \(number) of another length, the first in line \(line)")
    }
    if table.repeatedKeys > 0 {
      let number = counted(table.repeatedKeys, "row")
      text.line("    \("repeated keys", .warning): \(number), matched in their order")
    }
    for row in table.samples { write(row, to: &text) }
    for (kind, count) in [
      (TableDifference.Row.Kind.changed, table.changed), (.removed, table.removed),
      (.added, table.added),
    ] {
      let shown = table.samples.count { $0.kind == kind }
      guard count > shown, shown > 0 else { continue }
      text.line("    … and \(grouped(count - shown)) more \(kind.rawValue)")
    }
  }

  private func writeColumns(_ table: TableDifference, to text: inout StyledText) {
    var parts: [StyledString] = []
    parts += table.addedColumns.map { "\("+" + ByteString($0).description, .added)" }
    parts += table.removedColumns.map { "\("-" + ByteString($0).description, .removed)" }
    parts += table.changedColumns.map {
      "\(ByteString($0.name), .modified) in \(counted($0.rows, "row"))"
    }
    if table.areColumnsMoved { parts.append("in another order") }
    guard let first = parts.first else { return }
    let rest = parts.dropFirst().prefix(19).reduce(first) { "\($0), \($1)" }
    let more = parts.count > 20 ? ", … and \(parts.count - 20) more" : ""
    let isPart = table.countedRows < table.changed
    let part = isPart ? " (of \(grouped(table.countedRows)) rows)" : ""
    text.line("    columns: \(rest)\(more)\(part)")
  }

  private func write(_ row: TableDifference.Row, to text: inout StyledText) {
    let place = "line \(row.newLine ?? row.oldLine ?? 0)"
    let key = row.key.isEmpty ? "" : " \(row.key.joined(separator: ", "))"
    let cells = row.cells.map { cell in
      let column = ByteString(cell.column)
      switch row.kind {
      case .changed: return "\(column) \(cell.old ?? "–") → \(cell.new ?? "–")"
      case .added, .removed: return "\(column)=\(cell.new ?? cell.old ?? "")"
      }
    }
    let (sign, label): (String, Label) =
      switch row.kind {
      case .added: ("+", .added)
      case .changed: ("~", .modified)
      case .removed: ("-", .removed)
      }
    let words = cells.isEmpty ? "cells that were not kept" : cells.joined(separator: ", ")
    text.line("    \(sign, label)\(key) \(place, .faint): \(words)")
  }

  /// `3 added, 1,000 changed, 2 removed`, or that there is no such thing.
  private func counts(_ added: Int, _ changed: Int, _ removed: Int) -> StyledString {
    var parts: [StyledString] = []
    if added > 0 { parts.append("\("\(grouped(added)) added", .added)") }
    if changed > 0 { parts.append("\("\(grouped(changed)) changed", .modified)") }
    if removed > 0 { parts.append("\("\(grouped(removed)) removed", .removed)") }
    guard let first = parts.first else { return "none differs" }
    return parts.dropFirst().reduce(first) { "\($0), \($1)" }
  }

  /// How many there were and are: `10 → 12 rows`.
  private static func number(_ noun: String, _ old: Int, _ new: Int) -> String {
    let now = counted(new, noun)
    return old == new ? now : "\(grouped(old)) → \(now)"
  }

  // MARK: - Tensors

  private func write(_ tensors: TensorDifference, to text: inout StyledText) {
    let number = Self.number("tensor", tensors.oldCount, tensors.newCount)
    var sum = ""
    if tensors.changedElements > 0 {
      let norm = tensors.norm.map { ", norm \($0.text(significantDigits: 4))" } ?? ""
      sum = " (\(counted(tensors.changedElements, "element"))\(norm))"
    }
    text.line("    \(number): \(counts(tensors.added, tensors.changed, tensors.removed))\(sum)")
    var table = Table([.left, .left, .left, .left, .right, .right, .right])
    for change in tensors.changes { table.add(Self.cells(change)) }
    text.table(table, indent: 4)
    if tensors.furtherChanges > 0 {
      text.line("    … and \(grouped(tensors.furtherChanges)) more")
    }
    for note in tensors.notes { write(note, to: &text) }
  }

  private static func cells(_ change: TensorDifference.Change) -> [StyledString] {
    let (sign, label): (String, Label) =
      switch change.kind {
      case .added: ("+", .added)
      case .changed: ("~", .modified)
      case .removed: ("-", .removed)
      }
    func number(_ name: String, _ value: Double?) -> StyledString {
      value.map { "\(name) \($0.text(significantDigits: 4))" } ?? ""
    }
    let shapes = (change.oldShape.map { "\($0)" }, change.newShape.map { "\($0)" })
    var elements = change.changedElements.map { counted($0, "element") } ?? ""
    if let strange = change.notFinite, strange > 0 {
      elements += ", \(grouped(strange)) not finite"
    }
    return [
      "\(sign, label)", "\(change.name)", "\(words(change.oldType, change.newType))",
      "\(words(shapes.0, shapes.1))", "\(elements)", number("norm", change.norm),
      number("most", change.greatest),
    ]
  }

  /// What something was and is, if that is known and not the same.
  private static func words(_ old: String?, _ new: String?) -> String {
    guard let old, let new, old != new else { return new ?? old ?? "" }
    return "\(old) → \(new)"
  }

  // MARK: - Documents, pictures, lines and bytes

  private func write(_ document: ValueDifference, to text: inout StyledText) {
    text.line("    values: \(counts(document.added, document.changed, document.removed))")
    for change in document.changes { write(change, to: &text) }
    let rest = document.added + document.changed + document.removed - document.changes.count
    if rest > 0, !document.changes.isEmpty { text.line("    … and \(grouped(rest)) more") }
  }

  private func write(_ change: ValueDifference.Change, to text: inout StyledText) {
    let path = change.path.isEmpty ? "the document" : change.path
    switch change.kind {
    case .added: text.line("    \("+", .added) \(path): \(change.new ?? "")")
    case .changed:
      text.line("    \("~", .modified) \(path): \(change.old ?? "") → \(change.new ?? "")")
    case .removed: text.line("    \("-", .removed) \(path): \(change.old ?? "")")
    }
  }

  private func write(_ picture: PictureDifference, to text: inout StyledText) {
    let old = PictureDifference.words(picture.oldKind, picture.oldWidth, picture.oldHeight)
    let new = PictureDifference.words(picture.newKind, picture.newWidth, picture.newHeight)
    text.line("    picture: \(Self.words(old, new))")
  }

  private func write(_ lines: LineDifference, to text: inout StyledText) {
    let order = lines.isOrdered ? "" : " (counted without their order)"
    text.line("    lines: \(counts(lines.added, 0, lines.removed))\(order)")
    for line in lines.lines {
      let label: Label? =
        switch line.first {
        case "+": .added
        case "-": .removed
        case "@": .faint
        default: nil
        }
      text.line("    \(line, label)")
    }
    if lines.furtherLines > 0, !lines.lines.isEmpty {
      text.line("    … and \(counted(lines.furtherLines, "more line"))")
    }
  }

  private func write(_ bytes: ByteDifference, to text: inout StyledText) {
    guard bytes.changedBytes > 0 else { return }
    if bytes.oldSize != bytes.newSize {
      let start = grouped(bytes.commonStart)
      let old = grouped(bytes.oldSize.bytes - bytes.commonEnd)
      let new = grouped(bytes.newSize.bytes - bytes.commonEnd)
      return text.line("    bytes: differ from \(start) to \(old) → \(new)")
    }
    let count = bytes.stretchCount
    let stretches = count == 1 ? "1 stretch" : "\(grouped(count)) stretches"
    text.line("    bytes: \(grouped(bytes.changedBytes)) changed in \(stretches)")
    for stretch in bytes.stretches.prefix(5) {
      text.line("      \(grouped(stretch.length)) at \(grouped(stretch.offset))")
    }
  }
}
