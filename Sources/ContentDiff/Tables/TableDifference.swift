/// How two tables differ.
package struct TableDifference: Encodable, Equatable, Sendable {
  /// How often something is on each side.
  package struct Counts: Encodable, Equatable, Sendable {
    package var old = 0
    package var new = 0
  }

  /// How many of the changed rows differ in a column.
  package struct Column: Encodable, Equatable, Sendable {
    package let name: String
    package let rows: Int
  }

  /// A cell of a row that is shown; `nil` where the row has nothing in the column.
  package struct Cell: Encodable, Equatable, Sendable {
    package let column: String
    package let old: String?
    package let new: String?
  }

  /// A row that is shown.
  package struct Row: Encodable, Equatable, Sendable {
    /// What became of a row.
    package enum Kind: String, Encodable, Sendable {
      case added, changed, removed
    }

    package let kind: Kind

    /// The lines that it begins in, from 1.
    package let oldLine: Int?
    package let newLine: Int?

    /// What is in the columns of the key.
    package let key: [String]

    /// The cells that differ, or those that came or went.
    package let cells: [Cell]
  }

  /// The columns whose cells tell rows apart; none where whole rows are compared.
  package let key: [String]

  /// Whether the key was found in the rows, and not given.
  package let isKeyDetected: Bool

  /// How many rows there are.
  package internal(set) var rows = Counts()
  package internal(set) var added = 0
  package internal(set) var removed = 0
  package internal(set) var changed = 0
  package internal(set) var unchanged = 0

  /// Whether rows that both have stand in another order.
  package internal(set) var isReordered = false

  /// How many rows have the key of a row before them that still waited for its partner.
  package internal(set) var repeatedKeys = 0

  /// How many rows have more or fewer cells than the table has columns.
  package internal(set) var ragged = Counts()

  /// The line of the first of them, on either side.
  package internal(set) var firstRaggedLine: Int?

  /// Columns of one side alone: rows are not compared by them.
  package let addedColumns: [String]
  package let removedColumns: [String]

  /// Whether the columns that both have stand in another order.
  package let areColumnsMoved: Bool

  /// In how many rows each column differs, most first.
  package internal(set) var changedColumns: [Column] = []

  /// How many of the changed rows these numbers are of: all, unless rows moved further than their
  /// cells are kept.
  package internal(set) var countedRows = 0

  /// Some of the rows that differ.
  package internal(set) var samples: [Row] = []

  /// Whether there is no difference.
  package var isEmpty: Bool {
    added == 0 && removed == 0 && changed == 0 && !isReordered && addedColumns.isEmpty
      && removedColumns.isEmpty && !areColumnsMoved
  }
}
