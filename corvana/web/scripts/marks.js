// The marks of a chart for keyboard, screen reader and pointer: one is in focus, one is highlighted.
//
// A screen reader meets a list box with one option at a time. Tab enters it, arrows move from mark to
// mark, Enter highlights, Escape undoes. Highlighting keeps all marks and draws the others in grey; a
// button beside the chart then narrows the page to the highlighted one.

const GREY = { light: "#b4bcc5", dark: "#4d5864" };
const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, PageDown: 10, PageUp: -10 };
const ROW = 4;
const LEAST = 24;
const JUST_NOW_MS = 400;
const TAG = /<[^>]*>/g;
let options = 0;

export class Marks {
  /** `act` is called with the data of the mark that the reader narrows the page to. `redraw` draws
   * the chart again. */
  constructor(chart, { act, redraw, period }) {
    Object.assign(this, { chart, act, redraw, period, told: {}, marks: [], place: 0, chosenAt: 0 });
    this.list = make("div", "corvana-marks", { role: "listbox", tabindex: "-1" });
    this.ring = make("div", "corvana-ring", { "aria-hidden": "true" });
    this.bar = make("div", "corvana-chosen", { role: "status" });
    // Until marks are drawn there is nothing to name, to enter or to surround.
    this.list.hidden = true;
    this.ring.hidden = true;
    this.list.addEventListener("keydown", (event) => this.press(event));
    this.list.addEventListener("focus", () => this.moveTo(this.place));
    this.list.addEventListener("blur", () => this.leave());
    this.bar.addEventListener("keydown", (event) => event.key === "Escape" && this.undo());
    // The click that chose a mark arrives here, too; times of input do not depend on how long
    // drawing takes.
    chart.addEventListener("click", ({ timeStamp }) => {
      if (Math.abs(timeStamp - this.chosenAt) > JUST_NOW_MS) this.undo();
    });
  }

  /** Change a figure before it is drawn: what was highlighted stays so, if it is still there. */
  mark(figure, told) {
    this.told = told;
    const { chosen } = this;
    if (!told.clickable) return;
    figure.layout.clickmode = "event";
    if (!chosen) return;
    const isThere = figure.data.some((trace) => listed(trace.customdata).some((one) => same(one, chosen.data)));
    const others = figure.data.some((trace) => listed(trace.customdata).some((one) => one != null && !same(one, chosen.data)));
    // After "Only …" nothing else is left: then all of the page is of the chosen one.
    if (isThere && others) highlight(figure, chosen.data);
    else this.forget();
  }

  /** Find the marks of what was drawn. */
  drawn() {
    this.marks = found(this.chart, this.told.clickable);
    this.place = Math.min(this.place, Math.max(this.marks.length - 1, 0));
    const [first] = this.marks;
    this.list.tabIndex = first ? 0 : -1;
    this.list.hidden = !first;
    if (!first) return;
    const does = this.told.opens ? "Enter opens one" : "Enter highlights one, Escape undoes";
    this.list.setAttribute(
      "aria-label",
      `Marks of the chart: ${this.told.title}. Arrows move${this.told.clickable ? `, ${does}` : ""}.`,
    );
    if (document.activeElement === this.list) this.moveTo(this.place);
    else this.speak(this.marks[this.place]);
  }

  press(event) {
    const { key } = event;
    const last = this.marks.length - 1;
    if (key in STEPS) this.moveTo(Math.max(0, Math.min(last, this.place + STEPS[key])));
    else if (key === "Home") this.moveTo(0);
    else if (key === "End") this.moveTo(last);
    else if (key === "Enter" || key === " ") this.choose(this.marks[this.place]?.data, this.place);
    else if (key === "Escape") this.undo();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  moveTo(place) {
    const mark = this.marks[place];
    if (!mark) return;
    this.place = place;
    this.hover(mark);
    this.surround(mark);
    this.speak(mark);
  }

  /** Show the mark's label, as under a pointer. */
  hover({ curveNumber, pointNumber, subplot }) {
    if (!subplot) return;
    try {
      window.Plotly.Fx.hover(this.chart, [{ curveNumber, pointNumber }], subplot);
    } catch {
      // Some kinds of marks have no label of their own; the spoken text tells of them.
    }
  }

  surround(mark) {
    const at = boxOf(mark, this.chart);
    Object.assign(this.ring.style, {
      left: `${at.x - at.width / 2 - 4}px`,
      top: `${at.y - at.height / 2 - 4}px`,
      width: `${at.width + 8}px`,
      height: `${at.height + 8}px`,
    });
    this.ring.hidden = false;
  }

  /** Give the mark's text to a screen reader. A new option each time: a changed one is not read. */
  speak(mark) {
    options += 1;
    const option = make("div", "", {
      id: `corvana-mark-${options}`,
      role: "option",
      "aria-posinset": `${this.place + 1}`,
      "aria-setsize": `${this.marks.length}`,
      "aria-selected": `${!!this.chosen && same(mark.data, this.chosen.data)}`,
    });
    option.textContent = textOf(this.chart, mark);
    this.list.replaceChildren(option);
    this.list.setAttribute("aria-activedescendant", option.id);
  }

  leave() {
    this.ring.hidden = true;
    if (window.Plotly) window.Plotly.Fx.unhover(this.chart);
  }

  /** Choose the mark that a pointer clicked. */
  clicked(data, { timeStamp }) {
    this.chosenAt = timeStamp;
    this.choose(data);
  }

  /** Highlight the marks with this data, or open them where the chart opens what is chosen. */
  choose(data, place = this.marks.findIndex((mark) => same(mark.data, data))) {
    if (data == null || !this.told.clickable) return;
    if (this.told.opens) {
      this.act(data);
      return;
    }
    const mark = this.marks[place];
    this.chosen = { data, name: mark ? nameOf(this.chart, mark) : "this one" };
    this.offer(
      `${this.chosen.name} is highlighted.`,
      [`Only ${this.chosen.name}`, () => this.act(data)],
      ["Show all alike", () => this.undo()],
    );
    this.redraw();
  }

  /** Tell that a period was dragged out, and offer the way back. */
  dragged(from, to) {
    this.chosenAt = performance.now();
    this.period([from, to]);
    this.hasPeriod = true;
    this.offer("The dragged days are the period now.", ["Back to the period before", () => this.undo()]);
    this.redraw();
  }

  /** What Escape, a click beside the marks, and the last button do. */
  undo() {
    if (this.hasPeriod) this.period(null);
    const had = this.chosen;
    const hadFocus = this.bar.contains(document.activeElement);
    this.forget();
    if (had) this.redraw();
    if (hadFocus) this.list.focus();
  }

  forget() {
    this.chosen = undefined;
    this.hasPeriod = false;
    this.bar.replaceChildren();
  }

  offer(sentence, ...actions) {
    const words = make("span");
    words.textContent = sentence;
    const buttons = actions.map(([label, action]) => {
      const button = make("button", "", { type: "button" });
      button.textContent = label;
      button.addEventListener("click", action);
      return button;
    });
    this.bar.replaceChildren(words, ...buttons);
  }
}

function make(kind, name = "", attributes = {}) {
  const element = document.createElement(kind);
  if (name) element.className = name;
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
  return element;
}

/** Keep the marks with this data as they are; the others and their whiskers become grey. */
function highlight(figure, data) {
  const grey = GREY[document.documentElement.style.colorScheme || schemeOf()];
  const rest = [];
  for (const trace of figure.data) {
    const all = listed(trace.customdata);
    if (all.some((one) => one != null)) {
      trace.selectedpoints = all.flatMap((one, place) => (same(one, data) ? [place] : []));
      // A text inside a mark was made for the mark's own colour.
      trace.unselected = { marker: { color: grey, opacity: 0.6 } };
      if (trace.error_x) trace.error_x.color = grey;
    } else if (trace.mode === "lines" && Array.isArray(trace.y)) {
      // Whiskers are lines; those of the chosen mark are drawn once more, in their colour.
      if (trace.y.some((one) => same(one, data)))
        rest.push({ ...trace, y: trace.y.map((one) => (same(one, data) ? one : null)), showlegend: false });
      trace.line = { ...trace.line, color: grey };
    }
  }
  figure.data.push(...rest);
}

function schemeOf() {
  return getComputedStyle(document.querySelector(".stApp") ?? document.body).colorScheme === "dark" ? "dark" : "light";
}

/** The marks of a drawing in reading order; of a chart whose marks can be chosen, those only. */
function found(chart, isClickable) {
  const drawnOnes = new Map();
  for (const node of chart.querySelectorAll(".plot .point, .plot .points path"))
    if (node.__data__) drawnOnes.set(node.__data__, node);
  const marks = (chart._fullData ?? []).flatMap((trace, curveNumber) => {
    const skipped = trace.visible !== true || trace.hoverinfo === "skip" || !trace._module?.hoverPoints;
    if (skipped || !trace.xaxis || !trace.yaxis) return [];
    const points = chart.calcdata[curveNumber];
    return trace.type === "heatmap" ? cells(chart, trace, curveNumber) : single(chart, trace, curveNumber, points, drawnOnes);
  });
  marks.push(...flows(chart));
  const usable = isClickable ? marks.filter(({ data }) => data != null) : marks;
  const isRows = usable.every(({ inRows }) => inRows);
  return usable.sort((one, other) => {
    if (isRows) return Math.abs(one.y - other.y) > ROW ? one.y - other.y : one.x - other.x;
    return one.curveNumber - other.curveNumber || one.x - other.x;
  });
}

function single(chart, trace, curveNumber, points, drawnOnes) {
  const { xaxis, yaxis, subplot } = axesOf(chart, trace);
  return points.flatMap((point, place) => {
    const pointNumber = point.i ?? place;
    const node = drawnOnes.get(point);
    // Of a bar, these are its end; of bars on another, that is where the next one begins.
    const x = xaxis.c2p(point.x, true);
    const y = yaxis.c2p(point.y, true);
    if (!Number.isFinite(x) || !Number.isFinite(y)) return [];
    return [
      {
        curveNumber,
        pointNumber,
        subplot,
        node,
        x: x + xaxis._offset,
        y: y + yaxis._offset,
        data: trace.customdata?.[pointNumber],
        inRows: yaxis.type === "category",
      },
    ];
  });
}

/** The boxes and the flows between them of a chart that has no axes. */
function flows(chart) {
  const nodes = [...chart.querySelectorAll(".sankey-node rect.node-rect, .sankey-link")];
  // To ask where a chart lies makes the browser lay out the page, so ask only where it matters.
  if (!nodes.length) return [];
  const whole = chart.getBoundingClientRect();
  return nodes.map((node) => {
    const { node: box, link } = node.__data__;
    const at = node.getBoundingClientRect();
    const told = link ? `${link.source.customdata} → ${link.target.customdata}, ${link.customdata}` : `${box.customdata}: ${box.value}`;
    return {
      curveNumber: 0,
      node,
      text: told,
      x: at.x + at.width / 2 - whole.x,
      y: at.y + at.height / 2 - whole.y,
    };
  });
}

function cells(chart, trace, curveNumber) {
  const [{ x, y, z }] = chart.calcdata[curveNumber];
  const { xaxis, yaxis, subplot } = axesOf(chart, trace);
  const middle = (axis, edges, place) => axis._offset + (axis.c2p(edges[place]) + axis.c2p(edges[place + 1])) / 2;
  return z.flatMap((row, down) =>
    [...row].flatMap((value, across) =>
      value == null || Number.isNaN(value)
        ? []
        : [
            {
              curveNumber,
              pointNumber: [down, across],
              subplot,
              x: middle(xaxis, x, across),
              y: middle(yaxis, y, down),
              inRows: true,
            },
          ],
    ),
  );
}

function axesOf({ _fullLayout }, trace) {
  const name = (axis) => axis.replace(/^([xy])/, "$1axis");
  return {
    xaxis: _fullLayout[name(trace.xaxis)],
    yaxis: _fullLayout[name(trace.yaxis)],
    subplot: trace.xaxis + trace.yaxis,
  };
}

/** Where a mark lies in its chart: the middle, and a size that can be seen. */
function boxOf({ node, x, y }, chart) {
  const whole = chart.getBoundingClientRect();
  const drawn = node?.isConnected ? node.getBoundingClientRect() : undefined;
  if (!drawn?.width) return { x, y, width: LEAST / 2, height: LEAST / 2 };
  return {
    x: drawn.x + drawn.width / 2 - whole.x,
    y: drawn.y + drawn.height / 2 - whole.y,
    width: drawn.width,
    height: drawn.height,
  };
}

/** What a mark says: its own words, else the label that is shown over it, else its two values. */
function textOf(chart, mark) {
  const own = mark.text ?? wordsOf(chart, mark);
  if (own) return plain(own);
  const labels = [...chart.querySelectorAll(".hoverlayer text")];
  const shown = labels.map((label) => [...label.querySelectorAll(".line")].map((line) => line.textContent).join(", ") || label.textContent);
  return shown.join(", ") || `Mark ${chart._fullData[mark.curveNumber].name}`;
}

function wordsOf(chart, { curveNumber, pointNumber }) {
  const { hovertemplate, hovertext, text, name } = chart._fullData[curveNumber];
  const template = hovertemplate ?? "";
  const source = template.includes("%{hovertext}") ? hovertext : template.includes("%{text}") ? text : undefined;
  const own = Array.isArray(pointNumber) ? source?.[pointNumber[0]]?.[pointNumber[1]] : source?.[pointNumber];
  return typeof own === "string" && own ? own : typeof source === "string" ? name : "";
}

/** The name of what a mark stands for: the bold words of its text, else the mark's row. */
function nameOf(chart, mark) {
  const own = wordsOf(chart, mark);
  const bold = /<b>(.*?)<\/b>/.exec(own)?.[1];
  return plain(bold || own.split("<br>")[0] || `${mark.data}`);
}

function plain(marked) {
  const letters = document.createElement("textarea");
  letters.innerHTML = marked.replaceAll("<br>", ", ").replace(TAG, "");
  return letters.value.replace(/\s+/g, " ").trim();
}

function listed(values) {
  return Array.isArray(values) || ArrayBuffer.isView(values) ? [...values] : [];
}

function same(one, other) {
  return one != null && JSON.stringify(one) === JSON.stringify(other);
}

document.head.append(
  Object.assign(document.createElement("style"), {
    textContent: `
      .corvana-chart { position: relative; }
      .corvana-marks { position: absolute; inset: 0; pointer-events: none; overflow: hidden; contain: strict;
        color: transparent; font-size: 1px; border-radius: 4px; }
      .corvana-marks[hidden], .corvana-ring[hidden] { display: none; }
      .corvana-marks:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 1px; }
      .corvana-marks > * { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
      .corvana-ring { position: absolute; pointer-events: none; border: 2px solid var(--st-text-color);
        border-radius: 6px; box-shadow: 0 0 0 2px var(--st-background-color); }
      .corvana-chosen { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; min-height: 0;
        font-family: var(--st-font); font-size: .875rem; color: var(--st-text-color); }
      .corvana-chosen:not(:empty) { padding: .4rem 0; }
      .corvana-chosen button { min-height: 32px; padding: .2rem .75rem; font: inherit; cursor: pointer;
        color: var(--st-link-color); background: var(--st-background-color);
        border: 1px solid var(--st-primary-color); border-radius: 8px; }
      .corvana-chosen button:hover { background: var(--st-secondary-background-color); }
      .corvana-chosen button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
      @media print { .corvana-chosen, .corvana-ring, .corvana-marks { display: none !important; } }`,
  }),
);
