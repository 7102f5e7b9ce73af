/// The sizes that a record may have.
package enum RecordLimits {
  /// The content of a record is shorter than this, in bytes: it is always held in memory whole.
  package static let length = 16 << 20
}
