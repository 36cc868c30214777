"""The pictures of a plan: each file draws one, from a plan's accounts to SVG."""
