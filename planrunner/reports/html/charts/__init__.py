"""Charts, drawn as SVG: each is a pure function of what was measured, and can be read without a script."""
