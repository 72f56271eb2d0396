"""Given the words of a command, when they are read, then every clause means what people meant, or the error quotes the word."""

from __future__ import annotations

from datetime import date

import pytest

from handlers.parse.command import LONGEST, Arguments, Grammar, parse
from services.errors import UsageError
from storage.model.period import Period
from storage.model.query import DIMENSIONS, Axis, Basis, Charges, Filter, Granularity
from tests.fakes.grammars import GRAMMAR, TODAY, understood

OCTOBER = Period.month(date(2026, 10, 1))


def refusal(text: str, root: str = "cost") -> UsageError:
    with pytest.raises(UsageError) as refused:
        parse(root, text, GRAMMAR, TODAY)
    return refused.value


def test_nothing_said_is_the_bare_command_with_nothing_set() -> None:
    verb, arguments = parse("cost", "", GRAMMAR, TODAY)

    assert verb.name == ""
    assert arguments == Arguments(root="cost")


def test_everything_at_once() -> None:
    text = (
        "trend last month vs 2026-08 by service, team daily for account=1,2 env!=prod tag:app='my app' "
        "effective net axis=billing top 20 page 3"
    )

    assert understood(text) == Arguments(
        root="cost",
        verb="trend",
        period=OCTOBER,
        compare=Period.month(date(2026, 8, 1)),
        by=("service", "tag:team"),
        granularity=Granularity.DAY,
        filters=(Filter("account", ("1", "2")), Filter("tag:env", ("prod",), negate=True), Filter("tag:app", ("my app",))),
        basis=Basis.EFFECTIVE,
        charges=Charges.NET,
        axis=Axis.BILLING,
        top=20,
        page=3,
    )


@pytest.mark.parametrize(
    "text",
    [
        "by service last month for team=web top 5",
        "last month by service for team=web top 5",
        "top 5 for team=web by service last month",
        "team=web top=5 last month by service",
        "for team=web for last month by service top 5",
        "BY Service LAST Month FOR TEAM=web TOP 5",
        "by service, last month, for team=web, top 5",
        "by services? last month: for team = web limit 5",
        "--by service --top 5 last month team=web",
        "—by service —top 5 last month team=web",
        "*by service* _last month_ for `team=web` top 5",
        "```by service last month team=web top 5```",
        "by service last month team＝web top ５",
    ],
)
def test_the_order_the_case_and_the_typography_do_not_matter(text: str) -> None:
    assert understood(text) == Arguments(
        root="cost", period=OCTOBER, by=("service",), filters=(Filter("tag:team", ("web",)),), top=5
    )


@pytest.mark.parametrize("name", DIMENSIONS)
def test_every_dimension_is_known_by_its_name_and_its_column(name: str) -> None:
    assert understood(f"by {name}").by == (name,)
    assert understood(f"by {DIMENSIONS[name]}").by == (name,)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("services", "service"),
        ("products", "service"),
        ("accounts", "account"),
        ("sub account", "account"),
        ("sub-accounts", "account"),
        ("regions", "region"),
        ("clouds", "provider"),
        ("categories", "category"),
        ("service category", "category"),
        ("charge category", "charge"),
        ("charge_category", "charge"),
        ("charge-type", "charge"),
        ("Charge  Category", "charge"),
        ("pricing category", "pricing"),
        ("purchase option", "purchase"),
        ("purchase options", "purchase"),
        ("commitment discount status", "commitment"),
        ("currencies", "currency"),
        ("resources", "resource"),
        ("sources", "source"),
        ("team", "tag:team"),
        ("TEAM", "tag:team"),
        ("owner-team", "tag:team"),
        ("tag:team", "tag:team"),
        ("tag:Team", "tag:team"),
        ("tag:owner-team", "tag:team"),
        ("tag:OWNER_TEAM", "tag:team"),
        ("TAG:team", "tag:team"),
        ("tag：team", "tag:team"),
        ("label:team", "tag:team"),
        ("tag: team", "tag:team"),
        ("env", "tag:env"),
        ("environment", "tag:env"),
        ("cost centre", "tag:cost centre"),
        ("tag:CostCentre", "tag:cost centre"),
        ("tag:App", "tag:App"),
        ("tag:kubernetes.io/name", "tag:kubernetes.io/name"),
        ('tag:"my key"', "tag:my key"),
        ("tag:“my key”", "tag:my key"),
        ('"service"', "service"),
    ],
)
def test_other_names(written: str, meant: str) -> None:
    assert understood(f"by {written}").by == (meant,)
    assert understood(f"{written}=x").filters == (Filter(meant, ("x",)),)


@pytest.mark.parametrize(
    "text",
    ["by service, account", "by service,account", "by service and account", "by service account", "by service by account"],
)
def test_two_of_them(text: str) -> None:
    assert understood(text).by == ("service", "account")


@pytest.mark.parametrize("tag", ["tag:App", "tag:team", 'tag:"my key"', "tag：team", "team"])
def test_what_follows_a_tag_is_not_part_of_its_key(tag: str) -> None:
    said = understood(f"by {tag} last month for {tag}=x")

    assert len(said.by) == 1
    assert (said.period, said.filters) == (OCTOBER, (Filter(said.by[0], ("x",)),))
    assert understood(f"by {tag}, service 7d").by == (said.by[0], "service")


def test_named_twice_it_counts_once() -> None:
    assert understood("by service, services").by == ("service",)


def test_a_key_that_follows_is_a_filter() -> None:
    said = understood("by service account=1")

    assert (said.by, said.filters) == (("service",), (Filter("account", ("1",)),))


def test_the_longest_name_wins() -> None:
    assert understood("by service category").by == ("category",)
    assert understood("by service, category").by == ("service", "category")


def test_a_fixed_dimension_wins_over_a_tag_of_that_name() -> None:
    grammar = Grammar(GRAMMAR.verbs, tags={"service": ("service",)})

    assert parse("cost", "by service, tag:service", grammar, TODAY)[1].by == ("service", "tag:service")


@pytest.mark.parametrize(
    ("text", "grain"),
    [
        ("by day", Granularity.DAY),
        ("by days", Granularity.DAY),
        ("daily", Granularity.DAY),
        ("per day", Granularity.DAY),
        ("by week", Granularity.WEEK),
        ("weekly", Granularity.WEEK),
        ("by month", Granularity.MONTH),
        ("Monthly", Granularity.MONTH),
    ],
)
def test_steps_of_time(text: str, grain: Granularity) -> None:
    said = understood(text)

    assert (said.granularity, said.by, said.period) == (grain, (), None)


def test_beside_dimensions() -> None:
    assert understood("by service, month").granularity is Granularity.MONTH
    assert understood("by month, service").by == ("service",)


def test_a_time_word_without_a_comma_is_the_period() -> None:
    said = understood("by service month")

    assert (said.granularity, said.period) == (None, Period(date(2026, 11, 1), date(2026, 11, 22)))


def test_a_step_and_a_period_of_the_same_name() -> None:
    said = understood("by month last month")

    assert (said.granularity, said.period) == (Granularity.MONTH, OCTOBER)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("team=web", ("web",)),
        ("team = web", ("web",)),
        ("team= web", ("web",)),
        ("team==web", ("web",)),
        ("team＝web", ("web",)),
        ("team=Web", ("Web",)),
        ("team=web,api", ("web", "api")),
        ("team=web, api", ("web", "api")),
        ("team=web，api", ("web", "api")),
        ("team=web,web", ("web",)),
        ("team=web team=api", ("web", "api")),
        ('team="my team"', ("my team",)),
        ("team='my team'", ("my team",)),
        ("team=“my team”", ("my team",)),
        ("team=‘my team’", ("my team",)),
        ("team=«my team»", ("my team",)),
        ("team=„my team“", ("my team",)),
        ('team=“my team"', ("my team",)),
        ("team=\u00a0“my\u00a0team”", ("my\u00a0team",)),
        ('team="a, b",c', ("a, b", "c")),
        ('team="say \\"hi\\""', ('say "hi"',)),
        ('team="back\\\\slash"', ("back\\slash",)),
        ('team="C:\\dir"', ("C:\\dir",)),
        ("team='it\\'s'", ("it's",)),
        ("team='it’s ours'", ("it’s ours",)),
        ("team=‘it’s ours’", ("it’s ours",)),
        ("team=O'Brien", ("O'Brien",)),
        ('team="“inner”"', ("“inner”",)),
        ('team=""', ("",)),
        ("team=none", (None,)),
        ("team=None", (None,)),
        ("team=untagged", (None,)),
        ("team=none,web", (None, "web")),
        ('team="none"', ("none",)),
        ("team=a=b", ("a=b",)),
        ("team=a!=b", ("a!=b",)),
        ("team=arn:aws:s3:::bucket", ("arn:aws:s3:::bucket",)),
        ("team=–dash–", ("–dash–",)),
        ("team=*web*", ("*web*",)),
        ("team=last", ("last",)),
        ("team=by", ("by",)),
        ('team="by", "top"', ("by", "top")),
        ("team=web,by", ("web", "by")),
    ],
)
def test_values(text: str, values: tuple[str | None, ...]) -> None:
    assert understood(f"for {text} top 3").filters == (Filter("tag:team", values),)


@pytest.mark.parametrize("text", ["team!=web", "team != web", "team≠web", "team<>web", "team！＝web", "team&lt;&gt;web"])
def test_all_but(text: str) -> None:
    assert understood(text).filters == (Filter("tag:team", ("web",), negate=True),)


def test_either_and_not() -> None:
    assert understood("account=1 account!=2 account=3").filters == (
        Filter("account", ("1", "3")),
        Filter("account", ("2",), negate=True),
    )


@pytest.mark.parametrize(
    "text", ["account=1, team=web", "account=1,team=web", "account=1 and team=web", "for account=1 with team=web"]
)
def test_a_comma_between_filters(text: str) -> None:
    assert understood(text).filters == (Filter("account", ("1",)), Filter("tag:team", ("web",)))


def test_a_comma_before_the_next_clause() -> None:
    said = understood("account=1,2, by service, top 5")

    assert (said.filters, said.by, said.top) == ((Filter("account", ("1", "2")),), ("service",), 5)


@pytest.mark.parametrize(
    ("word", "basis"),
    [
        ("effective", Basis.EFFECTIVE),
        ("amortised", Basis.EFFECTIVE),
        ("Amortized", Basis.EFFECTIVE),
        ("billed", Basis.BILLED),
        ("unblended", Basis.BILLED),
        ("contracted", Basis.CONTRACTED),
        ("list", Basis.LIST),
    ],
)
def test_bases(word: str, basis: Basis) -> None:
    assert understood(word).basis is basis
    assert understood(f"basis={word}").basis is basis
    assert understood(f"basis = “{word}”").basis is basis


def test_gross_and_net() -> None:
    assert understood("gross").charges is Charges.GROSS
    assert understood("net").charges is Charges.NET


def test_billing_is_the_axis_and_billed_the_basis() -> None:
    said = understood("billing billed")

    assert (said.axis, said.basis) == (Axis.BILLING, Basis.BILLED)
    assert understood("axis=billing").axis is Axis.BILLING
    assert understood("axis=charge").axis is Axis.CHARGE


@pytest.mark.parametrize("text", ["top 7", "top=7", "n=7", "limit 7", "first 7", "TOP 7", "--top 7"])
def test_rows(text: str) -> None:
    assert understood(text).top == 7


@pytest.mark.parametrize("text", ["page 2", "page=2"])
def test_pages(text: str) -> None:
    assert understood(text).page == 2


@pytest.mark.parametrize(
    "text",
    [
        "last month vs 2026-08",
        "last month vs. 2026-08",
        "vs 2026-08 last month",
        "compare last month against aug 2026",
        "last month compared to august",
        "last month versus 2026-08-01..2026-08-31",
    ],
)
def test_two_periods_with_vs_between_them(text: str) -> None:
    said = understood(text)

    assert (said.period, said.compare) == (OCTOBER, Period.month(date(2026, 8, 1)))


@pytest.mark.parametrize("text", ["last month vs previous", "last month vs previous period", "last month vs the previous period"])
def test_the_previous_period_is_what_is_compared_anyway(text: str) -> None:
    assert understood(text).compare is None


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("trend", "trend"),
        ("Trend?", "trend"),
        ("why last month", "movers"),
        ("changes", "movers"),
        ("purchase plan", "purchase plan"),
        ("last month trend", "trend"),
        ("by service compare", "compare"),
    ],
)
def test_by_name_or_alias_first_or_later(text: str, verb: str) -> None:
    found, arguments = parse("cost", text, GRAMMAR, TODAY)

    assert (found.name, arguments.verb) == (verb, verb)


def test_words_of_its_own() -> None:
    said = understood("note for team=web, “my own” by *nobody* in particular?")

    assert said.words == ("for", "team=web,", "my own", "by", "nobody", "in", "particular?")
    assert (said.by, said.filters) == ((), ())


def test_a_bare_command_with_words_of_its_own() -> None:
    assert understood("select a, b from bill", root="sql").words == ("select", "a,", "b", "from", "bill")


def test_mentions_stay_ids_for_a_verb_that_takes_words() -> None:
    said = understood("role set <@U123|ana> analyst only account=1,2 tag:team='my team'", root="tuppence")

    assert said.words == ("set", "<@U123>", "analyst", "only", "account=1,2", "tag:team=my team")
    assert understood("role set <!subteam^S12|@finops> admin", root="tuppence").words[1] == "<!subteam^S12>"


def test_a_verb_wins_over_an_option_of_that_name() -> None:
    verb, arguments = parse("cloud", "list", GRAMMAR, TODAY)

    assert (verb.name, arguments.basis) == ("list", None)


def test_a_root_without_a_bare_command_asks_for_a_verb() -> None:
    assert "needs a verb" in refusal("", root="cloud").sentence


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("help", ("cost",)),
        ("HELP", ("cost",)),
        ("--help", ("cost",)),
        ("?", ("cost",)),
        ("help trend", ("cost", "trend")),
        ("trend help", ("cost", "trend")),
    ],
)
def test_help_stands_on_every_root(text: str, words: tuple[str, ...]) -> None:
    verb, arguments = parse("cost", text, GRAMMAR, TODAY)

    assert (verb.root, verb.name, arguments.words) == ("tuppence", "help", words)


def test_the_house_root_has_its_own() -> None:
    assert understood("help cost", root="tuppence").words == ("cost",)


def test_help_somewhere_in_a_value_is_a_value() -> None:
    assert understood("team=help").filters == (Filter("tag:team", ("help",)),)


def test_another_root_through_the_house_root() -> None:
    verb, arguments = parse("tuppence", "Cost trend by service", GRAMMAR, TODAY)

    assert (verb.root, verb.name, arguments.by) == ("cost", "trend", ("service",))


def test_the_house_roots_own_name_before_its_words_means_nothing_more() -> None:
    assert parse("tuppence", "tuppence help cost", GRAMMAR, TODAY) == parse("tuppence", "help cost", GRAMMAR, TODAY)
    assert parse("tuppence", "tuppence", GRAMMAR, TODAY)[0].name == ""


def test_an_unknown_root_is_suggested() -> None:
    assert refusal("", root="cots").suggestion == "cost"
    assert refusal("cots by service", root="tuppence").suggestion == "cost"


def test_without_a_help_command_that_is_said() -> None:
    with pytest.raises(UsageError, match="no help"):
        parse("cost", "help", Grammar(GRAMMAR.verbs[:2]), TODAY)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("team=R&amp;D", "R&D"),
        ('team="a &lt;b&gt; c"', "a <b> c"),
        ("team=&amp;lt;", "&lt;"),
        ("team=<http://example.test|example.test>", "example.test"),
        ("team=<http://example.test/a?b=c>", "http://example.test/a?b=c"),
        ("team=<mailto:ana@example.test|ana@example.test>", "ana@example.test"),
        ("team=<#C123|web>", "web"),
        ("team=<@U123|ana>", "ana"),
        ("team=<@U123>", "<@U123>"),
        ('team="see <http://example.test|example.test> now"', "see example.test now"),
    ],
)
def test_escapes_links_and_mentions_become_what_was_typed(text: str, value: str) -> None:
    assert understood(f"for {text}").filters == (Filter("tag:team", (value,)),)


def test_words_that_the_program_wrote_are_taken_literally() -> None:
    said = parse("cost", 'for team="R&amp;D <http://x|y>",*a*', GRAMMAR, TODAY, escaped=False)[1]

    assert said.filters == (Filter("tag:team", ("R&amp;D <http://x|y>", "*a*")),)


def test_an_asterisk_that_closes_nothing_is_itself() -> None:
    assert understood("role set *", root="tuppence").words == ("set", "*")
    assert understood("role set *.example", root="tuppence").words == ("set", "*.example")


@pytest.mark.parametrize(
    ("text", "word", "suggestion"),
    [
        ("by servce", "servce", "service"),
        ("by acount last month", "acount", "account"),
        ("by service, regoin", "regoin", "region"),
        ("servic=EC2", "servic", "service"),
        ("trned", "trned", "trend"),
        ("last moth", "last moth", "last month"),
        ("yesteday", "yesteday", "yesterday"),
        ("basis=bild", "bild", "billed"),
        ("amortsed", "amortsed", "amortised"),
        ("xyzzy", "xyzzy", ""),
        ("by xyzzy", "xyzzy", ""),
        ("xyzzy=1", "xyzzy", ""),
    ],
)
def test_an_unknown_word_is_quoted_with_the_nearest_known_one(text: str, word: str, suggestion: str) -> None:
    error = refusal(text)

    assert (error.word, error.suggestion) == (word, suggestion)
    assert f"“{word}”" in error.sentence
    assert ("Did you mean" in error.remedy) is bool(suggestion)


@pytest.mark.parametrize("text", ["by servce", "xyzzy", "servic=EC2", "top", "team=", "trend xyzzy", "tag:", "by tag:"])
def test_the_example_works(text: str) -> None:
    error = refusal(text)
    root, _, words = error.example.removeprefix("/").partition(" ")

    assert error.example in error.remedy
    assert parse(root, words, GRAMMAR, TODAY)


def test_the_example_belongs_to_the_verb() -> None:
    assert refusal("trend xyzzy").example == "/cost trend by service"


def test_the_example_carries_the_prefix_of_the_workspace() -> None:
    with pytest.raises(UsageError) as refused:
        parse("cost", "xyzzy", Grammar(GRAMMAR.verbs, prefix="acme-"), TODAY)

    assert refused.value.example == "/acme-cost by service last month"


def test_a_long_word_is_cut() -> None:
    error = refusal("x" * 500)

    assert error.word == "x" * 40 + "…"
    assert len(error.sentence) < 100


def test_what_is_quoted_stays_on_one_line() -> None:
    assert refusal("xyz\x07\u202ezy").sentence.isprintable()


@pytest.mark.parametrize(
    ("text", "both"),
    [
        ("today yesterday", ("21 Nov 2026", "20 Nov 2026")),
        ("last month 2026-09", ("1–31 Oct 2026", "1–30 Sep 2026")),
        ("billed list", ("billed", "list")),
        ("billed basis=effective", ("billed", "effective")),
        ("gross net", ("gross", "net")),
        ("daily monthly", ("day", "month")),
        ("by day, week", ("day", "week")),
        ("top 5 top 6", ("5", "6")),
        ("page 1 page=2", ("1", "2")),
        ("billing axis=charge", ("billing", "charge")),
        ("vs 2026-01 vs 2026-02", ("1–31 Jan 2026", "1–28 Feb 2026")),
        ("last month trend compare", ("trend", "compare")),
    ],
)
def test_a_contradiction_names_both(text: str, both: tuple[str, str]) -> None:
    error = refusal(text)

    assert error.sentence.startswith("Two ")
    assert all(each in error.sentence for each in both)


@pytest.mark.parametrize(
    "text", ["today today", "billed unblended", "net net", "daily by day", "top 5 n=5", "billing axis=billing"]
)
def test_the_same_thing_twice_is_no_contradiction(text: str) -> None:
    assert understood(text)


def test_two_periods_suggest_a_comparison() -> None:
    assert "vs" in refusal("march april").sentence


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("by", "“by” needs a dimension"),
        ("for", "“for” needs"),
        ("last month vs", "“vs” needs a period"),
        ("vs service", "“vs” needs a period"),
        ("top", "“top” needs a number"),
        ("top ten", "“ten” is not a number"),
        ("top 0", "“0” is not a number"),
        ("top -5", "from 1 to 1000"),
        ("top 1001", "from 1 to 1000"),
        ("top 99999999999999999999", "from 1 to 1000"),
        ("page 0", "“0” is not a number"),
        ("page=x", "“x” is not a number"),
        ("team=", "“team=” needs a value"),
        ("team=web,", ""),
        ("team==", "“team=” needs a value"),
        ("=web", "needs a name"),
        ("top!=5", "is a setting"),
        ("axis=sideways", "“sideways” is not one of the axes"),
        ("service", "Did you mean “by service”?"),
        ("team web", "Did you mean “by team”?"),
        ("service=Amazon EC2", 'service="Amazon EC2"'),
        ('team="web', "never closed"),
        ("team=“web last month", "never closed"),
        ('"web', "never closed"),
        ("last", "“last”"),
        ("tag:=x", "“tag:”"),
    ],
)
def test_what_is_missing_is_said(text: str, said: str) -> None:
    if not said:
        assert understood(text)
        return
    error = refusal(text)

    assert said in f"{error.sentence} {error.remedy}"


def test_more_than_anybody_types_is_not_read() -> None:
    assert str(LONGEST) in refusal("by service " * 300).sentence
    assert refusal(" " * (LONGEST + 1))
    assert understood(" " * LONGEST) == Arguments(root="cost")
