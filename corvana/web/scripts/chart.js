// Draws a Plotly figure in the page, in the page's colours.
//
// Streamlit's own chart puts a new drawing in place of the old one and draws each figure twice. This
// one draws a figure once and into the drawing that is there.

const SETTLED_MS = 100;
const PAPER = 680;
const LEGEND_ROW = 26;
const GAP = 4;
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
    parent.replaceChildren(this.element);
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
      const layout = this.fitted(figure.layout, told);
      this.element.style.height = `${layout.height}px`;
      const drawing = react(this.element, figure.data, layout, CONFIG);
      this.isClickable = told.clickable;
      for (const part of this.element.querySelectorAll(".main-svg"))
        part.setAttribute("viewBox", `0 0 ${layout.width} ${layout.height}`);
      if (isFirst) this.listen();
      await drawing;
      if (attempts > 1 && sent === this.sent && this.makesRoom(layout)) this.draw(attempts - 1);
    } catch (error) {
      if (this.isDrawn) window.Plotly.purge(this.element);
      this.isDrawn = false;
      this.element.textContent = error.message === MISSING ? MISSING : FAILED;
      throw error;
    } finally {
      this.element.style.background = "";
    }
  }

  /** The layout in the page's look and the place's width. */
  fitted(layout, { title, titleLine }) {
    dress(layout, this.look);
    layout.width = isPrinting ? Math.min(PAPER, this.width) : this.width;
    // A finger that moves over a chart scrolls the page.
    if (matchMedia("(pointer: coarse)").matches) layout.dragmode = false;
    if (title) breakTitle(layout, title, titleLine);
    if (layout.legend) heighten(layout, this.room, isAbove(layout.legend) ? this.room : 0);
    return layout;
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
      if (mark) this.clicked(mark.customdata);
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
    this.observer.disconnect();
    if (this.isDrawn) window.Plotly.purge(this.element);
    this.element.remove();
  }
}

/** Plotly, asked for once; again when it did not arrive. */
function load(address) {
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
  pen.font = `${font.weight} ${font.size}px ${layout.template.layout.font.family}`;
  const lines = [];
  for (const word of title.split(" ")) {
    const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
    if (lines.length && pen.measureText(longer).width <= layout.width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  const more = titleLine * (lines.length - layout.title.text.split("<br>").length);
  layout.title.text = lines.join("<br>");
  heighten(layout, more, more);
}

/** Make a figure higher, above its marks by so much; its title stays as far from its top. */
function heighten(layout, pixels, above) {
  const height = layout.height + pixels;
  if (layout.title) layout.title.y = 1 - ((1 - layout.title.y) * layout.height) / height;
  layout.margin.t += above;
  layout.height = height;
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
