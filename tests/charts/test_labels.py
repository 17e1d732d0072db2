"""Names beside an axis."""

from corvana.charts.labels import short, top_of


def test_a_long_name_is_cut_in_the_middle_because_names_often_begin_alike():
    assert short("Payments Europe Production database", 20) == "Payments E…database"
    assert len(short("x" * 100)) == 28


def test_a_name_that_fits_is_not_cut_and_its_markup_is_escaped():
    assert short("Orders <api>", 12) == "Orders &lt;api&gt;"


def test_no_blank_stands_beside_the_cut():
    assert short("Search api production worker", 12) == "Search…orker"


def test_the_title_says_how_many_rows_are_drawn_if_not_all_are():
    assert top_of(25, 274) == " · top 25 of 274"
    assert top_of(25, 25) == ""
