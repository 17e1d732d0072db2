"""The page of settings: what is saved, refused in words, changed by two at once, and only read."""

from collections.abc import Callable
from datetime import UTC, datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from corvana.assessment.settings import (
    DEFAULTS,
    AssessmentSettings,
    Client,
    Holidays,
)
from corvana.config import load_settings
from corvana.store import engagements
from corvana.store.engine import open_database
from corvana.store.people import audit
from corvana.store.written import settings
from corvana.ui import access
from corvana.web.visitors import Visitor
from tests.builders.data_folder import forget
from tests.builders.stored.one_finding import store_one_finding

PAGE = "../../pages/settings.py"
Widgets = Callable[[str], Any]

ROUTER = Path(__file__).resolve().parents[3] / "corvana" / "ui" / "router.py"


@pytest.fixture
def engine(router: AppTest) -> Engine:
    return open_database(load_settings().database_url)


@pytest.fixture
def page(router: AppTest) -> AppTest:
    return router.run().switch_page(PAGE).run()


def every(shown: AppTest, kind: str) -> list[Any]:
    return list(shown.get(kind))


def labelled(shown: AppTest, kind: str, label: str) -> Any:
    [found] = [one for one in every(shown, kind) if one.label == label]
    return found


def saved_by(shown: AppTest, section: str) -> AppTest:
    shown.button(f"save {section}").click()
    return shown.run()


def stored(engine: Engine) -> AssessmentSettings:
    return settings.of(engine, "first")


def said(shown: AppTest) -> str:
    return "\n".join(str(one.value) for kind in ("error", "warning") for one in every(shown, kind))


def test_the_page_says_whose_data_the_settings_are_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store_one_finding(tmp_path, monkeypatch)
    shown = AppTest.from_file(ROUTER, default_timeout=60).run()
    shown = shown.switch_page("../../pages/settings.py").run()
    forget()
    assert [caption.value for caption in shown.caption if "PagerDuty" in caption.value]


def test_no_two_buttons_have_the_same_name(page: AppTest) -> None:
    names = [one.label for one in page.button if one.label.startswith("Save")]
    assert names == ["Save the assessment", "Save hours", "Save norms", "Save readers"]


def test_hours_are_saved_and_the_trail_says_only_that(page: AppTest, engine: Engine) -> None:
    labelled(page, "time_input", "Sleep from").set_value(time(23))
    shown = saved_by(page, "Hours")
    assert not shown.exception
    assert stored(engine).basis.hours.sleep_start == time(23)
    assert "sleep 23:00–08:00" in shown.caption[0].value.replace("\\", "")
    entry = audit.newest(engine)[0]
    assert (entry.action, entry.detail, entry.engagement_id) == (
        "settings changed", "hours", "first",
    )  # fmt: skip
    assert any("PagerDuty's Responder Insights count" in one.value for one in shown.caption)


def test_everything_else_is_saved(page: AppTest, engine: Engine) -> None:
    labelled(page, "text_input", "Client").set_value("Acme & Söhne <b>")
    labelled(page, "text_area", "Scope").set_value("# All\n[x](javascript:1)")
    saved_by(page, "The assessment")
    labelled(page, "number_input", "Time on call, at most (%)").set_value(30)
    saved_by(page, "Norms")
    labelled(page, "number_input", "Smallest group of people").set_value(8)
    labelled(page, "selectbox", "Clock of the pages").set_value("Asia/Tokyo")
    shown = saved_by(page, "Readers")
    found = stored(engine)
    assert (found.client.name, found.client.scope) == (
        "Acme & Söhne <b>", "# All\n[x](javascript:1)",
    )  # fmt: skip
    assert found.basis.norms.on_call_share == 0.3
    assert (found.smallest_group, found.reading_zone) == (8, "Asia/Tokyo")
    assert not shown.exception
    assert labelled(shown, "text_input", "Client").value == "Acme & Söhne <b>"


def test_a_fault_is_told_in_words_and_what_was_typed_stays(page: AppTest, engine: Engine) -> None:
    labelled(page, "time_input", "Business until").set_value(time(7))
    shown = saved_by(page, "Hours")
    assert said(shown) == "Not saved: business hours must begin before they end."
    assert labelled(shown, "time_input", "Business until").value == time(7)
    assert stored(engine) == DEFAULTS
    labelled(shown, "time_input", "Business until").set_value(time(17))
    assert said(saved_by(shown, "Hours")) == ""


def test_a_colour_that_cannot_be_read_is_refused_with_one_that_can(
    page: AppTest, engine: Engine
) -> None:
    labelled(page, "checkbox", "Use the client's colour in report and deck").set_value(True)
    labelled(page, "color_picker", "Colour").set_value("#ffcc00")
    shown = saved_by(page, "The assessment")
    assert "contrast of 1.5:1 and needs 4.5:1" in said(shown)
    assert "#8f7200" in said(shown)
    labelled(shown, "color_picker", "Colour").set_value("#0B1F3F")
    shown = saved_by(shown, "The assessment")
    assert stored(engine).client.accent == "#0b1f3f"
    assert any("the lighter shade #747f92 is used" in one.value for one in shown.caption)


def test_who_saves_the_same_second_sees_both_and_chooses(page: AppTest, engine: Engine) -> None:
    theirs = DEFAULTS.with_hours(sleep_start=time(21))
    settings.save(engine, "first", theirs, over=settings.Read(), by="p2")
    labelled(page, "time_input", "Sleep from").set_value(time(23))
    shown = saved_by(page, "Hours")
    assert stored(engine) == theirs
    assert "Changed meanwhile" in said(shown)
    beside = [one.value for one in shown.dataframe if "Yours" in one.value]
    assert beside[0].to_dict("list") == {
        "Field": ["Sleep hours"], "Yours": ["23:00–08:00"], "Theirs": ["21:00–08:00"],
    }  # fmt: skip
    next(one for one in shown.button if one.label == "Save yours").click()
    shown = shown.run()
    assert stored(engine).basis.hours.sleep_start == time(23)
    assert "Changed meanwhile" not in said(shown)


def test_what_a_third_one_saved_since_is_shown_before_it_is_replaced(
    page: AppTest, engine: Engine
) -> None:
    theirs = DEFAULTS.with_hours(sleep_start=time(21))
    settings.save(engine, "first", theirs, over=settings.Read(), by="p2")
    labelled(page, "time_input", "Sleep from").set_value(time(23))
    saved_by(page, "Hours")
    third = DEFAULTS.with_hours(sleep_start=time(20))
    settings.save(engine, "first", third, over=settings.read(engine, "first"), by="p3")
    shown = page.run()
    beside = next(one.value for one in shown.dataframe if "Yours" in one.value)
    assert beside["Theirs"].tolist() == ["20:00–08:00"]


def test_what_was_not_saved_in_one_engagement_is_not_offered_in_another(
    page: AppTest, engine: Engine
) -> None:
    theirs = DEFAULTS.with_client(name="Theirs")
    settings.save(engine, "first", theirs, over=settings.Read(), by="p2")
    labelled(page, "text_input", "Client").set_value("Mine, confidential")
    assert "Changed meanwhile" in said(saved_by(page, "The assessment"))
    other = engagements.create(engine, "Other", datetime(2026, 3, 1, tzinfo=UTC))
    page.query_params["engagement"] = other
    shown = page.run()
    assert not shown.exception
    assert "Changed meanwhile" not in said(shown)
    assert not [one for one in shown.dataframe if "Yours" in one.value]


def test_whoever_keeps_theirs_overwrites_nothing(page: AppTest, engine: Engine) -> None:
    theirs = DEFAULTS.with_hours(sleep_start=time(21))
    settings.save(engine, "first", theirs, over=settings.Read(), by="p2")
    labelled(page, "time_input", "Sleep from").set_value(time(23))
    shown = saved_by(page, "Hours")
    next(one for one in shown.button if one.label == "Keep theirs").click()
    shown = shown.run()
    assert stored(engine) == theirs
    assert labelled(shown, "time_input", "Sleep from").value == time(21)


def test_two_who_save_different_sections_both_have_it(page: AppTest, engine: Engine) -> None:
    named = DEFAULTS.model_copy(update={"client": Client(name="Acme")})
    settings.save(engine, "first", named, over=settings.Read(), by="p2")
    labelled(page, "time_input", "Sleep from").set_value(time(23))
    shown = saved_by(page, "Hours")
    assert said(shown) == ""
    found = stored(engine)
    assert (found.client.name, found.basis.hours.sleep_start) == ("Acme", time(23))


def test_what_is_typed_in_one_section_outlives_saving_another(page: AppTest) -> None:
    """The browser keeps what was typed in a form as long as the field is the same one."""
    before = labelled(page, "text_area", "Scope").id
    saved = labelled(page, "time_input", "Sleep from").id
    labelled(page, "time_input", "Sleep from").set_value(time(23))
    shown = saved_by(page, "Hours")
    assert labelled(shown, "text_area", "Scope").id == before
    assert labelled(shown, "time_input", "Sleep from").id != saved


def test_holidays_are_removed_again(router: AppTest, engine: Engine) -> None:
    bavaria = Holidays(time_zone="Europe/Berlin", country="DE", subdivision="BY")
    chosen = DEFAULTS.with_hours(holidays=(bavaria,))
    settings.save(engine, "first", chosen, over=settings.Read(), by="p2")
    shown = router.run().switch_page(PAGE).run()
    assert "Europe/Berlin: Germany, Bayern" in [one.value for one in shown.text]
    assert any(one.value.startswith("next: ") for one in shown.caption)
    shown.button("remove holidays Europe/Berlin").click()
    shown.run()
    assert stored(engine) == DEFAULTS


def test_a_viewer_reads_and_changes_nothing(
    router: AppTest, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = AssessmentSettings(client=Client(name="Acme", scope="<b>All</b>"))
    settings.save(engine, "first", named, over=settings.Read(), by="p2")
    viewer = Visitor("p3", "Viv", is_administrator=False, roles={"first": "viewer"})
    monkeypatch.setattr(access, "_visitor", lambda: viewer)
    shown = router.run().switch_page(PAGE).run()
    assert not shown.exception
    kinds = ("text_input", "text_area", "time_input", "number_input", "file_uploader")
    labels = [one.label for kind in kinds for one in every(shown, kind)]
    in_the_sidebar = ["New engagement", "Delete what was collected so many days after closing"]
    assert labels == in_the_sidebar, "without sign-in"
    assert not [one.label for one in shown.button if "ave" in one.label or "dd" in one.label]
    told = {row["Setting"]: row["Value"] for one in shown.dataframe for _, row in
            one.value.iterrows()}  # fmt: skip
    assert told["Client"] == "Acme"
    assert told["Scope"] == "<b>All</b>"
    assert told["Sleep hours"] == "22:00–08:00"


def test_an_assessor_who_became_a_viewer_saves_nothing(
    page: AppTest, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    labelled(page, "time_input", "Sleep from").set_value(time(23))
    viewer = Visitor("p3", "Viv", is_administrator=False, roles={"first": "viewer"})
    monkeypatch.setattr(access, "_visitor", lambda: viewer)
    saved_by(page, "Hours")
    assert stored(engine) == DEFAULTS


def a_picture() -> bytes:
    target = BytesIO()
    Image.new("RGB", (300, 100), "navy").save(target, "PNG")
    return target.getvalue()


def test_a_logo_is_kept_shown_and_removed(page: AppTest, engine: Engine) -> None:
    every(page, "file_uploader")[0].set_value(("logo.png", a_picture(), "image/png"))
    shown = page.run()
    assert not shown.exception
    kept = settings.logo(engine, "first")
    assert kept is not None
    assert kept.media_type == "image/png"
    assert any("data:image/png;base64," in one.proto.body for one in every(shown, "html"))
    next(one for one in shown.button if one.label == "Remove logo").click()
    shown.run()
    assert settings.logo(engine, "first") is None


def test_a_hostile_logo_is_refused_in_words_and_nothing_is_kept(
    page: AppTest, engine: Engine
) -> None:
    script = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
    every(page, "file_uploader")[0].set_value(("logo.png", script, "image/png"))
    shown = page.run()
    assert said(shown) == "Not saved: the file is neither PNG nor JPEG."
    assert settings.logo(engine, "first") is None
