import re

from streamlit.testing.v1 import AppTest


def failing_page() -> None:
    from corvana.ui.script_errors import show_reference  # noqa: PLC0415 - runs as a page

    show_reference(RuntimeError("token pdus+_s3cret of Jane Doe"))


def test_a_failed_page_shows_a_reference_and_never_the_message(caplog, capfd):
    shown = AppTest.from_function(failing_page).run()
    assert not shown.exception
    [sentence] = [element.value for element in shown.error]
    assert re.search(r"reference `[0-9a-f]{12}`", sentence)
    written = sentence + caplog.text + "".join(capfd.readouterr())
    assert "s3cret" not in written
    assert "Jane Doe" not in written
