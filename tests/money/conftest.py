"""The example scenario with a ledger and unit costs."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from travesia.scenario.layers import SHIPPED_FOLDER

MONEY = """\
id,name,payer,payee,purpose,low,value,high,start,end,policy,full,part_of,source,claims
aid,Aid,united_states,forces,aid,,1000000,,2019-01-01,2019-12-31,,,,S1-p14-a,
raids,Raids,united_states,forces,raids,,300000,,2019-01-11,2019-02-09,train_raids,300000,aid,S1-p13-a,
"""
COSTS = """\
id,name,payer,payee,purpose,per,of,unit,low,value,high,p90,start,end,source,reason,claims
bribe,Bribe,people,officers,bribe,event,extorted_let_go,party,200,400,999,900,,,S4-p20-d,,S4-p20-d
head,Stop,mexico,officers,enforcement,event,detained,person,1,2,4,,,,PA149,,
night,Night,humanitarian,shelters,shelter,day,sheltered,person,5,10,20,,2019-02-01,,PA149,,
bus,Bus fares,people,carriers,fare,fare,bus,person,0.5,1,2,,,,PA149,,
line,Line,people,guides,guide,crossing,walk_track;boat_raft;walk_road,person,0.5,1,2,,,,PA149,,
closed,Trade,business,all,trade,policy_day,train_raids,person,1,3,5,,2019-01-21,2019-02-03,PA149,,
"""


@pytest.fixture(scope="session")
def paid_example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the example scenario and both tables."""
    folder = tmp_path_factory.mktemp("paid") / "example"
    shutil.copytree(SHIPPED_FOLDER / "example", folder)
    (folder / "money.csv").write_text(MONEY, "utf-8")
    (folder / "costs.csv").write_text(COSTS, "utf-8")
    return folder


@pytest.fixture
def changed_example(paid_example: Path, tmp_path: Path) -> Callable[[str, str, str], Path]:
    """Gives a copy in which a text of a file is replaced."""

    def change(file: str, old: str, new: str) -> Path:
        folder = tmp_path / "example"
        shutil.copytree(paid_example, folder)
        text = (folder / file).read_text("utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new), "utf-8")
        return folder

    return change
