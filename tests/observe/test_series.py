from __future__ import annotations

import pandas as pd

from tests.results import hand_made
from travesia.observe.series import observed_series


def test_published_months_are_summed_over_keys_with_their_sources() -> None:
    row = {
        "id": "sectors",
        "observable": "us_encounters_by_sector",
        "file": "observed/s.csv",
        "frequency": "month",
        "by": "sector",
        "start": "",
        "end": "",
        "role": "fit",
        "publisher": "Somebody",
        "note": "",
    }
    observed = pd.DataFrame(
        [
            ("2019-01", "us_rgv", 3, "A;B"),
            ("2019-01", "us_tucson", 4, "A"),
            ("2019-02", "us_rgv", 5, "C"),
        ],
        columns=["month", "sector", "people", "source"],
    )
    result = hand_made.make({}, targets=pd.DataFrame([row, row]), **{"observed/s": observed})
    assert observed_series(result) == {
        "us_encounters": [
            {
                "name": "Somebody",
                "frequency": "month",
                "source": ["A", "B", "C"],
                "role": "input",
                "values": {"2019-01": 7.0, "2019-02": 5.0},
            }
        ]
    }


def test_a_run_without_targets_has_no_published_series() -> None:
    assert observed_series(hand_made.small()) == {}
