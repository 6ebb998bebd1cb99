"""Peers that are programs: crates of their own in `benches/peers`, built by `make bench`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

PEERS = Path(__file__).resolve().parent.parent / "peers"


@dataclass(frozen=True)
class Program:
    """A program, its version (that of the crate it calls), and how it is built."""

    file: str
    version: str
    how: str

    def path(self) -> Path:
        """Where the build leaves it."""
        return PEERS / self.file


PROGRAMS = {
    "florecon-peer": Program(
        "florecon/target/release/florecon-peer", "0.7.0", "cargo build --release --manifest-path benches/peers/florecon/Cargo.toml"
    ),
}
