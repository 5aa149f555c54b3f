"""An employer, two firms on one mandate, the office, and people who gave them what the law lets them
give: for the walk that looks for it before and after it was taken back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import sqlalchemy as sa

from talentmarket.core import clock
from talentmarket.core.events import Actor
from talentmarket.core.folding import fold_mail
from talentmarket.core.roles import OrgRole
from talentmarket.core.secrecy import digest
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import interviews, messages, moves, notes
from talentmarket.exchange.brokering.books.models import LedgerEntry
from talentmarket.exchange.brokering.placing import offers
from talentmarket.exchange.brokering.placing.models import Placement
from talentmarket.exchange.brokering.placing.offers import OfferValues
from talentmarket.exchange.brokering.referring import applying, asking, consenting, sending
from talentmarket.exchange.brokering.referring.models import Referral
from talentmarket.exchange.message_files import Given
from talentmarket.exchange.models import Job, MessageFile, Side
from talentmarket.exchange.stages import By
from talentmarket.members.models import (
    Account,
    Identifier,
    IdentifierKind,
    Organisation,
    OrganisationKind,
    Talent,
    Visibility,
)
from tests.factories import (
    make_account,
    make_job,
    make_licence,
    make_member,
    make_organisation,
    make_talent,
)
from tests.factories.brokering import make_joined, make_mandate, make_posting, terms_of

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)
#: How far each came, and how it ends.
STAGES = ("applied", "interview", "hired")
ENDS = ("withdrawn", "erased", "blocked", "expired")
NAMES = "欧阳若岚 司徒槿 尉迟澄 夏侯岫 上官璟 诸葛淇 皇甫峤 令狐溆 公孙霁 长孙珩 宇文昀 慕容沅"
THINGS = "鳞翅 冷库 蜂房 渡槽 雪线 鱼道 苔藓 陶窑 索道 盐井 铜鼓 竹海"


@dataclass
class Person:
    """Somebody with the words that tell who they are."""

    stage: str
    end: str
    talent: Talent
    words: dict[str, str]
    referral: str = ""
    application: str = ""
    placement: str = ""
    files: list[str] = field(default_factory=list)


def _person(stage: str, end: str, number: int) -> Person:
    name, thing = NAMES.split()[number], THINGS.split()[number]
    mail = f"someone{number}@consent.example"
    account = make_account(name)
    at = clock.now()
    with unit_of_work() as session:
        folded = fold_mail(mail)
        session.add(
            Identifier(
                account_id=account.id, kind=IdentifierKind.MAIL, value=folded,
                digest=digest("identifier", folded), verified_at=at, last_used_at=at,
            )
        )  # fmt: skip
        phone = session.scalars(
            sa.select(Identifier.value).where(
                Identifier.account_id == account.id, Identifier.kind == IdentifierKind.PHONE
            )
        ).one()
    talent = make_talent(account, headline=f"{thing}数据官")
    with unit_of_work() as session:
        entry = session.get_one(Talent, talent.id).entries[0]
        entry.organisation, entry.text = f"{thing}科技有限公司", f"为{thing}建过台账"
    words = {
        "name": name,
        "phone": phone.removeprefix("+86"),
        "mail": mail,
        "headline": f"{thing}数据官",
        "employer": f"{thing}科技有限公司",
        "text": f"为{thing}建过台账",
    }
    return Person(stage, end, talent, words)


class Scene:
    """All of it; each act in a unit of its own."""

    def __init__(self) -> None:
        self.employer = make_organisation("岷岳装备有限公司")
        self.recruiter = make_member(self.employer, OrgRole.RECRUITER, make_account("招聘员"))
        self.job = make_job(self.employer, created_by=self.recruiter.id, headcount=20)
        self.holder = make_organisation("蜀桥人力资源有限公司", OrganisationKind.HR_FIRM)
        self.asker = make_organisation("天府猎头有限公司", OrganisationKind.HR_FIRM)
        for firm in (self.holder, self.asker):
            make_licence(firm)
        self.consultant = make_member(self.asker, OrgRole.CONSULTANT, make_account("顾问"))
        terms = terms_of(self.employer, opened=True, split=4_000)
        self.mandate = make_mandate(self.holder, self.job, terms=terms)
        make_joined(self.mandate, self.asker, self.consultant)
        self.posting = make_posting(
            self.mandate, self.holder, self.employer, title="数据平台工程师"
        )
        self.owners = {
            "employer": make_member(self.employer, OrgRole.OWNER, make_account("单位负责人")),
            "asking firm": make_member(self.asker, OrgRole.OWNER, make_account("机构负责人")),
            "firm of the mandate": make_member(
                self.holder, OrgRole.OWNER, make_account("委托机构")
            ),
        }
        self.manager = make_member(self.employer, OrgRole.HIRING_MANAGER, make_account("用人部门"))
        self.office = make_account("秘书处", is_operator=True)
        self.people = [
            _person(stage, end, number)
            for number, (stage, end) in enumerate((s, e) for s in STAGES for e in ENDS)
        ]
        with unit_of_work() as session:
            session.get_one(Job, self.job.id).manager_id = self.manager.id
        for person in self.people:
            self._apply(person) if person.stage == "applied" else self._refer(person)

    # --- how each came there -----------------------------------------------------------------------

    def _apply(self, person: Person) -> None:
        with unit_of_work() as session:
            talent = session.get_one(Talent, person.talent.id)
            road = applying.road(session, session.get_one(Job, self.posting.id))
            assert road is not None
            shown = applying.offered(session, road, talent).digest
            referral, _new = applying.apply(
                session, talent, road, digest=shown, contact_now=True,
                note=f"我是{person.words['name']}", actor=Actor("person"),
            )  # fmt: skip
            person.referral = referral.public_id
        self._hide(person)

    def _refer(self, person: Person) -> None:
        with unit_of_work() as session:
            referral = asking.ask(
                session,
                session.get_one(type(self.mandate), self.mandate.id),
                session.get_one(Talent, person.talent.id),
                firm=session.get_one(Organisation, self.asker.id),
                consultant=session.get_one(Account, self.consultant.id),
                actor=Actor("consultant"),
            )
            person.referral = referral.public_id
        actor = Actor("person")
        self.on(person, lambda unit, row: asking.interest(unit, row, actor=actor))
        self.on(
            person,
            lambda unit, row: consenting.consent(
                unit,
                row,
                digest=consenting.offered(unit, row).digest,
                contact_now=True,
                actor=actor,
            ),
        )
        self.on(person, lambda unit, row: sending.send(unit, row, actor=actor))
        self.on(person, lambda unit, row: sending.say_new(unit, row, actor=actor))
        self._talk(person)
        self._meet(person)
        if person.stage == "hired":
            self._hire(person)
        self._hide(person)

    def on(self, person: Person, act) -> None:  # type: ignore[no-untyped-def]
        """Do something with the person's referral."""
        with unit_of_work() as session:
            act(session, self.referral_of(session, person))

    @staticmethod
    def referral_of(session, person: Person) -> Referral:  # type: ignore[no-untyped-def]
        """The referral, read anew."""
        return session.scalars(
            sa.select(Referral).where(Referral.public_id == person.referral)
        ).one()

    def _talk(self, person: Person) -> None:
        name = person.words["name"]
        with unit_of_work() as session:
            application = self.referral_of(session, person).application
            person.application = application.public_id
            for side, author, text in (
                (Side.TALENT, person.talent.account_id, f"我是{name}，附上作品集。"),
                (Side.ORGANISATION, self.recruiter.id, f"{name}您好，请看附件。"),
            ):
                messages.send(
                    session, application, side=side, author_id=author, text=text,
                    given=[Given(f"{name}的附件.pdf", PDF)], actor=Actor(),
                )  # fmt: skip
            notes.write(
                session, application, author=session.get_one(Account, self.recruiter.id),
                text=f"{name}电话里谈过，{person.words['phone']}", actor=Actor(),
            )  # fmt: skip
            rows = sa.select(MessageFile.public_id).order_by(MessageFile.id.desc()).limit(2)
            person.files = list(session.scalars(rows))

    def _move(self, person: Person, name: str, by: By) -> None:
        with unit_of_work() as session:
            application = self.referral_of(session, person).application
            moves.move(session, application, name, by=by, actor=Actor("someone"))

    def _meet(self, person: Person) -> None:
        self._move(person, "shortlist", By.ORGANISATION)
        with unit_of_work() as session:
            application = self.referral_of(session, person).application
            interviews.propose(
                session, application, starts_at=clock.now() + timedelta(days=3), minutes=60,
                place="天府三街", by_video=False, actor=Actor("desk"),
            )  # fmt: skip
            interview = interviews.current(session, application)
            assert interview is not None
            interviews.accept(
                session, application, sequence=interview.sequence, actor=Actor("person")
            )

    def _hire(self, person: Person) -> None:
        with unit_of_work() as session:
            offers.make(
                session,
                self.referral_of(session, person).application,
                OfferValues(
                    pay_month=20_000_00, pay_months=13, start_on=clock.today(),
                    region_code="510107", contract_months=36, probation_months=6,
                ),
                author=session.get_one(Account, self.recruiter.id),
                actor=Actor("recruiter"),
            )  # fmt: skip
        for name, by in (("accept", By.TALENT), ("start", By.ORGANISATION), ("confirm", By.TALENT)):
            self._move(person, name, by)
        with unit_of_work() as session:
            key = self.referral_of(session, person).id
            person.placement = session.scalars(
                sa.select(Placement.public_id).where(Placement.referral_id == key)
            ).one()
            assert session.scalar(sa.select(sa.func.count()).select_from(LedgerEntry))

    @staticmethod
    def _hide(person: Person) -> None:
        """Nobody finds the profile itself any more: what is read now was given by the consent."""
        with unit_of_work() as session:
            session.get_one(Talent, person.talent.id).visibility = Visibility.PRIVATE
