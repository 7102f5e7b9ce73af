/// How two contents of one file differ, in the terms of what they are.
package struct ContentDifference: Encodable, Equatable, Sendable {
  /// What both were compared as.
  package enum Form: String, Encodable, Sendable {
    case table, tensors, document, picture, lines, bytes
  }

  package let form: Form

  /// Whether both are the same in these terms, though their bytes differ.
  package let isSame: Bool

  /// Whether a side is compressed with gzip, and what it stands for was compared.
  package let isInflated: Bool

  /// Why they were not compared as their name says: a clause in words.
  package internal(set) var note: String?

  package internal(set) var table: TableDifference?
  package internal(set) var tensors: TensorDifference?
  package internal(set) var document: ValueDifference?
  package internal(set) var picture: PictureDifference?
  package internal(set) var lines: LineDifference?
  package internal(set) var bytes: ByteDifference?

  init(_ form: Form, isSame: Bool, isInflated: Bool) {
    self.form = form
    self.isSame = isSame
    self.isInflated = isInflated
  }
}
