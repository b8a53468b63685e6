"""Pictures of doses over time: axes and curves as SVG, and in characters."""
