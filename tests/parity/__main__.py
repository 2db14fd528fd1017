"""``make parity N=1000000``: so many pairs with a fresh seed, on a stack of its own."""

from __future__ import annotations

import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import SystemRandom

from minibroker.broker import Broker
from minibroker.config import load_config
from minibroker.ui.demo import demo_config
from tests.parity.engines import SURVEYS, proof_config
from tests.parity.proof import Difference, Proof, Tally

FILTERS, ROWS = 150, 500


def main(pairs: int, seed: int) -> int:
    """Compare at least so many pairs; return 1 when any differs."""
    # A stack is stopped by whoever started it, however that ends.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    _tell(f"seed {seed}")
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="minibroker-proof-") as folder:
        base = demo_config(Path(folder), load_config().jars)
        base = replace(base, stack=replace(base.stack, task_manager_memory=3072))
        broker = Broker(proof_config(base, Path(folder)))
        try:
            broker.up()
            proofs = [Proof(broker, survey, tally) for survey in SURVEYS]
            began = time.monotonic()
            while tally.pairs < pairs:
                known = len(tally.differences), len(tally.tolerated)
                proofs[seed % len(proofs)].round(FILTERS, ROWS, seed)
                _tell_firsts("different", tally.differences[known[0] :])
                _tell_firsts("within the last digits", tally.tolerated[known[1] :])
                _tell(f"seed {seed}, {time.monotonic() - began:.0f} s: {tally}")
                seed += 1
        finally:
            broker.stack.stop(lambda text: None)
    return 1 if tally.differences else 0


def _tell_firsts(word: str, found: Sequence[Difference]) -> None:
    """Tell the first pair of each text, and how many there are."""
    counts = Counter(each.text for each in found)
    for each in {each.text: each for each in reversed(found)}.values():
        _tell(f"{word}, {counts[each.text]} times: {each}")


def _tell(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    chosen = int(sys.argv[2]) if len(sys.argv) > 2 else SystemRandom().randrange(2**32)
    sys.exit(main(wanted, chosen))
