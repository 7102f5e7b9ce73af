internal import Platform
internal import Primitives
internal import Testing

@testable import Pipelines

@Suite struct PathShorteningTests {
  @Test(arguments: [
    ("/home/ada/project/train.py", "./train.py"), ("/home/ada/project", "."),
    ("/home/ada/tools/x", "~/tools/x"), ("/usr/bin/python3", "/usr/bin/python3"),
    ("/home/ada/projects/x", "~/projects/x"), ("train.py", "train.py"), ("", ""),
    ("--data=/home/ada/project/x", "--data=./x"), ("-I/home/ada/project/x", "-I./x"),
    ("HOME=/home/ada", "HOME=~"), ("cat '/home/ada/x' /home/ada/project", "cat '~/x' ."),
    ("--data=/mnt/home/ada/x", "--data=/mnt/home/ada/x"), ("a:/home/adam/x", "a:/home/adam/x"),
  ])
  func `a record does not say where a worktree or a home lies`(word: String, expected: String) {
    let paths = PathShortening(
      root: FilePath("/home/ada/project"), directory: FilePath("/home/ada/project"),
      home: FilePath("/home/ada"))
    #expect(paths.shortened(ByteString(word)) == ByteString(expected))
  }

  @Test(arguments: [
    ("/p/src/a/b.py", "./b.py"), ("/p/src/c.py", "../c.py"), ("/p/data", "../../data"),
    ("/p", "../.."),
  ])
  func `a path in the worktree is told from where the command runs`(
    word: String, expected: String
  ) {
    let paths = PathShortening(
      root: FilePath("/p"), directory: FilePath("/p/src/a"), home: nil)
    #expect(paths.shortened(ByteString(word)) == ByteString(expected))
  }
}
