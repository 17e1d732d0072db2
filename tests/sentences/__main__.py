"""Print every distinct sentence of the grid, with the account and the selection it is from.

`python -m tests.sentences` prints them sorted by page and place. Ticks of axes and labels that show
only when a mark is pointed at are left out.
"""

import re
import sys

from tests.builders.sentences import heard
from tests.builders.sentences.heard import Heard

_NO_SENTENCE = re.compile(r"· (?:axis|hover)$|^(?:button|page_link|tab|slider)$")


def main() -> None:
    """Print the list to the standard output, and its length to the standard error."""
    first: dict[tuple[str, str, str], Heard] = {}
    for account in heard.everything():
        for each in account.heard:
            if not _NO_SENTENCE.search(each.said.where):
                first.setdefault(each.said, each)
    for said, each in sorted(first.items()):
        told = each.case.told.name
        sys.stdout.write(f"{' | '.join(said)}   [{told}, {each.case.name}]\n")
    sys.stderr.write(f"{len(first)} sentences\n")


if __name__ == "__main__":
    main()
