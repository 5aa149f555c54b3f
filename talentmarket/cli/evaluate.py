"""`flask evaluate …`: how good search and matching are, on judged sets. Needs no set-up."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from talentmarket.cli.workshop import say, tell, temporary_site
from talentmarket.core.uow import unit_of_work
from talentmarket.discovery.evaluating import categories as judged_categories
from talentmarket.discovery.evaluating import documents, judgements, typing
from talentmarket.discovery.evaluating.lists import write_lists

cli = AppGroup("evaluate", help="How good search and matching are, on judged sets.")
_FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, readable=True, path_type=Path)
_OUT = click.Path(dir_okay=False, writable=True, path_type=Path)


@cli.command("categories")
@click.argument("file", metavar="FILE", type=_FILE)
@click.option(
    "--postings",
    "learned_from",
    multiple=True,
    type=_FILE,
    help="Learn the categories from this file first (repeatable).",
)
@click.option("--run", "run_file", type=_OUT, help="Write the ranked lists there (TREC form).")
@click.option("--depth", default=1000, show_default=True, help="How far down a list is looked at.")
def categories(
    file: Path, learned_from: tuple[Path, ...], run_file: Path | None, depth: int
) -> None:
    """Ask for postings by the categories their recruiters gave them.

    FILE is indexed without its column of categories. The last line is JSON with the measures.
    """
    from talentmarket.cli.model import learn
    from talentmarket.indexing.engine import handle
    from talentmarket.indexing.rebuild import rebuild

    try:
        judged = judged_categories.read(file)
    except judged_categories.NoCategories as error:
        raise click.ClickException(str(error)) from error
    queries = judged_categories.asked(judged.categories)
    say(f"{len(judged.categories)} postings, {len(queries)} queries")
    with temporary_site(), tempfile.TemporaryDirectory() as folder:
        if learned_from:
            card = learn(learned_from, keep=False)
            say(f"{card['categories']} categories learned from {card['postings']} postings")
        taken = judged_categories.bring_in(judged, Path(folder))
        say(f"{taken} imported")
        with handle().writer() as backend:
            rebuild(backend)
        say("indexed")
        found = {query: judged_categories.search(query, depth) for query in queries}
        engine = handle().engine_name
    judgements = judged_categories.qrels(judged.categories, queries)
    if run_file is not None:
        judged_categories.write(run_file, found)
    tell(**judged_categories.results(judgements, found, engine))


@cli.command("matching")
@click.option("--seed", default=0, show_default=True, help="Which market is invented.")
@click.option("--people", default=20_000, show_default=True, type=click.IntRange(100))
@click.option("--jobs", default=2_000, show_default=True, type=click.IntRange(20))
def matching(seed: int, people: int, jobs: int) -> None:
    """Rank an invented market in which it is known who is right for which job.

    The last line is JSON: p@20 and ndcg@20 of people for a job, with " jobs" of jobs for a person
    (2,000 of them), beside TF-IDF of exact skills and LSA of it; how lists share people's attention out
    (gini, served), with " mutual" of lists for both sides. It touches nothing of the site.
    """
    from talentmarket.discovery.evaluating import matching as planted  # scikit-learn: seconds
    from talentmarket.discovery.evaluating.planted import World

    world = World(people=people, jobs=jobs)
    found = planted.evaluate(seed, world, min(people, 2_000), say)
    tell(**found, seed=seed, people=people, jobs=jobs)


@cli.command("titles")
@click.argument("folder", metavar="DIR", type=_FOLDER)
@click.option("--run", "run_file", type=_OUT, help="Write the ranked lists there (TREC form).")
@click.option("--depth", default=1000, show_default=True, help="How far down a list is looked at.")
def titles(folder: Path, run_file: Path | None, depth: int) -> None:
    """Ask for the titles that are near a title.

    DIR holds queries.tsv, corpus.tsv and qrels.tsv. The title itself is left out. With an encoder in
    TALENTMARKET_ENCODER a line for the lists without it stands before the last one.
    """
    from talentmarket.discovery.evaluating import titles as judged_titles  # scikit-learn: seconds
    from talentmarket.matching.encoders import EncoderRefused, open_encoder

    place = current_app.extensions["talentmarket_settings"].encoder
    try:
        judged = judged_titles.read(folder)
        encoder = open_encoder(place) if place else None
    except (judged_titles.NoTitles, EncoderRefused) as error:
        raise click.ClickException(str(error)) from error
    say(f"{len(judged.queries)} queries, {len(judged.corpus)} titles")
    if encoder is not None:
        bare = judged_titles.search(judged, None, depth)
        tell(set="without encoder", **judged_titles.results(judged, bare, None))
    found = judged_titles.search(judged, encoder, depth)
    if run_file is not None:
        write_lists(run_file, found)
    tell(**judged_titles.results(judged, found, encoder))


@cli.command("tags")
@click.argument("train", type=_FILE)
@click.argument("test", type=_FILE)
@click.option("--run", "run_file", type=_OUT, help="Write the ranked lists there (TREC form).")
@click.option("--depth", default=100, show_default=True, help="How far down a list is looked at.")
def tags(train: Path, test: Path, run_file: Path | None, depth: int) -> None:
    """Propose tags for the postings of TEST, learned from those of TRAIN.

    Both are lines of JSON: group, title, description, tags. The last line is JSON with the measures.
    """
    from talentmarket.discovery.evaluating import tags as judged_tags  # scikit-learn: seconds

    try:
        learned, asked = judged_tags.read(train), judged_tags.read(test)
        say(f"{len(learned)} postings to learn from, {len(asked)} to ask")
        model = judged_tags.learn(learned)
    except judged_tags.NoTags as error:
        raise click.ClickException(str(error)) from error
    say(f"{len(model.tags_)} tags learned")
    found = judged_tags.propose(model, asked, depth)
    if run_file is not None:
        write_lists(run_file, judged_tags.named(found))
    tell(**judged_tags.results(learned, asked, found))


@cli.command("outcomes")
@click.option("--seed", default=0, show_default=True, help="Draws market, preferences and lists.")
@click.option(
    "--most",
    default=100_000,
    show_default=True,
    type=click.IntRange(0),
    help="Stop after this number of outcomes (more take minutes).",
)
def outcomes(seed: int, most: int) -> None:
    """Learn from an invented market whose employers' preferences are known.

    A line of JSON for each number of outcomes: nDCG@10 against what is planted, of the table, of what
    was learned, and of what would serve. The last line compares them at the most outcomes.
    """
    from talentmarket.discovery.evaluating import outcomes as planted

    last: dict[str, Any] = {}
    for last in planted.rows(seed, [count for count in planted.COUNTS if count <= most]):
        tell(**last)
    tell(**{key: last[key] for key in ("outcomes", "table", "learned", "served")}, seed=seed)


@cli.command("search")
@click.option("--run", "run_file", type=_OUT, help="Write the ranked lists there (TREC form).")
@click.option("--depth", default=100, show_default=True, help="How far down a list is looked at.")
@click.option(
    "--overlap",
    is_flag=True,
    help="Ask both engines, the one of ELASTICSEARCH_URL last, and say what their first "
    f"{judgements.COMPARED} have in common.",
)
def search(run_file: Path | None, depth: int, overlap: bool) -> None:
    """Ask the project's own judged queries; sealed ones are reported apart.

    One line of JSON for jobs, for talents and for the sealed third, the whole last.
    """
    other = None
    if overlap:
        if not current_app.extensions["talentmarket_settings"].elasticsearch_url:
            raise click.ClickException("--overlap needs ELASTICSEARCH_URL")
        other, result = _search(depth, embedded=True)
        tell(**result)
    found, result = _search(depth)
    if run_file is not None:
        write_lists(run_file, found)
    if other is not None:
        for line in judgements.differing(other, found):
            tell(**line)
        result |= judgements.overlaps(other, found)
    tell(**result)


def _search(depth: int, *, embedded: bool = False) -> tuple[dict[str, list[str]], dict[str, Any]]:
    """Every judged query asked on a site of its own: the lists, and the closing line."""
    from talentmarket.indexing.engine import handle
    from talentmarket.indexing.rebuild import rebuild

    queries = judgements.queries()
    with temporary_site(embedded=embedded):
        with unit_of_work() as session:
            searcher = documents.load(session)
        with handle().writer() as backend:
            rebuild(backend)
        say(f"{len(queries)} queries")
        found = {one.id: judgements.search(one, searcher, depth) for one in queries}
        letters = typing.letters()
        engine = handle().engine_name
    for name, some in judgements.groups(queries).items():
        tell(set=name, **judgements.measures(some, found), engine=engine)
    return found, {**judgements.measures(queries, found), "letters": letters, "engine": engine}
