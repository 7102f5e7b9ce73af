internal import Arguments
internal import ContentDiff
package import Primitives

/// How the content of one file differs.
package struct ContentChange: Encodable, Sendable {
  package let path: RepositoryPath
  let difference: ContentDifference?

  /// Why it could not be compared.
  let problem: String?

  init(path: RepositoryPath, difference: ContentDifference? = nil, problem: String? = nil) {
    self.path = path
    self.difference = difference
    self.problem = problem
  }

  private enum CodingKeys: CodingKey {
    case path, problem
  }

  /// Encodes the keys of the difference beside the path.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(path, forKey: .path)
    try container.encodeIfPresent(problem, forKey: .problem)
    try difference?.encode(to: encoder)
  }
}

extension ContentChange {
  /// The keys of its JSON.
  static let keys = [
    ResultKey("path", "The file"),
    ResultKey("problem", "Why it cannot be compared", isOptional: true),
    ResultKey(
      "form", "`table`, `tensors`, `document`, `picture`, `lines` or `bytes`", isOptional: true),
    ResultKey(
      "isSame", "Whether both are the same in these terms, though their bytes differ",
      isOptional: true),
    ResultKey(
      "isInflated", "Whether what a gzip file stands for was compared", isOptional: true),
    ResultKey("note", "Why it was not compared as its name says", isOptional: true),
    ResultKey("table", "How rows and columns differ", isOptional: true, of: table),
    ResultKey("tensors", "How tensors differ", isOptional: true, of: tensors),
    ResultKey("document", "How values differ", isOptional: true, of: document),
    ResultKey("picture", "What the pictures are", isOptional: true, of: picture),
    ResultKey("lines", "How lines differ", isOptional: true, of: lines),
    ResultKey("bytes", "How bytes differ", isOptional: true, of: bytes),
  ]

  private static let counts = [
    ResultKey("old", "On the old side"), ResultKey("new", "On the new side"),
  ]

  private static let table = [
    ResultKey("key", "The columns that tell rows apart; none where whole rows are compared"),
    ResultKey("isKeyDetected", "Whether the key was found in the rows"),
    ResultKey("rows", "How many rows there are", of: counts),
    ResultKey("added", "How many rows came"),
    ResultKey("removed", "How many rows went"),
    ResultKey("changed", "How many rows have other cells"),
    ResultKey("unchanged", "How many rows are the same"),
    ResultKey("isReordered", "Whether rows that both have stand in another order"),
    ResultKey(
      "repeatedKeys", "How many rows had the key of one before them that had no partner yet"),
    ResultKey(
      "ragged", "How many rows have more or fewer cells than there are columns", of: counts),
    ResultKey("firstRaggedLine", "The line of the first of those", isOptional: true),
    ResultKey("addedColumns", "Columns that came"),
    ResultKey("removedColumns", "Columns that went"),
    ResultKey("areColumnsMoved", "Whether the columns stand in another order"),
    ResultKey(
      "changedColumns", "In how many of the changed rows a column differs",
      each: [ResultKey("name", "The column"), ResultKey("rows", "How many rows")]),
    ResultKey("countedRows", "How many of the changed rows these numbers are of"),
    ResultKey("samples", "Some of the rows that differ", each: sample),
  ]

  private static let sample = [
    ResultKey("kind", "`added`, `changed` or `removed`"),
    ResultKey("oldLine", "The line it begins in on the old side", isOptional: true),
    ResultKey("newLine", "The line it begins in on the new side", isOptional: true),
    ResultKey("key", "What is in the columns of the key"),
    ResultKey(
      "cells", "The cells that differ, or those that came or went",
      each: [
        ResultKey("column", "The column"),
        ResultKey("old", "What was there", isOptional: true),
        ResultKey("new", "What is there", isOptional: true),
      ]),
  ]

  private static let tensors = [
    ResultKey("oldCount", "How many tensors there were"),
    ResultKey("newCount", "How many there are"),
    ResultKey("added", "How many came"),
    ResultKey("removed", "How many went"),
    ResultKey("changed", "How many differ"),
    ResultKey("unchanged", "How many are the same"),
    ResultKey("changedElements", "How many elements differ, in all tensors"),
    ResultKey("norm", "The norm of the difference of all tensors", isOptional: true),
    ResultKey("changes", "The tensors that differ", each: tensor),
    ResultKey("furtherChanges", "How many more differ"),
    ResultKey("notes", "What the files say of themselves, where that differs", each: value),
  ]

  private static let tensor = [
    ResultKey("kind", "`added`, `changed` or `removed`"),
    ResultKey("name", "The name"),
    ResultKey("oldShape", "The lengths of its sides before", isOptional: true),
    ResultKey("newShape", "The lengths of its sides now", isOptional: true),
    ResultKey("oldType", "The type of its elements before", isOptional: true),
    ResultKey("newType", "The type of its elements now", isOptional: true),
    ResultKey("changedElements", "How many elements differ", isOptional: true),
    ResultKey("norm", "The norm of the difference", isOptional: true),
    ResultKey("greatest", "The greatest difference of an element", isOptional: true),
    ResultKey(
      "notFinite", "How many changed elements are infinite or no number on a side",
      isOptional: true),
  ]

  private static let value = [
    ResultKey("kind", "`added`, `changed` or `removed`"),
    ResultKey("path", "The key path"),
    ResultKey("old", "The value before", isOptional: true),
    ResultKey("new", "The value now", isOptional: true),
  ]

  private static let document = [
    ResultKey("added", "How many values came"),
    ResultKey("removed", "How many went"),
    ResultKey("changed", "How many are others"),
    ResultKey("changes", "The first of them", each: value),
  ]

  private static let picture = [
    ResultKey("oldKind", "The format before; left out for no picture", isOptional: true),
    ResultKey("newKind", "The format now; left out for no picture", isOptional: true),
    ResultKey("oldWidth", "The width before, in pixels", isOptional: true),
    ResultKey("oldHeight", "The height before, in pixels", isOptional: true),
    ResultKey("newWidth", "The width now, in pixels", isOptional: true),
    ResultKey("newHeight", "The height now, in pixels", isOptional: true),
  ]

  private static let lines = [
    ResultKey("added", "How many lines came"),
    ResultKey("removed", "How many went"),
    ResultKey("isOrdered", "Whether lines were compared in their order, and not only counted"),
    ResultKey("lines", "The first lines of the difference"),
    ResultKey("furtherLines", "How many more lines it has"),
  ]

  private static let bytes = [
    ResultKey("oldSize", "The size before, in bytes"),
    ResultKey("newSize", "The size now, in bytes"),
    ResultKey("commonStart", "How many bytes are the same from the start on"),
    ResultKey("commonEnd", "How many bytes before the end are the same"),
    ResultKey(
      "changedBytes",
      "How many bytes differ; where the sizes do, how many the longer side has in between"),
    ResultKey("stretchCount", "How many stretches of changed bytes there are"),
    ResultKey(
      "stretches", "The first of them",
      each: [ResultKey("offset", "Where it begins"), ResultKey("length", "How long it is")]),
  ]
}
