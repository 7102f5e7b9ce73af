internal import Glibc
internal import Primitives

@main struct Main { static func main() {} }
