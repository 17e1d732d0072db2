"""The files that are made of everything in an account, besides the tables of pages."""

from typing import Final

from corvana.deck.document import DECK as DECK_NAME
from corvana.deck.document import MEDIA_TYPE, deck_pptx
from corvana.deck.one_page import ONE_PAGE as ONE_PAGE_NAME
from corvana.deck.one_page import one_page_html
from corvana.evidence.pack import evidence_zip
from corvana.questions.file import declare
from corvana.report.document import report_html
from corvana.report.written import REPORT as REPORT_NAME

_HTML: Final = "text/html; charset=utf-8"
REPORT: Final = declare(REPORT_NAME, _HTML, report_html, str.encode)
DECK: Final = declare(DECK_NAME, MEDIA_TYPE, deck_pptx, bytes)
ONE_PAGE: Final = declare(ONE_PAGE_NAME, _HTML, one_page_html, str.encode)
EVIDENCE: Final = declare("corvana-evidence.zip", "application/zip", evidence_zip, bytes)
