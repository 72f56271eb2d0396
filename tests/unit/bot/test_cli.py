"""Given a bill and a terminal, when somebody types a command of the bot, then the very answer of Slack is drawn, or JSON."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot import cli
from tests.fakes.bills import sums, usage, write_csv

if TYPE_CHECKING:
    from collections.abc import Callable

SAMPLE = Path(__file__).parents[4] / "shared" / "data" / "focus_sample.csv"
BILL = [
    usage("12.345", "2026-02-03", ServiceName="Amazon Elastic Compute Cloud", Tags='{"team": "web"}'),
    usage("7.005", "2026-02-20", ServiceName="Amazon Simple Storage Service"),
    usage("1.5", "2026-01-20", ServiceName="Amazon Simple Storage Service"),
]


@pytest.fixture
def tuppence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Run the program as its user would; returns exit code, stdout, stderr."""
    monkeypatch.setenv("TUPPENCE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["tuppence", *words])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        out, err = capsys.readouterr()
        return int(stopped.value.code or 0), out, err

    return run


@pytest.fixture
def with_bill(tuppence: Callable[..., tuple[int, str, str]], tmp_path: Path) -> Callable[..., tuple[int, str, str]]:
    """The program with a small bill in its store."""
    code, _, err = tuppence("ingest", str(write_csv(tmp_path / "acme-2026-02.csv", BILL)), "--json")
    assert code == 0, err
    return tuppence


def test_ingest_reports_as_json(tuppence: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
    code, out, _ = tuppence("ingest", str(write_csv(tmp_path / "acme-2026-02.csv", BILL)), "--json")
    report = json.loads(out)
    assert code == 0
    assert report["source"] == "acme"
    assert report["rows"] == {"read": 3, "kept": 3, "rejected": 0}
    assert Decimal(report["totals"]["USD"]["billed"]) == sums(BILL)["USD",]["billed"]
    assert [(each["period"], each["before"], each["after"]) for each in report["periods"]] == [
        ("2026-01", 0, 1),
        ("2026-02", 0, 2),
    ]


def test_ingest_says_what_happened(tuppence: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
    code, out, _ = tuppence("ingest", str(write_csv(tmp_path / "acme.csv", BILL)))
    assert code == 0
    assert "3 charges" in out
    assert "20.85" in out


def test_a_file_that_is_no_bill_is_an_error_in_words(tuppence: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
    (tmp_path / "notes.csv").write_text("a,b\n1,2\n")
    code, out, err = tuppence("ingest", str(tmp_path / "notes.csv"))
    assert code == 1
    assert out == ""
    assert "neither FOCUS nor" in err
    assert "Traceback" not in err


def test_a_question_as_json_is_exact(with_bill: Callable[..., tuple[int, str, str]]) -> None:
    code, out, _ = with_bill("cost", "by", "service", "last", "month", "--as-of", "2026-03-05", "--json")
    answer = json.loads(out)
    assert code == 0
    rows = {row["key"]["service"]: row["amount"] for row in answer["rows"]}
    assert {name: Decimal(amount) for name, amount in rows.items()} == {
        "Amazon Elastic Compute Cloud": Decimal("12.345"),
        "Amazon Simple Storage Service": Decimal("7.005"),
    }
    assert Decimal(answer["total"]["amount"]) == Decimal("19.350")
    assert answer["total"]["currency"] == "USD"
    assert answer["complete_through"] == "2026-02-20"
    assert "SELECT" in answer["sql"]


def test_a_question_is_drawn(with_bill: Callable[..., tuple[int, str, str]]) -> None:
    code, out, _ = with_bill("cost", "by", "service", "last month", "--as-of", "2026-03-05")
    assert code == 0
    assert "$19.35" in out
    assert "1–28 Feb 2026" in out
    assert "effective (amortised)" in out


def test_quotes_that_the_shell_took_are_put_back(with_bill: Callable[..., tuple[int, str, str]]) -> None:
    code, out, _ = with_bill(
        "cost", "by", "account", "2026-02", "for", "service=Amazon Simple Storage Service", "--as-of", "2026-03-05", "--json"
    )
    assert code == 0
    assert Decimal(json.loads(out)["total"]["amount"]) == Decimal("7.005")


def test_a_misspelt_word_is_an_error_with_a_suggestion(with_bill: Callable[..., tuple[int, str, str]]) -> None:
    code, out, _ = with_bill("cost", "by", "servcie")
    assert code == 1
    assert "Did you mean “service”?" in out


def test_a_day_that_is_none_is_refused(with_bill: Callable[..., tuple[int, str, str]]) -> None:
    code, _, err = with_bill("cost", "--as-of", "yesterday")
    assert code == 2
    assert "2026-03-05" in err


def test_every_root_that_a_feature_declares_is_there(tuppence: Callable[..., tuple[int, str, str]]) -> None:
    code, out, _ = tuppence("--help")
    assert code == 0
    for root in cli._roots():
        assert f"/{root} in Slack" in out


def test_an_export_lands_in_the_current_folder_and_never_over_another(
    with_bill: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    for _ in range(2):
        code, _, err = with_bill("cost", "export", "by", "service", "2026-02", "--as-of", "2026-03-05")
        assert code == 0, err
    written = sorted(tmp_path.glob("*.csv"))
    assert len([path for path in written if path.name != "acme-2026-02.csv"]) == 2
    assert any("ServiceName" in path.read_text(encoding="utf-8-sig") for path in written)


def test_status_names_each_source(with_bill: Callable[..., tuple[int, str, str]]) -> None:
    code, out, _ = with_bill("tuppence", "status", "--as-of", "2026-02-22")
    assert code == 0
    assert "acme" in out
    assert "20 Feb" in out
    code, out, _ = with_bill("tuppence", "status", "--as-of", "2026-03-22", "--json")
    (source,) = json.loads(out)["sources"]
    assert source["late"] is True
    assert source["charges"] == 3


def test_status_without_a_bill_says_what_to_do(tuppence: Callable[..., tuple[int, str, str]]) -> None:
    _, out, _ = tuppence("tuppence", "status")
    assert "tuppence ingest" in out


def test_the_sample_goes_in_and_is_answered_to_the_cent(tuppence: Callable[..., tuple[int, str, str]]) -> None:
    if not SAMPLE.exists():
        pytest.skip("the FOCUS sample is not beside this clone")
    code, _, err = tuppence("ingest", str(SAMPLE), "--json")
    assert code == 0, err
    _, out, _ = tuppence("cost", "by", "provider", "2024-09", "billed", "net", "--as-of", "2026-11-22", "--json")
    answer = json.loads(out)
    assert Decimal(answer["total"]["amount"]).quantize(Decimal("0.01")) == Decimal("20.52")
    assert {row["key"]["provider"] for row in answer["rows"]} == {"AWS", "Microsoft", "Oracle"}
