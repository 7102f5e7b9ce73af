/// The colours of charts, for light and for dark surroundings.
///
/// The six colours of series differ in lightness as well as in hue, so that who sees fewer hues can
/// tell them apart; each has a contrast of 3 to 1 at least with the ground.
enum ChartStyle {
  /// Rules for what ``ChartDrawing`` writes.
  static let rules: StaticString = """
    .chart{font:12px Arial,"Liberation Sans",Helvetica,sans-serif;background:#fff}
    .chart .bg{fill:#fff}.chart text{fill:#1f2328}.chart .h{font-size:15px;font-weight:bold}
    .chart .a{fill:#4d5560}.chart .em .a{font-weight:bold;fill:#1f2328}
    .chart .r{text-anchor:end}.chart .m{text-anchor:middle}
    .chart .g{stroke:#e3e6ea;fill:none}.chart .z{stroke:#8a929c;fill:none}
    .c0{color:#0b62b0}.c1{color:#c9480a}.c2{color:#00795c}.c3{color:#a8336a}.c4{color:#8a6100}
    .c5{color:#4a4fb5}
    .ln{fill:none;stroke:currentColor;stroke-width:1.7;stroke-linejoin:round;stroke-linecap:round}
    .mk{fill:currentColor;stroke:#fff;stroke-width:1}
    .ln.dense{stroke-width:1}.em .ln{stroke-width:3}\
    .em .ln.dense{stroke-width:1.7}.s.dim{opacity:.5}.dim .ln{stroke-width:1.3}
    .d1 .ln{stroke-dasharray:7 4}.d2 .ln{stroke-dasharray:1.5 4}.d3 .ln{stroke-dasharray:9 4 2 4}
    .bar{fill:currentColor;stroke:currentColor;stroke-width:1.2}
    .d1 .bar{fill-opacity:.3}.d2 .bar{fill-opacity:0}.d3 .bar{fill-opacity:.12;\
    stroke-dasharray:3 2}
    .chart .cell{fill:#0b4f94;stroke:#e3e6ea;stroke-width:.5}.chart .edge{fill:none;\
    stroke:#8a929c}.chart .in{fill:#fff}
    @media (prefers-color-scheme:dark){
    .chart{background:#0f1318}.chart .bg{fill:#0f1318}.chart text{fill:#e8ebef}
    .chart .a{fill:#aab3be}.chart .em .a{fill:#e8ebef}
    .chart .g{stroke:#262d35}.chart .z,.chart .edge{stroke:#78828e}
    .c0{color:#6cb2f7}.c1{color:#ff9a66}.c2{color:#4fcfa4}.c3{color:#f590bd}.c4{color:#e2b040}
    .c5{color:#a9adff}
    .mk{stroke:#0f1318}.chart .cell{fill:#7cbcfa;stroke:#262d35}.chart .in{fill:#0f1318}
    }

    """
}
