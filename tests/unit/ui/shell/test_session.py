r"""The shell without a terminal: texts, files and pipes; what is printed, where, and the code."""

import io
import json
import sys
from pathlib import Path

import duckdb
import pyarrow.parquet
import pytest

from minibroker.model.errors import Exit
from tests.unit.ui.shell.conftest import Shell

COUNT = "SELECT night, count(*) AS alerts FROM ztf GROUP BY ALL ORDER BY ALL"


def test_a_query_is_a_table(shell: Shell) -> None:
    assert shell.run("-c", COUNT) == Exit.DONE
    assert shell.out == (
        "   night    | alerts\n"
        "------------+--------\n"
        " 2026-03-05 |     40\n"
        " 2026-03-06 |     40\n"
        "(2 rows)\n\n"
    )
    assert shell.err == ""


def test_json_has_the_one_shape(shell: Shell) -> None:
    assert shell.run("--json", "-c", COUNT) == Exit.DONE
    told = json.loads(shell.out)
    assert told == {
        "ok": True,
        "rows": [{"night": f"2026-03-0{day}", "alerts": 40} for day in (5, 6)],
    }


def test_every_line_of_json_is_an_object(shell: Shell) -> None:
    lines = (
        "\\?",
        "SELECT 1 AS a \\p",
        "\\d ztf magpsf",
        "\\o a.csv",
        "SELECT 1 AS a; \\o b.parquet",
        "\\g",
    )
    assert shell.run("--json", "-c", "\n".join(lines)) == Exit.DONE
    told = [json.loads(line) for line in shell.out.splitlines()]
    assert all(each["ok"] for each in told)
    assert told[1]["query"] == "SELECT 1 AS a"
    assert told[3:] == [
        {"ok": True, "file": "a.csv"},
        {"ok": True, "file": "b.parquet", "count": 1},
    ]


def test_a_mistake_shows_the_reason_and_the_place(shell: Shell) -> None:
    assert shell.run("-c", "SELECT 1;\nSELECT candidate.magpfs FROM ztf") == Exit.FILTER
    assert shell.err == (
        'error[query-failed]: Could not find key "magpfs" in struct\n'
        "  --> -c:2:18\n"
        "  2 | SELECT candidate.magpfs FROM ztf\n"
        "                       ^^^^^^\n"
        "  help: did you mean 'magpsf' or 'magap' or 'magzpsci'?\n"
    )


def test_a_place_after_letters_beyond_ascii(shell: Shell) -> None:
    assert shell.run("--json", "-c", "SELECT 'éé', ra FROM filters") == Exit.FILTER
    (diagnostic,) = json.loads(shell.out)["diagnostics"]
    assert (diagnostic["line"], diagnostic["column"], diagnostic["end_column"]) == (1, 14, 16)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT * FROM ztg", "there is no table 'ztg' here\n  --> -c:1:15"),
        ("EXPLAIN SELECT * frm ztf", 'syntax error at or near "ztf"\n  --> -c:1:22'),
        ("COPY ztf TO 'x.csv'", "only SELECT"),
        ("\\nonsense", "error[shell-command]: \\nonsense: no such command"),
        ("\\timin", "did you mean 'timing'?"),
        ("\\x sideways", "error[shell-argument]: \\x sideways: not understood"),
        ("\\format xml", "one of table, csv, json, jsonl, markdown, parquet"),
        ("\\check", "error[shell-no-query]: there is no query in hand"),
        ("\\watch 1", "error[shell-no-query]"),
        ("SELECT 1; \\watch soon", "error[shell-argument]: \\watch soon: not understood"),
        ("SELECT 1 \\submit", "error[shell-argument]: \\submit: a filter needs a name"),
        ("\\e", "\\e needs a terminal"),
        ("\\format parquet\nSELECT 1;", "name a file: \\o alerts.parquet"),
        ("\\o /nowhere/x.csv\n", "error[file-unwritable]: /nowhere/x.csv: No such file"),
        ("\\o /nowhere/x.parquet\n", "error[file-unwritable]: /nowhere/x.parquet: No such file"),
        ("\\df nothing", "error[function-unknown]: filters have no function 'nothing'"),
        ("\\d nothing", "there is no table 'nothing' here"),
    ],
)
def test_mistakes_are_told(shell: Shell, text: str, message: str) -> None:
    assert shell.run("-c", text) in (Exit.FILTER, Exit.USAGE)
    assert message in shell.err


def test_the_first_mistake_ends_a_script(shell: Shell) -> None:
    Path("night.sql").write_text("SELECT 1 AS a;\n-- then\nSELECT nope;\nSELECT 2 AS b;\n")
    assert shell.run("-f", "night.sql", "--format", "csv") == Exit.FILTER
    assert shell.out == "a\n1\n"
    assert "--> night.sql:3:8" in shell.err


def test_a_script_that_keeps_going_runs_what_follows_a_mistake(shell: Shell) -> None:
    Path("inner.sql").write_text("SELECT nothing;\nSELECT 2 AS two;")
    Path("outer.sql").write_text("\\i gone.sql\n\\i inner.sql\nSELECT 3 AS three")
    assert shell.run("-f", "outer.sql", "--keep-going", "--format", "csv") == Exit.USAGE
    assert shell.out == "two\n2\nthree\n3\n"
    assert [line for line in shell.err.splitlines() if line.startswith("error")] == [
        "error[file-unreadable]: gone.sql: No such file or directory",
        'error[query-failed]: Referenced column "nothing" was not found because the FROM clause'
        " is missing",
    ]
    assert "  --> inner.sql:1:8" in shell.err


def test_all_answers_of_a_script_that_keeps_going_are_json(shell: Shell) -> None:
    words = ("--json", "--keep-going", "-c", "SELECT 1 AS a; SELECT b; \\q")
    assert shell.run(*words) == Exit.FILTER
    assert [json.loads(line)["ok"] for line in shell.out.splitlines()] == [True, False]


def test_pivot_lists_its_values(shell: Shell) -> None:
    by_band = "(SELECT night, candidate.fid AS fid FROM ztf)"
    pivot = f"PIVOT {by_band} ON fid {{}} USING count(*) GROUP BY night"
    assert shell.run("--format", "csv", "-c", pivot.format("IN (1, 2)")) == Exit.DONE
    assert shell.out.startswith("night,1,2\n2026-03-0")
    assert shell.run("-c", pivot.format("")) == Exit.FILTER
    assert "a PIVOT must list its values: ON x IN (…)" in shell.err


def test_a_pipe_is_a_script(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "\\format csv\nSELECT objectId FROM ztf\nWHERE candidate.rb > 2;\n"
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))
    assert shell.run() == Exit.DONE
    assert shell.out == "objectId\n"


def test_files_read_each_other_but_not_for_ever(shell: Shell) -> None:
    Path("sub").mkdir()
    Path("sub/inner.sql").write_text("SELECT 1 AS a")
    Path("sub/outer.sql").write_text("\\i inner.sql")
    assert shell.run("-f", "sub/outer.sql", "--format", "csv") == Exit.DONE
    assert shell.out == "a\n1\n"
    Path("loop.sql").write_text("\\i loop.sql")
    assert shell.run("-f", "loop.sql") == Exit.USAGE
    assert "files read each other 16 deep" in shell.err


def test_commands_and_files_exclude_each_other(shell: Shell) -> None:
    assert shell.run("-c", "SELECT 1", "-f", "x.sql") == Exit.USAGE
    assert "-c and -f together" in shell.err


def test_answers_go_to_a_file_until_told_otherwise(shell: Shell) -> None:
    script = "\\o a.csv\nSELECT 1 AS a; SELECT 2 AS b;\n\\o\n\\format jsonl\nSELECT 3 AS c;"
    assert shell.run("-c", script) == Exit.DONE
    assert Path("a.csv").read_text() == "a\n1\nb\n2\n"
    assert shell.out == '{"c": 3}\n'


def test_parquet_keeps_types_and_what_is_nested(shell: Shell) -> None:
    query = "SELECT * FROM ztf ORDER BY night, kafka_offset"
    assert shell.run("-c", query, "-o", "all.parquet") == Exit.DONE
    assert shell.err == "all.parquet: 80 rows\n"
    types = dict(
        duckdb.sql("SELECT column_name, column_type FROM (DESCRIBE 'all.parquet')").fetchall()
    )
    assert types["candid"] == "BIGINT"
    assert types["kafka_timestamp"] == "TIMESTAMP WITH TIME ZONE"
    assert types["prv_candidates"].startswith("STRUCT(jd DOUBLE")
    table = pyarrow.parquet.read_table("all.parquet")
    assert table.num_rows == 80
    assert table["candidate"][0].as_py()["rb"] is not None
    assert [file.name for file in Path().iterdir()] == ["all.parquet"]


def test_a_failed_query_leaves_no_half_of_a_parquet_file(shell: Shell) -> None:
    query = "SELECT CASE WHEN i < 50000 THEN i ELSE error('late') END AS a FROM range(60000) r(i)"
    assert shell.run("-c", query, "-o", "late.parquet") == Exit.FILTER
    assert "late" in shell.err
    assert list(Path().iterdir()) == []


def test_json_is_an_answer_or_a_failure_and_never_half_of_both(shell: Shell) -> None:
    query = "SELECT CASE WHEN i < 50000 THEN i ELSE error('late') END AS a FROM range(60000) r(i)"
    assert shell.run("--json", "-c", query) == Exit.FILTER
    told = json.loads(shell.out)
    assert (told["ok"], told["code"], told["message"]) == (False, "query-failed", "late")


def test_the_sky_is_what_filters_see(shell: Shell) -> None:
    query = (
        "SELECT count(*) AS n FROM ztf WHERE cone(candidate.ra, candidate.dec, candidate.ra,"
        " candidate.dec + 0.001, 5) AND gal_b(candidate.ra, candidate.dec) BETWEEN -90 AND 90"
        " AND mag(flux(candidate.magpsf)) BETWEEN 10 AND 30"
    )
    assert shell.run("--format", "csv", "-c", query) == Exit.DONE
    assert shell.out == "n\n80\n"


def test_what_there_is(shell: Shell) -> None:
    assert shell.run("-c", "\\d\n\\d ztf magpsf\n\\df angsep\n\\d filters") == Exit.DONE
    lines = [line.split() for line in shell.out.splitlines()]
    assert ["ztf", "Zwicky", "Transient", "Facility", "2", "2026-03-05", "2026-03-06"] in lines
    assert ["candidate.magpsf", "DOUBLE", "mag"] in [line[:3] for line in lines]
    assert ["angsep(ra1,", "dec1,", "ra2,", "dec2)"] in [line[:4] for line in lines]
    assert ["submitted_at", "|", "TIMESTAMP"] in [line[:3] for line in lines]


@pytest.mark.parametrize(
    "condition",
    [
        "(SELECT max(d.magpsf) FROM UNNEST(detections) AS d) > 0",
        "CONTAINS(POINT(candidate.ra, candidate.dec), CIRCLE(150, 2, 180)) = 1",
    ],
)
def test_what_only_a_filter_may_say_is_tried_as_one(shell: Shell, condition: str) -> None:
    query = f"SELECT * FROM ztf WHERE {condition}"
    assert shell.run("--keep-going", "-c", f"{query};\n\\backtest") == Exit.FILTER
    assert "help: a filter may say so: \\check looks at it, \\backtest runs it" in shell.err
    assert shell.out.splitlines()[-1].split() == ["all", "80", "80"]


def test_a_query_tried_is_checked_as_a_filter(shell: Shell) -> None:
    query = "SELECT * FROM ztf WHERE candidate.rb > 0.9"
    assert shell.run("-c", f"{query};\n\\check\n\\explain\n\\backtest") == Exit.DONE
    assert "a filter on ztf: it reads 1 field and sends the packet as it came" in shell.err
    assert "`candidate`.`rb` > 0.9E0" in shell.out
    passed = shell.out.splitlines()[-1].split()
    assert shell.run("--format", "csv", "-c", f"SELECT count(*) FROM ({query})") == Exit.DONE
    assert passed == ["all", "80", shell.out.splitlines()[1]]


def test_a_query_that_is_no_filter_says_why(shell: Shell) -> None:
    assert shell.run("-c", "SELECT * FROM ztf GROUP BY candidate.fid LIMIT 3 \\check") == 1
    assert "a filter passes every alert that fits: it has no LIMIT" in shell.err
    assert "--> query:1:42" in shell.err


def test_a_filter_has_no_limit_and_is_told_so(shell: Shell) -> None:
    query = "SELECT * FROM ztf WHERE candidate.rb > 0.9 ORDER BY candid LIMIT 3 OFFSET 1"
    assert shell.run("-c", f"{query} \\check") == Exit.DONE
    assert shell.err == (
        "without ORDER BY, LIMIT and OFFSET: a filter passes every alert that fits\n"
        "a filter on ztf: it reads 1 field and sends the packet as it came; \\submit NAME runs it\n"
    )


def test_why_an_alert_passes_or_does_not(shell: Shell) -> None:
    query = "SELECT * FROM ztf WHERE candidate.rb > 2"
    ask = "SELECT candid FROM ztf ORDER BY ALL LIMIT 1"
    assert shell.run("--format", "csv", "-c", ask) == Exit.DONE
    candid = shell.out.splitlines()[1]
    assert shell.run("-c", f"{query} \\why {candid}") == Exit.DONE
    assert f"candid={candid}" in shell.out
    assert "FALSE  candidate.rb > 2" in shell.out
    assert shell.run("-c", f"{query} \\why") == Exit.USAGE
    assert "\\why: which alert?" in shell.err


def test_images_of_the_alerts_in_hand(shell: Shell) -> None:
    assert shell.run("-c", "SELECT candid FROM ztf ORDER BY ALL LIMIT 2; \\stamps images") == 0
    assert shell.err.count(": 6 files in images\n") == 2
    kinds = [file.suffix for file in Path("images").iterdir()]
    assert kinds.count(".fits") == 6
    candid = shell.out.splitlines()[2].strip()
    assert shell.run("-c", f"\\stamps {candid} one") == Exit.DONE
    assert len([file for file in Path("one").iterdir() if file.suffix == ".fits"]) == 3


def test_images_need_an_alert_id(shell: Shell) -> None:
    assert shell.run("-c", "SELECT objectId FROM ztf \\stamps images") == Exit.USAGE
    assert "no column of alert ids (candid, diaSourceId)" in shell.err
    assert "select it too, or name an alert" in shell.err


def test_watch_ends_after_so_many(shell: Shell) -> None:
    assert shell.run("--format", "csv", "-c", "SELECT 1 AS a \\watch i=0 c=3") == Exit.DONE
    assert shell.out == "a\n1\n" * 3


def test_timing_is_talk_and_not_data(shell: Shell) -> None:
    assert shell.run("--format", "csv", "-c", "\\timing\nSELECT 1 AS a;") == Exit.DONE
    assert shell.out == "a\n1\n"
    assert "Time: " in shell.err


def test_an_install_without_duckdb_says_what_to_install(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("minibroker.engine.sandbox.find_spec", lambda name: None)
    assert shell.run("-c", "SELECT 1") == Exit.USAGE
    assert "this needs duckdb, which comes with the extra 'archive'" in shell.err


def test_an_empty_archive_says_so(shell: Shell, tmp_path: Path) -> None:
    assert shell.run("-c", "SELECT * FROM lsst") == Exit.FILTER
    assert "error[no-nights]: nothing of lsst is archived yet\n  --> -c:1:15" in shell.err
    assert "`minibroker archive status`, and \\dt, show the nights that there are" in shell.err
