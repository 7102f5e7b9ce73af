package import Primitives

extension IgnoreRules {
  /// The name of the files that hold Shale's own rules.
  package static let fileName: ByteString = ".shaleignore"

  /// A file of rules is smaller than this.
  package static let sizeLimit = ByteCount.mebibytes(1)
}
