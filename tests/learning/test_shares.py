"""Budget shares sum to one and follow the survey, or the published means where it is silent."""

from pathlib import Path

import numpy as np
import pytest
from synthetic_fmli import write_extract, write_published

from ravelin.learning.errors import SurveyError
from ravelin.learning.features import DEMOGRAPHICS
from ravelin.learning.shares import (
    GROUPS,
    INCOME_CLASSES,
    estimate_shares,
    find_published,
    read_published,
    share_group,
)
from ravelin.learning.survey import Survey, read_survey
from ravelin.learning.variables import CATEGORIES


def test_shares_are_the_surveys_where_it_tells_all(survey: Survey) -> None:
    shares = estimate_shares(survey, None, "survey")
    assert shares.table.shape == (GROUPS, INCOME_CLASSES, len(CATEGORIES))
    np.testing.assert_allclose(shares.table.sum(axis=2), 1.0, atol=1e-6)
    np.testing.assert_allclose(shares.table[:, :, 0], 0.15 / 0.895, atol=1e-3)
    assert (np.diff(shares.class_edges) > 0).all()


def test_the_extract_is_completed_by_published_means(tmp_path: Path) -> None:
    survey = read_survey(write_extract(tmp_path, units=600))
    with pytest.raises(SurveyError, match="do not tell transport, apparel, entertainment, education, other"):
        estimate_shares(survey, None, "")
    write_published(tmp_path / "ce_published_means_2014.csv")
    path = find_published(tmp_path)
    assert path is not None
    published = read_published(path, (2014, 2015), 2014)
    shares = estimate_shares(survey, published, path.name)
    np.testing.assert_allclose(shares.table.sum(axis=2), 1.0, atol=1e-6)
    level = published[0] / published[0].sum()
    np.testing.assert_allclose(shares.table.mean(axis=(0, 1)), level, atol=0.01)


def test_groups_are_numbered_by_age_children_and_tenure() -> None:
    names = [feature.name for feature in DEMOGRAPHICS]
    rows = np.ones((4, len(names)))
    rows[:, names.index("age")] = [20, 20, 80, np.nan]
    rows[:, names.index("children")] = [0, 2, 1, 0]
    rows[:, names.index("tenure")] = [1, 2, 6, 4]
    assert share_group(rows).tolist() == [0, 4, 41, 20]


def test_bad_published_means(tmp_path: Path) -> None:
    path = tmp_path / "ce_published_means.csv"
    path.write_text("year,age_group,item_code,value\n2015,all,FOODTOTL,much\n")
    with pytest.raises(SurveyError, match=r"line 2: VALUE is 'much', which is not a number"):
        read_published(path, (2015,), 2015)
    path.write_text("year,age_group,item_code,value\n")
    with pytest.raises(SurveyError, match="no published means"):
        read_published(path, (2015,), 2015)
    path.write_text("year,age_group,item_code,value\n2015,all,FOODTOTL,1\n")
    with pytest.raises(SurveyError, match="lacks FOODTOTL"):
        read_published(path, (2015,), 2015)
    with pytest.raises(SurveyError, match="cannot be read"):
        read_published(tmp_path / "absent.csv", (2015,), 2015)
