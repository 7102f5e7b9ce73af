/// The style that all pages share.
enum PageStyle {
  static let rules: StaticString = """
    *{box-sizing:border-box}[hidden]{display:none!important}
    body{margin:0;background:#fff;color:#1f2328;font:14px/1.45 Arial,"Liberation Sans",\
    Helvetica,sans-serif}
    .skip{position:absolute;left:-99em}.skip:focus{left:8px;top:8px;background:#fff;padding:8px;\
    z-index:9}
    header{padding:16px 24px 12px}\
    h1{font-size:20px;margin:0;overflow-wrap:anywhere;max-height:4.4em;overflow:auto}
    header p{margin:2px 0 0;color:#4d5560;overflow-wrap:anywhere}h2{font-size:14px;margin:12px 0 6px}
    a{color:#0b62b0}
    :focus-visible{outline:2px solid #0b62b0;outline-offset:2px}
    @media (max-width:480px){header{padding-left:14px;padding-right:14px}}
    @media (prefers-color-scheme:dark){
    body,.skip:focus{background:#0f1318;color:#e8ebef}header p{color:#aab3be}a{color:#6cb2f7}
    :focus-visible{outline-color:#6cb2f7}
    }
    @media print{.skip{display:none}body{background:#fff;color:#000}}

    """
}
