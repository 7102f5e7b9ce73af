import Primitives
import TestSupport
import Testing

@testable import Figures

@Suite(.temporaryDirectory) struct PicturePageTests {
  private static func page(of text: String) -> PicturePage {
    let svg = "image/svg+xml"
    let side = PicturePage.Side(caption: text, picture: (svg, Array("<svg onload='x()'/>".utf8)))
    return PicturePage(
      title: text, pairs: [.init(name: text, old: side, new: .init(caption: text, picture: nil))],
      notes: [text])
  }

  @Test func `pictures stand in the page, and nothing else is loaded`() throws {
    let html = Self.page(of: "image/svg+xml").html()
    let page = try ParsedPage(html: html)
    #expect(page.elements.count { $0 == "img " } == 1)
    #expect(page.elements.allSatisfy { !$0.hasPrefix("script") && !$0.hasPrefix("svg") })
    #expect(html.contains("src=\"data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9J3goKScvPg==\""))
    #expect(page.text.contains("Before: image/svg+xml"))
  }

  @Test func `the policy allows the style of the page and pictures in it`() throws {
    let html = Self.page(of: "x").html()
    let hash = try Program.succeed(
      "python3",
      [
        "-c",
        """
        import base64, hashlib, re, sys
        style = re.search(b'<style>(.*?)</style>', sys.stdin.buffer.read(), re.S)[1]
        print(base64.b64encode(hashlib.sha256(style).digest()).decode())
        """,
      ], input: Array(html.utf8)
    ).line
    let policy =
      "default-src &#39;none&#39;; style-src &#39;sha256-\(hash)&#39;; img-src data:; "
      + "base-uri &#39;none&#39;; form-action &#39;none&#39;"
    #expect(html.contains(policy), "\(hash)")
  }

  @Test func `hostile names are shown as what they are`() throws {
    let known = Set(try ParsedPage(html: Self.page(of: "x").html()).elements)
    for text in HostileText.all {
      let page = try ParsedPage(html: Self.page(of: text).html())
      #expect(Set(page.elements).isSubset(of: known))
      #expect(!page.text.unicodeScalars.contains { HostileText.forbidden.contains($0.value) })
    }
  }

  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy"),
  ])
  func `bytes become text as RFC 4648 says`(text: String, expected: String) {
    #expect(Base64.text(of: Array(text.utf8)) == expected)
  }
}
