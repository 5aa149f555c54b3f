"""Facets, on every engine: what is counted, among what, and in which order."""

from search.backend import SearchBackend
from search.documents import Tombstone
from search.fields import Kind
from search.requests import (
    AllOf,
    AnyOf,
    Band,
    BandsFacet,
    Not,
    Overlap,
    Range,
    SearchRequest,
    Terms,
    TermsFacet,
)
from tests.contracts.documents import fill, job


def keys(backend: SearchBackend, facet: str, **request: object) -> dict[str, int]:
    result = backend.search(SearchRequest(Kind.JOB, limit=0, **request))  # type: ignore[arg-type]
    return {bucket.key: bucket.count for bucket in result.facets[facet]}


def test_facets_count_and_ignore_their_own_filters(market: SearchBackend) -> None:
    facets = (TermsFacet("kind"), TermsFacet("channel"), TermsFacet("regions", size=2))
    filters = (Terms("kind", ("full",)), Terms("channel", ("direct",)))
    result = market.search(SearchRequest(Kind.JOB, filters=filters, facets=facets))
    assert result.total == 1
    counts = {
        name: [(bucket.key, bucket.count) for bucket in rows]
        for name, rows in result.facets.items()
    }
    assert counts["kind"] == [("full", 1), ("intern", 1)]
    assert counts["channel"] == [("direct", 1), ("outsourced", 1)]
    assert counts["regions"] == [("510000", 1), ("510100", 1)]


def test_facets_of_numbers_flags_and_bands(market: SearchBackend) -> None:
    bands = BandsFacet(
        "pay_band",
        (
            Band("low", Overlap("pay", 0, 900_000)),
            Band("middle", Overlap("pay", 1_000_000, 2_000_000)),
            Band("silent", Not(Overlap("pay"))),
        ),
    )
    mine = Overlap("pay", 0, 900_000, group="pay_band")
    facets = (TermsFacet("education_rank"), TermsFacet("listed"), bands)
    assert keys(market, "education_rank", facets=facets) == {"4": 2, "3": 1}
    assert keys(market, "listed", facets=facets) == {"true": 5}
    assert keys(market, "pay_band", facets=facets) == {"low": 2, "middle": 3, "silent": 1}
    assert keys(market, "pay_band", facets=facets, filters=(mine,))["middle"] == 3
    assert keys(market, "listed", facets=facets, filters=(mine,)) == {"true": 2}


def test_facets_see_the_words_and_not_the_deleted(backend: SearchBackend) -> None:
    fill(backend)
    backend.delete(Kind.JOB, [Tombstone("job000000004", 2)])
    backend.refresh(Kind.JOB)
    assert keys(backend, "kind", words="开发", facets=(TermsFacet("kind"),)) == {
        "full": 1,
        "intern": 1,
    }


def test_equals_at_the_end_of_a_facet_are_cut_by_their_code(backend: SearchBackend) -> None:
    jobs = [job(number, "运维", employer=f"e{number % 150:03}") for number in range(1, 152)]
    facets = (TermsFacet("employer", size=4), TermsFacet("kind"))
    expected = [("e001", 2), ("e000", 1), ("e002", 1), ("e003", 1)]
    fill(backend, jobs[:80])
    fill(backend, jobs[80:])
    for _ in range(2):  # in pieces as they were written, and in one
        rows = backend.search(SearchRequest(Kind.JOB, facets=facets)).facets["employer"]
        assert [(row.key, row.count) for row in rows] == expected
        with backend.rebuild(Kind.JOB) as writer:
            writer.write(jobs)


def test_bands_of_every_kind_of_filter_under_common_and_rare_words(
    backend: SearchBackend,
) -> None:
    odd = 'a "quoted" \\ code: +1'
    jobs = [job(number, "运维", employer=odd, years_min=number % 5) for number in range(60)]
    jobs += [job(60, "运维 测绘", employer="e1", kind="part"), job(61, "测绘", kind="part")]
    fill(backend, jobs)
    bands = {
        "odd": Terms("employer", (odd,)),
        "one": Terms("employer", ("e1", "e2")),
        "years": Range("years_min", low=1, high=2),
        "below": Range("years_min", high=0, or_missing=True),
        "none": Terms("employer", ()),
        "not": AllOf((Not(Terms("employer", (odd,))), Not(Terms("kind", ("full",))))),
        "either": AnyOf((Terms("kind", ("part",)), Range("years_min", low=4))),
    }
    facet = BandsFacet("band", tuple(Band(key, wanted) for key, wanted in bands.items()))
    common = {"odd": 60, "one": 1, "years": 24, "below": 13, "none": 0, "not": 1, "either": 13}
    rare = {"odd": 0, "one": 1, "years": 0, "below": 2, "none": 0, "not": 2, "either": 2}
    assert keys(backend, "band", words="运维", facets=(facet,)) == common
    assert keys(backend, "band", words="测绘", facets=(facet, TermsFacet("kind"))) == rare


def test_bands_of_spans_with_one_end_and_with_none(backend: SearchBackend) -> None:
    ends = ((1, 3), (3, 5), (5, None), (None, 2), (None, None), (0, 0), (2, 12))
    jobs = []
    for number, (low, high) in enumerate(ends * 3):
        held = {"years_min": low, "years_max": high, "education_rank": number % 7}
        given = {name: value for name, value in held.items() if value is not None}
        jobs.append(job(number, "运维" if number % 3 else "运维 测绘", **given))
    fill(backend, jobs[:11])
    fill(backend, jobs[11:])
    years = BandsFacet(
        "years",
        (
            Band("low", Overlap("years", 0, 1)),
            Band("middle", Overlap("years", 2, 4)),
            Band("high", Overlap("years", 11)),
            Band("loose", Overlap("years", 6, or_missing=True)),
            Band("silent", Not(Overlap("years"))),
        ),
    )
    ranks = [(0, 3), (2, 4), (4, 4), (None, 1), (5, None), (9, None)]
    education = BandsFacet(
        "education", tuple(Band(f"{a}-{b}", Range("education_rank", a, b)) for a, b in ranks)
    )
    facets = (years, education, TermsFacet("kind"))

    def direct(words: str, band: Band) -> int:
        asked = SearchRequest(Kind.JOB, words=words, filters=(band.filter,))
        return backend.search(asked).total

    for words in ("运维", "测绘", ""):
        for facet in (years, education):
            counted = keys(backend, facet.key, words=words, facets=facets)
            assert counted == {band.key: direct(words, band) for band in facet.bands}


def test_bands_of_more_values_than_are_counted_one_by_one(backend: SearchBackend) -> None:
    pays = [(number * 1000, number * 1500) for number in range(1, 701)]
    jobs = [
        job(number, "运维", pay_low=low, pay_high=high) for number, (low, high) in enumerate(pays)
    ]
    fill(backend, jobs[:300])
    fill(backend, jobs[300:])
    bands = {"low": (0, 150_000), "middle": (200_000, 450_000), "high": (600_000, None)}
    facet = BandsFacet(
        "pay_band", tuple(Band(key, Overlap("pay", *span)) for key, span in bands.items())
    )
    assert keys(backend, "pay_band", facets=(facet, TermsFacet("kind"))) == {
        key: sum(high >= least and (most is None or low <= most) for low, high in pays)
        for key, (least, most) in bands.items()
    }


def test_facets_without_words_follow_each_change(backend: SearchBackend) -> None:
    fill(backend, [job(1, "运维", kind="full"), job(2, "测绘", kind="part")])
    facets = (TermsFacet("kind"),)
    for _ in range(2):  # counted, and counted again in the same state
        assert keys(backend, "kind", facets=facets) == {"full": 1, "part": 1}
    backend.upsert(Kind.JOB, [job(2, "测绘", version=2, kind="full")])
    backend.refresh(Kind.JOB)
    assert keys(backend, "kind", facets=facets) == {"full": 2}
    backend.delete(Kind.JOB, [Tombstone("job000000001", 2)])
    backend.refresh(Kind.JOB)
    assert keys(backend, "kind", facets=facets) == {"full": 1}
    with backend.rebuild(Kind.JOB) as writer:
        writer.write([job(number, "运维", kind="intern") for number in range(3, 6)])
    assert keys(backend, "kind", facets=facets)["intern"] == 3
