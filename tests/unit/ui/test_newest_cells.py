from minibroker.ui.ledger import NIGHT, newest_cells


def test_without_a_night_nothing_was_read() -> None:
    assert dict(zip(NIGHT, newest_cells(None), strict=True)) == {
        "night": "",
        **dict.fromkeys(NIGHT[1:], 0),
    }
