"""The host side of a day: files in and out, the state between days, the carrying out of decisions.

The engine is a pure function; everything that touches a disk, a terminal or a database lives here. The street of a day is
`book` (files to tables) -> `state` (what happened before) -> the engine -> `outputs` (the out folder) -> `state` (commit, last).
Nothing in this package is imported by `import ar_core`.
"""
