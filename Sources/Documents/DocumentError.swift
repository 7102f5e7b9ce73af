internal import Primitives

/// A reason why a document cannot be read or changed.
package enum DocumentError: Error, Equatable {
  /// A key path is empty, or has an empty part, an open quote or an open bracket.
  case badPath(String)
}

extension DocumentError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .badPath(let text): "'\(ByteString(text))' is not a key path such as train.lr or layers.0"
    }
  }
}
