"""One event loop's share of a run: its crews of VUs, closed and open."""
