"""How many posts a second the recogniser reads on one core."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator

from benchmarks.postings import postings, text_of
from benchmarks.registry import Options, benchmark
from benchmarks.report import Row, progress, row
from talentmarket.taxonomy.recognise import get_recogniser


@benchmark("recognise")
def recognise(options: Options) -> Iterator[Row]:
    """Processor time of the best round: what else runs on the machine can only slow one down."""
    recogniser = get_recogniser()
    posts = [text_of(one) for one in postings(options.postings, options.size(3000, 500))]
    signs = statistics.mean(map(len, posts))
    progress(f"recognise: {len(posts)} posts of {signs:.0f} signs")
    speeds = []
    for _ in range(options.size(5, 3)):
        start = time.process_time()
        for post in posts:
            recogniser.recognise(post)
        speeds.append(len(posts) / (time.process_time() - start))
        progress(f"recognise: {speeds[-1]:.0f} posts/s")
    yield row("recognise", max(speeds), "posts/s", target=2000, better="higher")
