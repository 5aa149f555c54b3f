"""Every module that defines tables, so that the schema is whole wherever it is looked at."""

import talentmarket.alliance.duties.models
import talentmarket.core.changes
import talentmarket.core.counters
import talentmarket.core.events
import talentmarket.core.files
import talentmarket.core.outbox
import talentmarket.core.tasks
import talentmarket.discovery.alerts.models
import talentmarket.exchange.brokering.books.models
import talentmarket.exchange.brokering.firms.models
import talentmarket.exchange.brokering.joining.models
import talentmarket.exchange.brokering.mandating.models
import talentmarket.exchange.brokering.papers.models
import talentmarket.exchange.brokering.people.models
import talentmarket.exchange.brokering.placing.cases
import talentmarket.exchange.brokering.placing.models
import talentmarket.exchange.brokering.referring.models
import talentmarket.exchange.models
import talentmarket.matching.outcomes.models
import talentmarket.matching.store
import talentmarket.members.models
import talentmarket.notices.models
import talentmarket.taxonomy.tables  # noqa: F401
