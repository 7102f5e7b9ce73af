import Primitives
import TestSupport

@testable import ContentDiff

/// A text as one side of a comparison, that can be opened again and again.
func opening(_ text: String) -> TableComparison.Opening {
  let bytes = Array(text.utf8)
  return { SourceStream(MemorySource(bytes)) }
}

/// Compares two contents of a file.
func compare(
  _ name: String, _ old: [UInt8], _ new: [UInt8], key: [String] = [], limit: Int = 20
) throws -> ContentDifference {
  var options = ContentComparison.Options()
  options.key = key
  options.limit = limit
  return try ContentComparison(
    ByteString(name), from: MemorySource(old), to: MemorySource(new), options: options
  ).compare()
}

/// Compares two texts.
func compare(
  _ name: String, _ old: String, _ new: String, key: [String] = [], limit: Int = 20
) throws -> ContentDifference {
  try compare(name, Array(old.utf8), Array(new.utf8), key: key, limit: limit)
}

/// Numbers as the bytes of elements.
func bytes(of numbers: [Float]) -> [UInt8] {
  numbers.flatMap { number in
    (0..<4).map { UInt8(truncatingIfNeeded: number.bitPattern >> (8 * $0)) }
  }
}

/// A safetensors file: its tensors one after the other, as the format asks.
func safetensors(
  _ tensors: [(name: String, type: String, shape: [Int], bytes: [UInt8])], metadata: String = ""
) -> [UInt8] {
  var parts: [String] = metadata.isEmpty ? [] : ["\"__metadata__\":\(metadata)"]
  var data: [UInt8] = []
  for tensor in tensors {
    parts.append(
      "\"\(tensor.name)\":{\"dtype\":\"\(tensor.type)\",\"shape\":\(tensor.shape),"
        + "\"data_offsets\":[\(data.count),\(data.count + tensor.bytes.count)]}")
    data += tensor.bytes
  }
  return safetensors(header: "{\(parts.joined(separator: ","))}", data)
}

/// A safetensors file with a header as it is given.
func safetensors(header: String, claimed: UInt64? = nil, _ data: [UInt8]) -> [UInt8] {
  let length = claimed ?? UInt64(header.utf8.count)
  return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + Array(header.utf8) + data
}

/// An `.npy` file of the first version.
func npy(_ header: String, _ data: [UInt8]) -> [UInt8] {
  let size = header.utf8.count
  return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(size & 0xFF), UInt8(size >> 8)]
    + Array(header.utf8) + data
}

/// What Python's standard library writes to standard output.
func python(_ script: String, input: [UInt8] = []) throws -> [UInt8] {
  try Program.succeed("python3", ["-c", ByteString(script)], input: input).output
}
