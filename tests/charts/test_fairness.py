"""The Lorenz curve: nothing to share, two people, many, and what its title claims."""

from corvana.charts.fairness import plot_evenness, plot_lorenz
from tests.builders.charts.fairness import rotations, split


def test_nothing_to_share_is_said_in_words():
    for nothing in (split(), split(0, 0)):
        drawn = plot_lorenz(nothing, "nights with pages")
        assert not drawn.data
        assert "No nights with pages to share" in drawn.layout.annotations[0].text


def test_the_title_tells_what_the_upper_half_carries_and_what_by_chance():
    shared = split(10, 10, 10, 30)
    drawn = plot_lorenz(shared, "nights with pages")
    expected = round(100 * (1 - shared.lorenz["expected"].iloc[2]))
    assert drawn.layout.title.text.replace("<br>", " ") == (
        f"Half the responders take 67 % of nights with pages; {expected} % by chance"
    )
    band, _, observed = drawn.data
    assert list(observed.y) == [0, 1 / 6, 2 / 6, 3 / 6, 1]
    assert len(band.x) == 10
    assert "by chance" in band.name


def test_an_odd_number_of_people_is_told_by_count_and_few_events_are_not_compared():
    odd = plot_lorenz(split(10, 10, 30), "nights with pages").layout.title.text.replace("<br>", " ")
    assert odd.startswith("1 of 3 responders takes 60 % of nights with pages; ")
    few = plot_lorenz(split(0, 1), "nights with pages").layout.title.text
    assert few == "Nights with pages: n = 1, too few to compare"


def test_with_too_few_turns_there_is_no_band_and_no_comparison():
    drawn = plot_lorenz(split(10, 10, 10, 30, turns=2), "nights with pages")
    assert drawn.layout.title.text.replace("<br>", " ") == (
        "Half the responders take 67 % of nights with pages; 8 turns, too few to compare with "
        "chance"
    )
    _, observed = drawn.data
    assert observed.name == "observed"
    assert not any("chance" in text for text in observed.text)


def test_many_people_are_a_curve_of_few_points_with_both_ends():
    shared = split(*range(1, 501))
    band, _, observed = plot_lorenz(shared, "weekend hours").data
    assert (len(observed.x), len(band.x)) == (400, 800)
    assert (observed.x[0], observed.x[-1]) == (0, 1)
    known = set(
        shared.lorenz[["share_of_responders", "share_of_load"]].itertuples(index=False, name=None)
    )
    assert set(zip(observed.x, observed.y, strict=True)) <= known


def test_each_rotation_stands_beside_chance_and_the_title_counts_the_clearly_uneven():
    drawn = plot_evenness(rotations(3).assign(is_clear=[True, False, False]), {"S0": "Pay <b>"})
    chance, observed = drawn.data
    assert drawn.layout.title.text.replace("<br>", " ") == (
        "1 of 3 rotations shares nights clearly less evenly than chance"
    )
    assert list(chance.x) == [0.2] * 3
    assert list(observed.x) == [0.5, 0.3, 0.1]
    assert drawn.layout.yaxis.ticktext[0] == "Pay &lt;b&gt;  (20)"
    assert "by chance 0.20" in observed.text[0]


def test_rotations_with_few_nights_are_pale_and_not_judged():
    few = rotations(2).assign(nights=[20, 9], is_clear=[False, True])
    drawn = plot_evenness(few, {})
    assert list(drawn.data[1].marker.opacity) == [1.0, 0.4]
    assert drawn.layout.title.text.replace("<br>", " ") == (
        "0 of 1 rotation shares nights clearly less evenly than chance"
    )
    none = plot_evenness(few.tail(1), {})
    assert none.layout.title.text == "No rotation has 10 nights with pages to compare"


def test_without_a_rotation_that_can_be_judged_the_reason_is_said():
    drawn = plot_evenness(rotations(0), {})
    assert not drawn.data
    assert "turns enough" in drawn.layout.annotations[0].text


def test_many_rotations_are_cut_and_the_title_says_so():
    drawn = plot_evenness(rotations(40), {})
    assert len(drawn.data[0].x) == 25
    assert drawn.layout.title.text.replace("<br>", " ").endswith("· top 25 of 40")
