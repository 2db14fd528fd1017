from minibroker.engine.deliveries import LedgerNight
from minibroker.model.quota import Quota
from minibroker.ui.ledger import NIGHT, night_cells


def test_a_night_adds_up() -> None:
    night = LedgerNight("2026-03-05", "ann", "mine", 10, 1, sent=3, over_quota=2, bytes=300)
    cells = dict(zip(NIGHT, night_cells(night), strict=True))
    assert cells == {
        "night": "2026-03-05",
        "read": 10,
        "passed": 5,
        "not passed": 4,
        "dead": 1,
        "sent": 3,
        "over quota": 2,
        "bytes": 300,
    }


def test_a_quota_says_what_it_allows() -> None:
    assert str(Quota()) == "no limit"
    assert str(Quota(20, 0, 10**9)) == "20 alerts a visit, 1,000,000,000 bytes a night"
