"""The host side of a day: files in and out, the state between days, the carrying out of decisions.

The engine is a pure function; everything that touches a disk, a terminal or a database lives here. The street of a day is
`book` (files to tables) -> `state` (what happened before) -> the engine -> `outputs` (the out folder) -> `state` (commit, last).
`commands` has a function for each command; `say*` print what it found, `failure` what went wrong, `progress` how far it is. `cash`, `outlook`
and `models` match, score and forecast without remembering anything; `bank` and `exports` bring in what banks and ERPs write.
Nothing in this package is imported by `import ar_core`.
"""
