// Draws a Plotly figure in the page, in the page's colours.
//
// Streamlit's own chart puts a new drawing in place of the old one and draws each figure twice. This
// one draws a figure once and into the drawing that is there.

import { Marks } from "./marks.js";

const SETTLED_MS = 100;
const PAPER = 680;
const LEGEND_ROW = 26;
const GAP = 4;
const MOVED_MS = 600;
const TOUCH = 2;
const LABEL_GAP = 8;
const MOST_ATTEMPTS = 4;
const CONFIG = { displayModeBar: false };
const MISSING = "The chart's script did not arrive. Reload the page to try again.";
const FAILED = "This chart could not be drawn. Reload the page to try again.";

const charts = new Map();
const decoder = new TextDecoder();
const pen = document.createElement("canvas").getContext("2d");
let plotly;
let isPrinting = false;

/** Show what was sent for one chart; the same element shows the next one, too. */
export function show({ data, parentElement, setTriggerValue }, address) {
  if (!charts.has(parentElement)) charts.set(parentElement, new Chart(parentElement, address));
  const chart = charts.get(parentElement);
  chart.clicked = (mark) => setTriggerValue("clicked", mark);
  chart.dragged = (days) => setTriggerValue("dragged", days ?? []);
  chart.show(decoder.decode(data));
  return () => {
    charts.delete(parentElement);
    chart.remove();
  };
}

class Chart {
  constructor(parent, address) {
    this.address = address;
    this.element = document.createElement("div");
    this.element.setAttribute("role", "figure");
    Object.assign(this.element.style, {
      background: "var(--st-secondary-background-color)",
      overflow: "hidden",
    });
    this.marks = new Marks(this.element, {
      act: (mark) => this.clicked(mark),
      period: (days) => this.dragged(days),
      redraw: () => this.draw(),
    });
    this.frame = document.createElement("div");
    this.frame.className = "corvana-chart";
    this.frame.append(this.element, this.marks.list, this.marks.ring);
    parent.replaceChildren(this.frame, this.marks.bar);
    this.width = this.element.clientWidth;
    this.room = 0;
    this.observer = new ResizeObserver(([entry]) => this.fit(Math.floor(entry.contentRect.width)));
    this.observer.observe(this.element);
  }

  show(sent) {
    const look = lookOf(this.element);
    if (sent === this.sent && look.every((value, place) => value === this.look[place])) return;
    this.sent = sent;
    this.look = look;
    this.draw();
  }

  async draw(attempts = MOST_ATTEMPTS) {
    const { sent } = this;
    const { told, figure } = JSON.parse(sent);
    this.element.setAttribute("aria-label", told.alt);
    this.element.style.height = `${figure.layout.height}px`;
    // What cannot be seen has no width; the observer tells when it has one.
    if (!this.width) return;
    try {
      const { react } = window.Plotly ?? (await load(this.address));
      // Meanwhile, another figure may have been sent or the page been left.
      if (sent !== this.sent) return;
      const isFirst = !this.isDrawn;
      if (isFirst) this.element.replaceChildren();
      this.isDrawn = true;
      this.marks.mark(figure, told);
      const layout = this.fitted(figure.layout, told);
      this.element.style.height = `${layout.height}px`;
      // A drawing that is there keeps its settings; given again, they make the browser lay out the page.
      const drawing = react(this.element, figure.data, layout, isFirst ? CONFIG : undefined);
      this.isClickable = told.clickable;
      this.setsPeriod = told.setsPeriod;
      for (const part of this.element.querySelectorAll(".main-svg"))
        part.setAttribute("viewBox", `0 0 ${layout.width} ${layout.height}`);
      if (isFirst) this.listen();
      await drawing;
      if (sent !== this.sent) return;
      const isOther = [this.makesRoom(layout), this.measuresAxis(layout)].some(Boolean);
      if (attempts > 1 && isOther) return void this.draw(attempts - 1);
      this.waitForNodes();
      this.marks.drawn();
    } catch (error) {
      if (this.isDrawn) window.Plotly.purge(this.element);
      this.isDrawn = false;
      this.element.textContent = error.message === MISSING ? MISSING : FAILED;
      throw error;
    } finally {
      this.element.style.background = "";
    }
  }

  /** The nodes of a flow move to their places within half a second. Until then it is not known
   * which names have room. */
  waitForNodes() {
    clearTimeout(this.moving);
    const moves = this.element.querySelector(".sankey-node") !== null;
    if (this.element.ariaBusy !== `${moves}`) this.element.setAttribute("aria-busy", moves);
    if (!moves) return;
    this.moving = setTimeout(() => {
      leaveOutCovered(this.element);
      this.element.setAttribute("aria-busy", false);
    }, MOVED_MS);
  }

  /** The layout in the page's look and the place's width. */
  fitted(layout, { title, titleLine, setsPeriod }) {
    dress(layout, this.look);
    if (setsPeriod && layout.yaxis) layout.yaxis.fixedrange = true;
    layout.width = isPrinting ? Math.min(PAPER, this.width) : this.width;
    // A finger that moves over a chart scrolls the page.
    if (matchMedia("(pointer: coarse)").matches) layout.dragmode = false;
    if (title) breakTitle(layout, title, titleLine);
    if (layout.legend) heighten(layout, this.room, isAbove(layout.legend) ? this.room : 0);
    this.labels = layout.xaxis;
    if (areNamed(layout.xaxis)) layout.xaxis = spread(layout.xaxis, this.axisLength, this.look.at(-1));
    return layout;
  }

  /** Whether other labels of the x axis fit than were drawn; the next drawing has them. */
  measuresAxis({ xaxis }) {
    const length = Number(this.element.querySelector(".nsewdrag")?.getAttribute("width"));
    if (!length || !areNamed(xaxis)) return false;
    this.axisLength = length;
    return spread(this.labels, length, this.look.at(-1)).ticktext.length !== xaxis.ticktext.length;
  }

  /** Whether a legend that wraps needs other room than it has, lest it covers the title or squeezes
   * the marks; the next drawing gives it. */
  makesRoom({ legend }) {
    const drawn = boxOf(this.element, ".legend");
    const title = boxOf(this.element, ".gtitle");
    let needed = 0;
    if (drawn && legend?.yref === "container") needed = drawn.height - LEGEND_ROW;
    else if (drawn && title && isAbove(legend) && drawn.left < title.right)
      needed = this.room + title.bottom + GAP - drawn.top;
    const room = Math.max(0, Math.ceil(needed));
    const isOther = Math.abs(room - this.room) > 1;
    if (isOther) this.room = room;
    return isOther;
  }

  listen() {
    const markOf = ({ points }) =>
      this.isClickable ? points.find(({ customdata }) => customdata != null) : undefined;
    this.element.on("plotly_hover", (event) => this.element.classList.toggle("on-mark", !!markOf(event)));
    this.element.on("plotly_unhover", () => this.element.classList.remove("on-mark"));
    this.element.on("plotly_click", (event) => {
      const mark = markOf(event);
      if (mark) this.marks.clicked(mark.customdata, event.event ?? { timeStamp: performance.now() });
    });
    this.element.on("plotly_relayout", (change) => {
      const [from, to] = [change["xaxis.range[0]"], change["xaxis.range[1]"]];
      if (this.setsPeriod && from && to) this.marks.dragged(`${from}`, `${to}`);
    });
  }

  fit(width) {
    clearTimeout(this.fitting);
    if (!width || width === this.width) return;
    this.fitting = setTimeout(() => {
      this.width = width;
      this.draw();
    }, SETTLED_MS);
  }

  remove() {
    this.sent = undefined;
    clearTimeout(this.fitting);
    clearTimeout(this.moving);
    this.observer.disconnect();
    if (this.isDrawn) window.Plotly.purge(this.element);
    this.frame.remove();
    this.marks.bar.remove();
  }
}

/** Plotly, asked for once; again when it did not arrive. */
export function load(address) {
  plotly ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => {
      plotly = undefined;
      script.remove();
      reject(new Error(MISSING));
    };
    document.head.append(script);
  });
  return plotly;
}

/** The page's text, lines, background and font; they change between light and dark. */
function lookOf(element) {
  const style = getComputedStyle(element);
  return ["text-color", "border-color", "background-color", "font"].map((name) =>
    style.getPropertyValue(`--st-${name}`).trim(),
  );
}

/** Give a figure's template the page's look; what the figure itself says stays. */
function dress(layout, [ink, line, ground, family]) {
  const muted = blend(ink, ground, 0.7);
  const small = { color: muted, size: 12 };
  const axis = {
    automargin: true,
    gridcolor: line,
    minor: { gridcolor: line },
    tickcolor: line,
    tickfont: small,
    title: { font: { color: muted, size: 13 }, standoff: 20 },
    zerolinecolor: line,
  };
  const page = {
    font: { ...small, family },
    hoverlabel: { bgcolor: ground, bordercolor: line, font: { ...small, color: ink, family } },
    legend: { bgcolor: "rgba(0,0,0,0)", font: { ...small, color: ink } },
    margin: { pad: 8 },
    paper_bgcolor: ground,
    plot_bgcolor: ground,
    title: { font: { color: ink, weight: 600 } },
    xaxis: axis,
    yaxis: axis,
  };
  layout.template = { ...layout.template, layout: joined(layout.template?.layout ?? {}, page) };
}

/** Break a figure's title where its place ends; that makes the figure higher or lower. */
function breakTitle(layout, title, titleLine) {
  const { font } = joined(layout.template.layout.title, layout.title);
  const drawn = `${font.weight} ${font.size}px ${layout.template.layout.font.family}`;
  const lines = [];
  for (const word of title.split(" ")) {
    const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
    // A drawn line is wider by a fraction of a pixel than a measured one.
    if (lines.length && widthOf(longer, drawn) <= layout.width - 1) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  const more = titleLine * (lines.length - layout.title.text.split("<br>").length);
  layout.title.text = lines.join("<br>");
  heighten(layout, more, more);
}

function widthOf(text, font) {
  pen.font = font;
  return pen.measureText(text).width;
}

/** Make a figure higher, above its marks by so much; its title stays as far from its top. */
function heighten(layout, pixels, above) {
  const height = layout.height + pixels;
  if (layout.title) layout.title.y = 1 - ((1 - layout.title.y) * layout.height) / height;
  layout.margin.t += above;
  layout.height = height;
}

/** Whether an axis has labels of its own at numbers within a range. */
function areNamed(axis) {
  return [axis?.ticktext, axis?.tickvals, axis?.range].every(Array.isArray);
}

/** An axis whose labels stand upright and apart, from the first on: Plotly would turn all of them
 * where two touch. Without a length it has all its labels. */
function spread(axis, length, family) {
  const { range, ticktext, tickvals } = axis;
  const scale = axis.type === "log" ? Math.log10 : Number;
  let end = Number.NEGATIVE_INFINITY;
  const apart = ticktext.flatMap((text, place) => {
    const at = ((scale(tickvals[place]) - range[0]) / (range[1] - range[0])) * length;
    const half = widthOf(text, `12px ${family}`) / 2;
    if (length && at - half < end + LABEL_GAP) return [];
    end = at + half;
    return [place];
  });
  const of = (list) => apart.map((place) => list[place]);
  return { ...axis, tickangle: 0, ticktext: of(ticktext), tickvals: of(tickvals) };
}

/** Leave out the name of a node of a flow that would lie over another node or over the name of a
 * larger one; the pointer shows it. */
function leaveOutCovered(element) {
  const nodes = [...element.querySelectorAll(".sankey-node")].map((node) => ({
    name: node.querySelector(".node-label"),
    box: boxOf(node, ".node-rect"),
  }));
  const taken = nodes.map(({ box }) => box);
  for (const { name } of nodes.toSorted((one, other) => other.box.height - one.box.height)) {
    name.style.visibility = "";
    const box = name.getBoundingClientRect();
    if (taken.some((other) => areOver(box, other))) name.style.visibility = "hidden";
    else taken.push(box);
  }
}

function areOver(one, other) {
  const over = (before, after) =>
    Math.min(one[after], other[after]) - Math.max(one[before], other[before]) > TOUCH;
  return over("left", "right") && over("top", "bottom");
}

function isAbove(legend) {
  return legend?.y === 1 && legend.yanchor === "bottom";
}

function boxOf(element, part) {
  return element.querySelector(part)?.getBoundingClientRect();
}

function joined(under, over) {
  const both = { ...under };
  for (const [name, value] of Object.entries(over))
    both[name] = isPlain(value) && isPlain(under[name]) ? joined(under[name], value) : value;
  return both;
}

function isPlain(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A colour between two of the form #rrggbb. */
function blend(over, under, share) {
  const [above, below] = [over, under].map((hex) =>
    [1, 3, 5].map((place) => Number.parseInt(hex.slice(place, place + 2), 16)),
  );
  return `rgb(${above.map((part, at) => Math.round(share * part + (1 - share) * below[at]))})`;
}

// Paper is narrower than the page: what is drawn for it is drawn anew.
for (const [event, begins] of Object.entries({ beforeprint: true, afterprint: false }))
  addEventListener(event, () => {
    isPrinting = begins;
    for (const chart of charts.values()) chart.draw();
  });

document.head.append(
  Object.assign(document.createElement("style"), {
    textContent: `
      .js-plotly-plot.on-mark .nsewdrag { cursor: pointer !important; }
      @media print {
        .js-plotly-plot, .js-plotly-plot .svg-container { width: 100% !important; max-width: 100% !important; }
        .js-plotly-plot { break-inside: avoid; }
        /* Still narrower paper makes a drawing smaller; its viewBox keeps it whole. */
        .js-plotly-plot .main-svg { max-width: 100%; }
      }`,
  }),
);
