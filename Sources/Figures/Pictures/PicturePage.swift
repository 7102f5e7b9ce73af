/// Pairs of pictures side by side, on a page of HTML that holds them itself.
///
/// Pictures are shown by `<img>` alone, where browsers run no script of theirs and load nothing that
/// they name; the policy of the page allows no other source than the page.
package struct PicturePage: Sendable {
  /// One side of a pair.
  package struct Side: Sendable {
    /// What is said below it: `PNG, 640 × 480, 12 KiB`.
    package let caption: String

    /// The type and the bytes of the picture; `nil` where it is not shown.
    package let picture: (mediaType: String, bytes: [UInt8])?

    package init(caption: String, picture: (mediaType: String, bytes: [UInt8])?) {
      self.caption = PlainText(caption).text
      self.picture = picture
    }
  }

  /// What a picture was and what it is.
  package struct Pair: Sendable {
    package let name: String
    package let old: Side
    package let new: Side

    package init(name: String, old: Side, new: Side) {
      self.name = PlainText(name).text
      self.old = old
      self.new = new
    }
  }

  private let title: String
  private let pairs: [Pair]
  private let notes: [String]

  private static let style = Page.Asset(
    parts: [PageStyle.rules, rules],
    hash: "sha256-9LIIM/0QQWIi46m1k72GGtTt4e/fiVFMU2X8NQv7Bkk=")

  private static let rules: StaticString = """
    main{padding:0 24px 32px;display:grid;gap:24px}
    section{border:1px solid #d5d9de;border-radius:8px;padding:12px;min-width:0}
    h2{font-size:15px;margin:0 2px 8px;overflow-wrap:anywhere;max-height:5em;overflow:auto}
    .pair{display:grid;grid-template-columns:1fr 1fr;gap:12px}
    figure{margin:0;min-width:0}
    img{max-width:100%;max-height:80vh;display:block;border:1px solid #d5d9de;\
    background:repeating-conic-gradient(#e9ebee 0 25%,#fff 0 50%) 0 0/20px 20px}
    figcaption{margin-top:4px;color:#4d5560;overflow-wrap:anywhere}
    @media (max-width:480px){main{padding-left:12px;padding-right:12px}}
    @media (prefers-color-scheme:dark){section,img{border-color:#2d343c}figcaption{color:#aab3be}}
    @media print{section{break-inside:avoid}}

    """

  /// Makes a page.
  ///
  /// - Parameters:
  ///   - title: What was compared, as a heading.
  ///   - pairs: The pictures, in their order.
  ///   - notes: What a reader should know first, a paragraph each.
  package init(title: String, pairs: [Pair], notes: [String] = []) {
    self.title = PlainText(title).text
    self.pairs = pairs
    self.notes = notes.map { PlainText($0).text }
  }

  /// The page as text.
  package func html() -> String {
    Page(title: title, style: Self.style, script: nil, showsPictures: true).html { markup in
      markup.element("header") { markup in
        markup.element("h1", text: title)
        for note in notes { markup.element("p", text: note) }
      }
      markup.fixed("\n")
      markup.element("main") { markup in
        for pair in pairs {
          markup.fixed("\n")
          markup.element("section") { markup in
            markup.element("h2", text: pair.name)
            markup.element("div", ["class": "pair"]) { markup in
              Self.write(pair.old, "Before", to: &markup)
              Self.write(pair.new, "After", to: &markup)
            }
          }
        }
        if pairs.isEmpty { markup.element("p", text: "No picture differs") }
      }
      markup.fixed("\n")
    }
  }

  private static func write(_ side: Side, _ title: String, to markup: inout Markup) {
    markup.element("figure") { markup in
      if let picture = side.picture {
        let text = "data:\(picture.mediaType);base64,\(Base64.text(of: picture.bytes))"
        markup.empty("img", ["alt": "\(title): \(side.caption)", "src": text])
      }
      markup.element("figcaption", text: "\(title): \(side.caption)")
    }
  }
}
