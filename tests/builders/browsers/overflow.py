"""What does not fit on a page: too wide, cut, drawn beyond its chart, or over another label."""

from typing import Final

from playwright.sync_api import Page

_FAULTS: Final = """
() => {
  // A letter's box is a little higher than what is drawn of it.
  const slack = 2, above = 5, faults = [];
  const words = node => (node.textContent || "").trim().replace(/\\s+/g, " ").slice(0, 60);
  const box = node => node.getBoundingClientRect();
  const isShown = node => node.checkVisibility({checkOpacity: true, checkVisibilityCSS: true})
    && box(node).width > 1 && box(node).height > 1;
  for (const name of ["html", "[data-testid=stMain]"]) {
    const part = document.querySelector(name);
    if (part && part.scrollWidth > Math.min(part.clientWidth, innerWidth) + slack)
      faults.push(`wide: ${name} is ${part.scrollWidth} px wide`);
  }
  const main = document.querySelector("[data-testid=stMain]");
  // A table of Streamlit scrolls inside itself; its copy for screen readers is not seen.
  const cutting = [...main.querySelectorAll("*")].filter(node =>
    !node.closest("[data-testid=stDataFrame], svg, [aria-hidden=true], .corvana-unseen")
    && isShown(node));
  for (const node of cutting) {
    const style = getComputedStyle(node);
    const cuts = ["hidden", "clip"].includes(style.overflowX) || style.textOverflow === "ellipsis";
    const own = [...node.childNodes].some(each => each.nodeType === 3 && each.data.trim());
    if (cuts && (own || node.querySelector("p, span")) && style.display !== "inline"
        && node.scrollWidth > node.clientWidth + slack)
      faults.push(`cut: "${words(node)}" by ${node.scrollWidth - node.clientWidth} px`);
  }
  const labels = ".xtick text, .ytick text, .gtitle, .xtitle, .ytitle, .legendtext, "
    + ".annotation-text, .bartext";
  for (const chart of main.querySelectorAll(".js-plotly-plot")) {
    const around = box(chart);
    const shown = [...chart.querySelectorAll(labels)].filter(each => words(each) && isShown(each));
    for (const each of shown) {
      const own = box(each);
      const out = Math.max(around.left - own.left, own.right - around.right,
        around.top - own.top - above, own.bottom - around.bottom - above);
      if (out > slack) faults.push(`beyond its chart: "${words(each)}" by ${Math.round(out)} px`);
    }
    // The box of a turned label says nothing of where its letters are.
    const isTurned = each => /rotate\\((?!0[,)])/.test(each.getAttribute("transform"));
    const upright = shown.filter(each => !isTurned(each));
    upright.forEach((one, place) => upright.slice(place + 1).forEach(other => {
      const [a, b] = [box(one), box(other)];
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (across > slack && down > slack + 1)
        faults.push(`over each other: "${words(one)}" and "${words(other)}"`);
    }));
  }
  return [...new Set(faults)];
}
"""


def faults_of(page: Page) -> list[str]:
    """Return what does not fit on the page as it is drawn now, each in words."""
    return list(page.evaluate(_FAULTS))
