"""Tables that the demo prints for a person at its end."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from deploy.books.table import rendered
from deploy.local.demo.account import SCHEMAS, Account
from deploy.local.demo.opd_process import AWAY, CONSOLE, EXAMPLE, SYSTEMS
from deploy.local.demo.play import Played
from deploy.local.demo.scenes.checks import CHECKS, Checks
from deploy.local.demo.sp4n import BothSides
from shared.reference import opds
from shared.words import instant_words

GOAL_MIB = 150


def show(console: Console, played: Played, wrong: list[str], memory: Mapping[str, float]) -> None:
    """Print all tables in the order of a complaint's way through the system."""
    account = played.account
    _channels(console, played)
    _opds(console, account)
    _rest(console, played)
    _timeline(console, played.timeline)
    _books(console, played)
    _memory(console, memory)
    console.print("The samples are tuned: the routing tables know them. On other texts fewer decisions are right.")
    if wrong:
        console.print(f"first decisions other than their label: {', '.join(sorted(wrong))}", highlight=False)


def show_checks(console: Console, checks: Checks) -> None:
    """Print what became of each check, grouped by who benefits."""
    table = Table(title="What each of them got", title_justify="left", header_style="bold", min_width=60)
    for column in ("for", "check", "holds", "seen"):
        table.add_column(column)
    before = ""
    for name, (who, what) in CHECKS.items():
        holds, seen = checks.found.get(name, (False, "not reached"))
        if before and who != before:
            table.add_section()
        table.add_row("" if who == before else who, what, "yes" if holds else "[bold red]NO[/]", escape(seen))
        before = who
    console.print(table)
    holding = len(CHECKS) - len(checks.broken)
    console.print(f"{holding} of {len(CHECKS)} checks hold.\n", highlight=False)


def show_both_sides(console: Console, both: BothSides) -> None:
    """Print on how many complaints SP4N and Tanggap agree, by their state there."""
    counts: Counter[str] = Counter()
    for name, number in both.here.items():
        counts[name.partition(" ")[0]] += number
    told = ", ".join(f"{number} {state}" for state, number in sorted(counts.items()))
    words = "both sides agree" if both.agrees else "[bold red]the two sides differ[/]"
    console.print(f"SP4N-LAPOR! and Tanggap: {words} ({both.compared} complaints: {told}).\n", highlight=False)


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", header_style="bold", min_width=60)
    for place, column in enumerate(columns):
        table.add_column(column, justify="left" if place == 0 else "right")
    return table


def _channels(console: Console, played: Played) -> None:
    table = _table("Accepted, by channel, and where each was first put", "channel", "accepted", *_PLACES)
    by_channel: dict[str, Counter[str]] = defaultdict(Counter)
    for case in played.cases.by_key.values():
        by_channel[case.channel][case.first_put or "parked"] += 1
    for channel, counts in sorted(by_channel.items()):
        table.add_row(channel, *_numbers([counts.total(), *(counts[place] for place in _PLACES)]))
    table.add_section()
    table.add_row("all", *_numbers([len(played.account.accepted), *(played.account.first[place] for place in _PLACES)]))
    console.print(table)
    console.print(f"{played.sent.repeats} of them were sent twice, and found their first answer.\n", highlight=False)


_MARKS = dict.fromkeys(SYSTEMS, " *") | {EXAMPLE: " **", CONSOLE: " ***"}
_PLACES = ("assigned", "triage", "referred", "archived", "merged", "parked", "already_closed")


def _opds(console: Console, account: Account) -> None:
    steps = sorted({(row["level"], row["step"]) for row in account.escalations})
    escalated: dict[str, Counter[str]] = defaultdict(Counter)
    for row in account.escalations:
        escalated[row["opd"] or ""][row["step"]] += row["times"]
    names = list(dict.fromkeys(step for _, step in steps))
    table = _table(
        "By OPD", "OPD", "assigned", "accepted", "declined", "answered", *(f"escalated {step}" for step in names)
    )
    for row in account.per_opd:
        counts = [row["assigned"], row["accepted"], row["declined"], row["answered"]]
        name = opds()[row["opd"]].short_name + _MARKS.get(row["opd"], "")
        table.add_row(name, *_numbers([*counts, *(escalated[row["opd"]][step] for step in names)]))
    table.add_section()
    table.add_row("no OPD (desks)", *_numbers([0, 0, 0, 0, *(escalated[""][step] for step in names)]))
    console.print(table)
    slow = ", ".join(opds()[code].short_name for code, pace in SYSTEMS.items() if pace == "slow")
    console.print(
        f"* by their own systems over Kafka, ** by the example consumer, *** on the console.\n"
        f"{slow} is slow, {opds()[AWAY[0]].short_name} stood still from working day {AWAY[1] + 1} to {AWAY[2]}.\n",
        highlight=False,
    )


def _rest(console: Console, played: Played) -> None:
    account = played.account
    table = _table("Notices, by channel", "channel", "reached", "sent twice", "refused", "rows")
    rows = Counter[str]()
    for row in account.notices:
        rows[row["channel"]] += row["messages"]
    for channel in ("whatsapp", "instagram", "sms", "email", "webhook"):
        counts = account.stubs[channel]
        table.add_row(channel, *_numbers([counts["accepted"], counts["duplicated"], counts["refused"], rows[channel]]))
    console.print(table)
    where = ", ".join(f"{row['state']} {row['cases']}" for row in account.states)
    parked = ", ".join(f"{schema} {account.parked[schema]}" for schema in SCHEMAS)
    acts = ", ".join(f"{who} {count}" for who, count in played.acts.items())
    console.print(f"Cases now: {where}.\nParked records: {parked}.\nActs: {acts}.", highlight=False)
    for system in played.systems:
        counts = ", ".join(f"{what} {count}" for what, count in sorted(system.report["counts"].items()))
        console.print(f"The system of {opds()[system.code].short_name} counted: {counts}.", highlight=False)
    console.print()


def _timeline(console: Console, told: Mapping[str, Any] | None) -> None:
    if told is None:
        console.print("No complaint has been closed yet.\n")
        return
    table = Table(
        title=f"Aduan {told['ticket']}: {told['state_text']}", title_justify="left", show_header=False, box=None
    )
    for entry in told["timeline"]:
        quote = f"\n[italic]“{entry['quote']}”[/italic]" if entry.get("quote") else ""
        table.add_row(instant_words(datetime.fromisoformat(entry["at"])), entry["text"] + quote)
    console.print(table)
    console.print()


def _books(console: Console, played: Played) -> None:
    account = played.account
    console.print(rendered(account.books), highlight=False)
    table = _table("Accepted complaints held in each schema", "schema", "accepted", "held", "missing")
    accepted = set(account.accepted)
    for schema in SCHEMAS:
        held = accepted & account.held[schema]
        table.add_row(schema, *_numbers([len(accepted), len(held), len(accepted - held)]))
    console.print(table)
    acknowledged = len(played.sent.tickets) + len(played.found.senders)
    console.print(
        f"{acknowledged} tickets were acknowledged; absent from a schema: {account.absent}.\n", highlight=False
    )


def _memory(console: Console, memory: Mapping[str, float]) -> None:
    if memory:
        told = ", ".join(
            f"{name} {mib:.0f}{'' if mib <= GOAL_MIB else ' (over the goal)'}" for name, mib in memory.items()
        )
        console.print(f"Memory, MiB (goal {GOAL_MIB}): {told}\n", highlight=False)


def _numbers(values: Iterable[int]) -> list[str]:
    return [str(value) if value else "·" for value in values]
