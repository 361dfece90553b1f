// ---- shares by place, or by topic, as chosen; drawn as the page itself draws them
const form = document.getElementById("explorer");
function nice(value) {
  const power = 10 ** Math.floor(Math.log10(value || 1));
  return [1, 2, 3, 4, 5, 6, 8, 10].find((step) => step * power >= value * 0.9999) * power;
}
function svg(name, attributes, text) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== undefined) node.textContent = text;
  return node;
}
let cut = null;  // rows of the places shown, where the whole table is too long for the page
function shareColumn(key) {
  const own = document.getElementById("data-shares");
  if (!own) return column("shares_place_year", key);
  if (!cut) cut = JSON.parse(own.textContent);
  const found = cut.columns.find((one) => one.name === key);
  return found.cells || found.at.map((at) => found.values[at]);
}
function panel(title, rows, years, high) {
  const [first, last] = [years[0], years[years.length - 1]];
  const x = (year) => +(32 + (170 * (year - first)) / Math.max(last - first, 1)).toFixed(1);
  const y = (value) => +(8 + 78 * (1 - value / high)).toFixed(1);
  const picture = svg("svg", { viewBox: "0 0 210 104", role: "img" });
  for (const value of [0, high / 2, high]) {
    picture.append(svg("line", { class: "grid", x1: 32, x2: 202, y1: y(value), y2: y(value) }));
    picture.append(svg("text", { class: "tick", x: 28, y: y(value) + 3, "text-anchor": "end" }, +(100 * value).toPrecision(3) + "%"));
  }
  for (const year of new Set([first, Math.floor((first + last) / 2), last])) {
    picture.append(svg("text", { class: "tick", x: x(year), y: 99, "text-anchor": "middle" }, year));
  }
  const seen = new Map(rows.filter((row) => row.share !== null && !row.gap).map((row) => [row.year, row]));
  let run = [];
  const close = () => {
    if (run.length > 1) picture.append(svg("polyline", { class: "strong", points: run.join(" ") }));
    run = [];
  };
  for (const year of years) {
    if (seen.has(year)) run.push(x(year) + "," + y(seen.get(year).share));
    else close();
  }
  close();
  const [notes, dots] = [[], []];
  for (const row of seen.values()) {
    const sure = row.low !== null && row.high !== null;
    const reach = sure ? " [" + (100 * row.low).toFixed(1) + ", " + (100 * row.high).toFixed(1) + "]" : "";
    const note = row.year + ": " + (100 * row.share).toFixed(1) + "%" + reach + " (n=" + row.n_items + ")";
    if (sure) {
      const [top, end] = [row.high, row.low].map((value) => y(Math.min(value, high)));
      picture.append(svg("line", { class: "span", x1: x(row.year), x2: x(row.year), y1: top, y2: end }));
    }
    const dot = svg("circle", { class: row.thin ? "hollow" : "full", cx: x(row.year), cy: y(row.share), r: 2.6 });
    dot.append(svg("title", {}, note));
    dots.push(dot);
    notes.push(note);
  }
  picture.append(...dots);  // above the intervals
  picture.setAttribute("aria-label", title + ": " + notes.join("; "));
  const figure = make("figure", undefined, { class: "panel" });
  const caption = make("figcaption");
  const total = rows.reduce((sum, row) => sum + row.n_items, 0);
  caption.append(make("span", title, { class: "what", lang: "zh-CN", title }), " ", make("small", "n=" + total.toLocaleString("en-US"), { class: "n" }));
  figure.append(caption, picture);
  return figure;
}
function explore() {
  const view = form.elements.view.value;
  const other = view === "topic" ? "place" : "topic";
  form.querySelectorAll("[data-for]").forEach((one) => { one.hidden = one.dataset.for !== view; });
  const chosen = form.elements[view].value;
  const names = [...form.elements[other].options].map((option) => [option.value, option.textContent]);
  const data = Object.fromEntries(["place", "year", "topic", "share", "low", "high", "n_items", "thin", "gap"].map((key) => [key, shareColumn(key)]));
  const groups = new Map(names.map(([value]) => [value, []]));
  let [first, last, top, reach] = [Infinity, -Infinity, 0, 0];
  data.year.forEach((year, at) => {
    if (year === null || !groups.has(data[other][at]) || data[view][at] !== chosen) return;
    [first, last] = [Math.min(first, year), Math.max(last, year)];
    top = Math.max(top, data.share[at] || 0);
    reach = Math.max(reach, data.high[at] || 0);
    groups.get(data[other][at]).push({ year, share: data.share[at], low: data.low[at], high: data.high[at], n_items: data.n_items[at], thin: data.thin[at], gap: data.gap[at] });
  });
  if (first > last) return;
  const years = Array.from({ length: last - first + 1 }, (_, at) => first + at);
  const high = nice(Math.max(top, Math.min(reach, 1.5 * top)));
  document.querySelector(".chosen").textContent = form.elements[view].selectedOptions[0].textContent;
  document.getElementById("by-place").replaceChildren(...names.map(([value, title]) => panel(title, groups.get(value), years, high)));
}
if (form) {
  form.hidden = false;
  form.addEventListener("change", explore);
  form.addEventListener("submit", (event) => event.preventDefault());
  let drawn = false;
  document.addEventListener("page:show", (event) => {
    if (event.detail.id !== "places" || drawn) return;
    drawn = true;
    setTimeout(explore);  // the page is shown first
  });
}
