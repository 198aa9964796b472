"""Panama, Honduras and Mexico."""

from __future__ import annotations

from datetime import date

import pytest

from corredor.errors import FeedError
from corredor.feeds import honduras, mexico, panama
from corredor.record.entries import Frequency
from tests.feeds.helpers import document, lines_of, values

JAN = date(2024, 1, 1)


class TestPanama:
    def test_years_before_2020_and_months_after(self):
        text = "t,q,nat,n\n2019-01-01,2019-01-01,CUB,100.0\n2019-01-01,2019-01-01,HTI,20.0\n"
        text += "2020-01-01,2020-01-01,CUB,7.0\n2020-06-01,2020-04-01,CUB,3.0\n"
        batch = panama.parse(document(text))
        found = values(batch)
        assert found["panama.darien.total.year", date(2019, 1, 1)] == 120
        assert found["panama.darien.nationality.cub.year", date(2019, 1, 1)] == 100
        assert found["panama.darien.total.month", date(2020, 1, 1)] == 7
        # February to May 2020 have no row: missing, not zero.
        assert sorted(start for key, start in found if key == "panama.darien.total.month") == [
            date(2020, 1, 1),
            date(2020, 6, 1),
        ]
        years = [one for one in batch.series if one.frequency is Frequency.YEAR]
        assert {one.key for one in years} == {
            "panama.darien.total.year",
            "panama.darien.nationality.cub.year",
            "panama.darien.nationality.hti.year",
        }
        ends = batch.figures.filter(series="panama.darien.total.year")["end"]
        assert ends.to_list() == [date(2020, 1, 1)]

    @pytest.mark.parametrize(
        ("row", "field"),
        [
            ("2024-01,Cuba,7", "nat"),
            ("2024-01,CUB,seven", "n"),
            ("sometime,CUB,7", "t"),
            ("2019-02-01,CUB,7", "t"),
        ],
    )
    def test_a_bad_row_leaves_the_totals_out(self, row, field):
        batch = panama.parse(document(f"t,nat,n\n2024-02-01,CUB,5\n{row}\n"))
        assert lines_of(batch) == [(3, field)]
        assert ("panama.darien.nationality.cub.month", date(2024, 2, 1)) in values(batch)
        assert not any("total" in key for key, _ in values(batch))

    def test_another_table_of_panama_is_refused(self):
        with pytest.raises(FeedError, match='no column "nat" among "t", "q", "demog", "n"'):
            panama.parse(document("t,q,demog,n\n2021-01-01,2021-01-01,men,687.0\n"))

    def test_real_file(self, real_data):
        batch = panama.parse(document((real_data / "upstream/darien_nat.csv").read_bytes()))
        found = values(batch)
        assert not batch.rejections
        assert found["panama.darien.total.year", date(2019, 1, 1)] == 22_102
        assert found["panama.darien.total.month", date(2021, 1, 1)] == 1_071
        assert ("panama.darien.total.month", date(2020, 4, 1)) not in found


class TestHonduras:
    def test_totals(self):
        assert values(honduras.parse(document("t,n\n2024-01-01,988\n"))) == {
            ("honduras.irregular.total.month", JAN): 988
        }

    def test_taiwan_means_china_from_march_2022_where_china_is_absent(self):
        text = "t,nat,n\n2022-02-01,TWN,1\n2023-01-01,TWN,415\n2024-01-01,TWN,2\n2024-01-01,CHN,9\n"
        batch = honduras.parse(document(text))
        assert values(batch) == {
            ("honduras.irregular.nationality.twn.month", date(2022, 2, 1)): 1,
            ("honduras.irregular.nationality.chn.month", date(2023, 1, 1)): 415,
            ("honduras.irregular.nationality.twn.month", JAN): 2,
            ("honduras.irregular.nationality.chn.month", JAN): 9,
        }
        assert "1 rows named TWN read as China" in batch.notices[0]

    def test_a_key_given_twice_is_reported_and_never_added(self):
        text = "t,nat,n\n2024-01-01,FRA,2\n2024-01-01,FRA,1\n2024-02-01,FRA,1\n2024-02-01,FRA,1\n"
        batch = honduras.parse(document(text + "2024-03-01,FRA,4\n"))
        assert list(values(batch).values()) == [4]
        assert not batch.rejections
        assert "2 keys with more than one value, none taken" in batch.notices[0]
        assert "2024-01 (2 and 1)" in batch.notices[0]

    def test_two_totals_of_one_month_are_bad_rows(self):
        assert lines_of(honduras.parse(document("t,n\n2024-01-01,1\n2024-01-01,2\n"))) == [(2, "n"), (3, "n")]

    def test_real_files(self, real_data):
        total = honduras.parse(document((real_data / "upstream/honduras.csv").read_bytes()))
        assert len(total.figures) == 129
        assert values(total)["honduras.irregular.total.month", date(2024, 9, 1)] == 21_651
        by = honduras.parse(document((real_data / "upstream/honduras_nat.csv").read_bytes()))
        assert not by.rejections
        assert by.notices[1].startswith("19 keys with more than one value, none taken")
        # 3,719 rows, of which 19 keys take 40.
        assert len(by.figures) == 3_679
        assert values(by)["honduras.irregular.nationality.chn.month", date(2023, 1, 1)] == 415


class TestMexico:
    def test_by_nationality_makes_no_total(self):
        found = values(mexico.parse(document("t,nat,n\n2024-01-01,VEN,5.0\n2024-01-01,HND,2.0\n")))
        assert set(found) == {
            ("mexico.irregular.nationality.ven.month", JAN),
            ("mexico.irregular.nationality.hnd.month", JAN),
        }

    def test_by_sex_and_age_is_the_total(self):
        text = "t,sex,age,n\n2024-01-01,male,18+,5\n2024-01-01,female,18+,2\n2024-01-01,female,18+,2\n"
        batch = mexico.parse(document(text))
        assert values(batch) == {("mexico.irregular.total.month", JAN): 7}
        assert batch.notices == ("line 4 repeats line 3 and counts once",)

    def test_returns_add_their_kinds(self):
        text = "t,nat,type,n\n2024-01-01,GTM,deportation,2\n2024-01-01,GTM,assisted return,3\n"
        assert values(mexico.parse(document(text))) == {
            ("mexico.returns.total.month", JAN): 5,
            ("mexico.returns.nationality.gtm.month", JAN): 5,
        }

    def test_two_values_of_one_part_make_no_sum(self):
        text = "t,nat,type,n\n2024-01-01,GTM,deportation,2\n2024-01-01,GTM,deportation,3\n"
        batch = mexico.parse(document(text))
        assert lines_of(batch) == [(3, "n")]
        assert batch.figures.is_empty()
        assert "no sums of mexico.returns" in batch.notices[0]

    def test_none_of_the_three_tables(self):
        with pytest.raises(FeedError, match="neither nationality nor sex and age"):
            mexico.parse(document("t,n\n2024-01-01,5\n"))

    def test_real_files(self, real_data):
        by = mexico.parse(document((real_data / "upstream/mexico_nat.csv").read_bytes()))
        assert by.notices[0].startswith("45 keys with more than one value, none taken")
        assert "gin.month 2023-12 (3,473 and 4)" in by.notices[0]
        total = mexico.parse(document((real_data / "upstream/mexico_dmg.csv").read_bytes()))
        assert len(total.figures) == 81
        returns = mexico.parse(document((real_data / "upstream/mexico_exp.csv").read_bytes()))
        year = [v for (key, day), v in values(returns).items() if "total" in key and day.year == 2023]
        assert (len(year), sum(year)) == (12, 54_728)
