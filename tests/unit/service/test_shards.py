from minibroker.engine.store import FilterState, StoredFilter
from minibroker.service.shards import place


def _filter(number: int, shard: int = 0) -> StoredFilter:
    name = f"f{number}"
    return StoredFilter(
        "ann", name, "ztf", f"minibroker.ann.{name}", 1, "", "", "", FilterState.RUNNING, shard
    )


def test_a_shard_is_filled_before_the_next_begins() -> None:
    assert place([_filter(n) for n in range(5)], [], 2) == [0, 0, 1, 1, 2]


def test_a_filter_keeps_its_shard_whatever_room_there_is() -> None:
    held = [_filter(0, 0), _filter(1, 1)]
    assert place([_filter(1)], held, 2) == [1]


def test_a_place_that_became_free_is_taken_again() -> None:
    held = [_filter(1, 0), _filter(2, 1), _filter(3, 1)]
    assert place([_filter(4), _filter(5)], held, 2) == [0, 2]


def test_a_filter_that_comes_back_goes_where_it_was_if_there_is_room() -> None:
    held = [_filter(1, 0), _filter(2, 1), _filter(3, 1)]
    assert place([_filter(4, 2)], held, 2) == [2]
    assert place([_filter(4, 1)], held, 2) == [0]


def test_a_full_shard_in_between_is_passed_over() -> None:
    held = [_filter(1, 0), _filter(2, 2)]
    assert place([_filter(3), _filter(4)], held, 1) == [1, 3]
