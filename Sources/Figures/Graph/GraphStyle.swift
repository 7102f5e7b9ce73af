/// The colours of graphs, for light and for dark surroundings.
///
/// Every pair of text and ground has a contrast of 4.5 to 1 at least, every outline 3 to 1.
enum GraphStyle {
  /// Rules for what ``GraphDrawing`` writes.
  static let rules: StaticString = """
    .graph{font-family:Arial,"Liberation Sans",Helvetica,sans-serif;background:#fff}
    .graph .bg{fill:#fff}.graph text{fill:#1f2328}
    .graph .h{font-size:16px;font-weight:bold}.graph .t{font-size:13px;font-weight:bold}
    .graph .s,.graph .l,.graph .w{font-size:11px}.graph .s,.graph .w{fill:#4d5560}
    .graph .l{fill:#4d5560;text-anchor:middle;paint-order:stroke;stroke:#fff;stroke-width:4px;\
    stroke-linejoin:round}
    .e{fill:none;stroke:#8a929c;stroke-width:1.4}.e.to{marker-end:url(#head)}
    .e.back{marker-start:url(#head)}.e.turned{stroke-dasharray:6 3}.head{fill:#6a727c}
    .b{stroke-width:1.5;stroke-linejoin:round}.k{fill:none;stroke-width:1.5;\
    stroke-linejoin:round;stroke-linecap:round}
    .data .b{fill:#e8f2fc;stroke:#0b62b0}.data{stroke:#0b62b0;color:#0b62b0}
    .model .b{fill:#f5ecfb;stroke:#7d3c9e}.model{stroke:#7d3c9e;color:#7d3c9e}
    .run .b{fill:#e2f5ee;stroke:#00735a}.run{stroke:#00735a;color:#00735a}
    .code .b{fill:#f0f2f4;stroke:#59626d}.code{stroke:#59626d;color:#59626d}
    .parameters .b{fill:#fdf3dc;stroke:#8a5a00}.parameters{stroke:#8a5a00;color:#8a5a00}
    .metrics .b{fill:#fceaf1;stroke:#a8336a}.metrics{stroke:#a8336a;color:#a8336a}
    .graph text{stroke:none}.graph .l{stroke:#fff}
    .missing .b{stroke-dasharray:5 4}.failed .b,.damaged .b{stroke:#c0152f;stroke-width:2.5}
    .halo{fill:none;stroke:#1f2328;stroke-width:7;stroke-linejoin:round}
    .m circle{fill:#c0152f;stroke:#fff;stroke-width:1.5}.m path{fill:none;stroke:#fff;\
    stroke-width:2;stroke-linecap:round}
    .m.missing circle{fill:#59626d;stroke-dasharray:none}.m.focus circle{fill:#1f2328}
    @media (prefers-color-scheme:dark){
    .graph{background:#0f1318}.graph .bg{fill:#0f1318}.graph text{fill:#e8ebef}
    .graph .s,.graph .w,.graph .l{fill:#aab3be}.graph .l{stroke:#0f1318}
    .e{stroke:#6f7985}.head{fill:#8f99a5}
    .data .b{fill:#10263d;stroke:#6cb2f7}.data{stroke:#6cb2f7;color:#6cb2f7}
    .model .b{fill:#2a1b37;stroke:#cf9df0}.model{stroke:#cf9df0;color:#cf9df0}
    .run .b{fill:#0b2a22;stroke:#4fcfa4}.run{stroke:#4fcfa4;color:#4fcfa4}
    .code .b{fill:#20252b;stroke:#a3acb7}.code{stroke:#a3acb7;color:#a3acb7}
    .parameters .b{fill:#2d2309;stroke:#e2b040}.parameters{stroke:#e2b040;color:#e2b040}
    .metrics .b{fill:#361524;stroke:#f590bd}.metrics{stroke:#f590bd;color:#f590bd}
    .failed .b,.damaged .b{stroke:#ff6b6b}.halo{stroke:#e8ebef}
    .m circle{fill:#ff6b6b;stroke:#0f1318}.m path{stroke:#0f1318}
    .m.missing circle{fill:#a3acb7}.m.focus circle{fill:#e8ebef}
    }

    """
}
