package import Primitives

/// A reason why stored bytes could not be turned back into content.
package enum CodecError: Error, Equatable {
  /// The record's codec is not one this version knows.
  case unknown(number: UInt8)

  /// The stored bytes are not what the codec writes.
  case damaged(Codec)

  /// The stored bytes are in order and hold more or less than the record says.
  case wrongSize(Codec, recorded: ByteCount)
}

extension CodecError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unknown(let number):
      "Codec \(number) is not known to this version"
    case .damaged(let codec):
      "Stored bytes are damaged: they are not valid in codec '\(codec)'"
    case .wrongSize(let codec, let size):
      "Stored bytes are damaged: codec '\(codec)' does not yield the \(size) recorded"
    }
  }
}
