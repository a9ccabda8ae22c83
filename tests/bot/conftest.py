"""What tests of the front ends share: a small handbook."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.search.library import Library
from tests.knowledge import library_of_files

HANDBOOK = """\
---
title: 就業の手引き
source: 総務部
url: https://example.com/handbook
---

# 就業の手引き

この手引きは、入社した人が働き方を知るためのものです。

## 有給休暇

有給休暇は入社から半年後に10日もらえます。その後は毎年1日ずつ増え、20日が上限です。

有給休暇は半日でも取れます。午前か午後を選び、前日までに上司へ届け出てください。

残った有給休暇は翌年まで繰り越せます。翌々年には消えます。

## 在宅勤務

在宅勤務は週に3日まで認められます。出社する日は部署ごとに決めます。

在宅勤務の通信費は月に3000円を会社が負担します。家計と分けにくいためです。

> 在宅勤務では集中できるので、設計の仕事がはかどります。
>
> —鈴木さん、開発部

> 在宅勤務が続くと、新人が質問しにくくなるのが心配です。
>
> —田中さん、人事部

## 研修

新人研修は4月に2週間あります。会場は大阪の研修所です。

研修の費用は全額を会社が負担します。交通費も含みます。
"""


@pytest.fixture(scope="session")
def handbook_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The handbook as a Markdown file."""
    path = tmp_path_factory.mktemp("handbook") / "handbook.md"
    path.write_text(HANDBOOK, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def handbook(handbook_file: Path) -> Library:
    """The library of the handbook."""
    return library_of_files(handbook_file)
