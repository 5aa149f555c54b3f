"""Which indexes there are on the server: the live one of a kind, and one being built.

For a kind the alias ``NAME-job`` is on the live index ``NAME-job-v1-<random>``; while a rebuild
runs, the alias ``NAME-job-building`` is on the new one. Each index has an alias of its own as
well, and all writes go through that one with ``require_alias``: a write to an index that was just
removed fails, instead of making an empty one of that name.
"""

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from elasticsearch import BadRequestError, Elasticsearch

from search.elastic.client import reading
from search.elastic.mappings import index_body
from search.errors import ForeignIndex, IndexMissing, MappingConflict
from search.fields import SCHEMAS, Kind

#: Stands in the name of an index where others have something random.
FIRST = "0" * 12
#: What the server says of a shard whose files are gone or cannot be read on any node.
NO_COPY = "no_valid_shard_copy"
_VERSION = re.compile(r"-v(\d+)-[0-9a-f]+$")


def own_alias(index: str) -> str:
    """The alias through which an index is written."""
    return f"{index}-w"


def version_of(index: str) -> int:
    """The version of the fields in an index's name; 0 in a name of somebody else."""
    found = _VERSION.search(index)
    return int(found.group(1)) if found else 0


@dataclass(frozen=True, slots=True)
class State:
    """The indexes of one kind at one moment; ``others`` were left by an interrupted rebuild."""

    live: str | None
    building: str | None
    others: tuple[str, ...]


class Indexes:
    """Names, aliases and stamps on one server."""

    def __init__(
        self, client: Elasticsearch, name: str, database_id: str, shards: int, replicas: int
    ) -> None:
        self._client = client
        self._name = name
        self._database_id = database_id
        self._shards = shards
        self._replicas = replicas
        self._stamps: dict[str, str | None] = {}

    def live_alias(self, kind: Kind) -> str:
        """The alias under which a kind is read."""
        return f"{self._name}-{kind}"

    def building_alias(self, kind: Kind) -> str:
        """The alias on an index that is being built."""
        return f"{self._name}-{kind}-building"

    def state(self, kind: Kind) -> State:
        """Ask the server. Raises ForeignIndex if the live index is another database's."""
        found = self._client.indices.get_alias(index=f"{self._name}-{kind}-v*").body
        live = building = None
        others = []
        with reading():
            for index, row in found.items():
                aliases = row["aliases"]
                if self.live_alias(kind) in aliases:
                    live = index
                elif self.building_alias(kind) in aliases:
                    building = index
                else:
                    others.append(index)
        if live is not None:
            self._check_stamp(live)
        return State(live, building, tuple(others))

    def stamp(self, index: str) -> str | None:
        """The database an index belongs to."""
        if index not in self._stamps:
            found = self._client.indices.get_mapping(index=index).body
            with reading():
                meta = found[index]["mappings"].get("_meta", {})
                self._stamps[index] = meta.get("database")
        return self._stamps[index]

    def _check_stamp(self, index: str) -> None:
        stamp = self.stamp(index)
        if stamp != self._database_id:
            raise ForeignIndex(f"the index {index} belongs to the database {stamp}")

    def targets(self, kind: Kind) -> tuple[str, str | None]:
        """(Live index, index being built) that a write must reach.

        Raises IndexMissing, and MappingConflict if either has fields of another version.
        """
        state = self.state(kind)
        if state.live is None:
            raise IndexMissing(f"the index of {kind} was not built yet")
        for index in (state.live, state.building):
            if index is not None:
                self.check_version(kind, index)
        return state.live, state.building

    @staticmethod
    def check_version(kind: Kind, index: str) -> None:
        """Raises MappingConflict if the index has fields of another version."""
        if version_of(index) != SCHEMAS[kind].version:
            raise MappingConflict(f"{index} has fields of another version: it wants a rebuild")

    def create(self, kind: Kind, *, alias: str) -> str:
        """Make a new index under one of the two aliases; its name."""
        index = f"{self._name}-{kind}-v{SCHEMAS[kind].version}-{secrets.token_hex(6)}"
        self._make(index, kind, alias)
        return index

    def create_first(self, kind: Kind) -> None:
        """Make the live index where there is none. Two workers that start at once name it alike,
        so that the server lets only one of them make it: the alias is never on two."""
        index = f"{self._name}-{kind}-v{SCHEMAS[kind].version}-{FIRST}"
        try:
            self._make(index, kind, self.live_alias(kind))
        except BadRequestError as error:
            if "resource_already_exists_exception" not in str(error):
                raise

    def _make(self, index: str, kind: Kind, alias: str) -> None:
        body = index_body(kind, self._database_id, shards=self._shards, replicas=self._replicas)
        aliases: dict[str, dict[str, object]] = {alias: {}, own_alias(index): {}}
        self._client.indices.create(index=index, aliases=aliases, **body)

    def remove(self, indexes: Iterable[str]) -> None:
        """Remove indexes for good."""
        for index in indexes:
            self._client.options(ignore_status=404).indices.delete(index=index)

    def swap(self, kind: Kind, new: str, old: str | None) -> None:
        """Put the new index in the old one's place, in one step."""
        actions: list[dict[str, dict[str, object]]] = [
            {"remove": {"index": new, "alias": self.building_alias(kind), "must_exist": True}},
            {"add": {"index": new, "alias": self.live_alias(kind)}},
        ]
        if old is not None:
            actions.append({"remove_index": {"index": old}})
        self._client.indices.update_aliases(actions=actions)

    def lost(self, index: str) -> bool:
        """Whether data of an index are gone for good: no node has a readable copy of a shard.

        One whose node is away, or that is still being opened, is not lost.
        """
        health = self._client.cluster.health(index=index, level="shards").body
        with reading():
            shards = health["indices"][index]["shards"]
            missing = [int(number) for number, row in shards.items() if not row["primary_active"]]
        for number in missing:
            found = self._client.options(ignore_status=400).cluster.allocation_explain(
                index=index, shard=number, primary=True
            )
            if found.body.get("can_allocate") == NO_COPY:
                return True
        return False

    def all(self) -> list[str]:
        """The names of all indexes of this name."""
        found: list[str] = []
        for kind in Kind:
            found += self._client.indices.get_alias(index=f"{self._name}-{kind}-v*").body
        return found
