package import Primitives

/// A reason why a document or table cannot be read or changed.
package enum DocumentError: Error, Equatable {
  /// A key path is empty, or has an empty part, an open quote or an open bracket.
  case badPath(String)

  /// The bytes are not what the format allows; the text is of the reader.
  case syntax(DocumentFormat, String, DocumentPlace)

  /// The bytes are not what the format allows, and the reader does not say where.
  case unreadable(DocumentFormat)

  /// The bytes are not UTF-8.
  case notUTF8(DocumentPlace)

  /// The file is larger than a document may be.
  case tooLarge(ByteCount, limit: ByteCount)

  /// Lists and tables lie too deep within each other.
  case tooDeep(DocumentPlace, limit: Int)

  /// The document has more values than are held in memory.
  case tooManyValues(DocumentPlace, limit: Int)

  /// A key stands twice in one table.
  case duplicateKey(String, DocumentPlace, first: DocumentPlace)

  /// A second document begins.
  case severalDocuments(DocumentPlace)

  /// An alias names no value before it.
  case unknownAlias(String, DocumentPlace)

  /// Aliases multiply the document beyond what is held in memory.
  case tooManyAliases(DocumentPlace)

  /// A tag of YAML that is not known, or does not fit its value.
  case unsupportedTag(String, DocumentPlace)

  /// A list or table is a key.
  case keyNotScalar(DocumentPlace)

  /// The value of a merge key `<<` is no table and no list of tables.
  case badMerge(DocumentPlace)

  /// The format holds rows, or is not read as a document.
  case notADocument(DocumentFormat)

  /// The format holds one value, and no rows.
  case notATable(DocumentFormat)

  /// A row is longer than may be held in memory.
  case rowTooLong(line: Int, limit: ByteCount)

  /// A row has more cells than there are columns, or there are too many columns.
  case tooManyCells(line: Int, count: Int, limit: Int)

  /// A line of JSON Lines holds something else than a table.
  case rowNotTable(line: Int)

  /// A line of MLflow's log of a metric is not `TIME VALUE STEP`.
  case notAMetric(line: Int)

  /// Nothing is at the path; the paths of scalars that were probably meant, the best first.
  case unknownKey(DocumentPath, near: [DocumentPath])

  /// A list or a table is at the path, and scalars alone are set.
  case notScalar(DocumentPath)

  /// The value cannot be changed by itself.
  case notEditable(DocumentPath, DocumentEditProblem)

  /// Readers disagree on what the word means, and the value was not text before.
  case ambiguousWord(String)

  /// The format is read, and not changed in place.
  case notWritten(DocumentFormat)

  /// The changed text would not read as the document with the one new value.
  case editFailed(DocumentPath)
}

/// Why a scalar cannot be changed by itself.
package enum DocumentEditProblem: Equatable, Sendable {
  /// An alias stands on the way to it.
  case alias
  /// It comes through a merge key from the table that has it at this place.
  case inherited(DocumentPlace)
  /// It has an anchor or a tag.
  case properties
  /// It is a text on lines of its own, after `|` or `>`.
  case block
}

extension DocumentError: CustomStringConvertible {
  /// What is wrong, as a clause that follows the name of the file and a colon.
  package var description: String {
    switch self {
    case .badPath(let text): "'\(ByteString(text))' is not a key path such as train.lr or layers.0"
    case .syntax(let format, let text, let place): "\(place) is not \(format): \(text)"
    case .unreadable(let format): "the text is not \(format)"
    case .notUTF8(let place): "\(place) is not UTF-8"
    case .tooLarge(let size, let limit): "a document of \(size), and \(limit) is the limit"
    case .tooDeep(let place, let limit):
      "\(place) is more than \(limit) lists and tables deep"
    case .tooManyValues(let place, let limit):
      "\(place) is behind \(limit) values, which is the limit"
    case .duplicateKey(let key, let place, let first):
      "key '\(ByteString(key))' of line \(first.line) comes again at \(place)"
    case .severalDocuments(let place): "a second document begins at \(place)"
    case .unknownAlias(let name, let place):
      "alias '*\(ByteString(name))' at \(place) has no anchor"
    case .tooManyAliases(let place): "aliases multiply the document beyond all bounds at \(place)"
    case .unsupportedTag(let tag, let place):
      "tag '\(ByteString(tag))' at \(place) is not known, or does not fit its value"
    case .keyNotScalar(let place): "the key at \(place) is a list or a table"
    case .badMerge(let place): "the merge key at \(place) names no table"
    case .notADocument(let format): "\(format) is not read as a document"
    case .notATable(let format): "\(format) has no rows"
    case .rowTooLong(let line, let limit):
      "the row in line \(line) has more than \(limit), which is the limit"
    case .tooManyCells(let line, let count, let limit):
      "the row in line \(line) has \(count) cells, and \(limit) is the limit"
    case .notAMetric(let line): "line \(line) is not a time, a value and a step"
    case .rowNotTable(let line): "line \(line) is not an object of JSON"
    case .unknownKey, .notScalar, .notEditable, .ambiguousWord, .notWritten, .editFailed:
      editDescription
    }
  }

  private var editDescription: String {
    switch self {
    case .unknownKey(let path, _): "there is no key '\(path)'"
    case .notScalar(let path): "key '\(path)' is a list or a table, and single values are set"
    case .notEditable(let path, .alias): "key '\(path)' stands behind an alias"
    case .notEditable(let path, .inherited(let place)):
      "key '\(path)' comes through a merge key from line \(place.line)"
    case .notEditable(let path, .properties): "key '\(path)' has an anchor or a tag"
    case .notEditable(let path, .block): "key '\(path)' is a text of several lines"
    case .ambiguousWord(let word):
      "'\(ByteString(word))' is text to some readers and another value to others"
    case .notWritten(let format): "\(format) is read, and not changed in place"
    case .editFailed(let path): "key '\(path)' cannot be changed without changing more"
    default: ""
    }
  }
}
