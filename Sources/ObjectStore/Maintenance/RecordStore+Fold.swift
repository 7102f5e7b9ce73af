extension RecordStore {
  func foldIndexesIfMany() {}
  func foldIfMany() {}
}
