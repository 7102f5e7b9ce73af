package import Primitives

/// Why a file of DVC's cannot be read.
package enum DVCFormatError: Error, Equatable {
  /// It is no YAML or JSON.
  case document(DocumentError)
  /// It is YAML, and not of the form that DVC writes; the text names what is missing.
  case missing(String)
  /// The list of a directory is cut off, or no list, at so many bytes from its start.
  case notAList(offset: Int)
  /// An entry of the list of a directory, counted from 1, has no MD5 or no path.
  case badEntry(Int)
  /// A path leads out of the directory, or into `.git`.
  case badPath(ByteString)
  /// A path comes twice, or is a file and a directory.
  case clashingPath(RepositoryPath)
}

extension DVCFormatError {
  /// Reads the YAML that all files of DVC's are.
  static func yaml(_ bytes: [UInt8]) throws(Self) -> DocumentValue {
    do {
      return try DocumentValue(reading: bytes, as: .yaml)
    } catch {
      throw .document(error)
    }
  }
}

extension DVCFormatError: CustomStringConvertible {
  /// What is wrong, as a clause that follows the name of the file and a colon.
  package var description: String {
    switch self {
    case .document(let error): error.description
    case .missing(let what): "there is no \(what)"
    case .notAList(let offset): "the list of files breaks off at byte \(offset)"
    case .badEntry(let number): "entry \(number) has no MD5 or no path"
    case .badPath(let path): "path '\(path)' leads elsewhere"
    case .clashingPath(let path): "path '\(path)' comes twice"
    }
  }
}
