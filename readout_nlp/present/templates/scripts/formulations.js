// ---- formulations: curves laid over each other, first uses place by place, search in the table
{
  const home = document.getElementById("formulations");
  const SVG = "http://www.w3.org/2000/svg";
  const draw = (name, attributes, text) => {
    const node = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    if (text !== undefined) node.textContent = text;
    return node;
  };
  const DAY = 86400000;
  const YEAR = 365.25;
  const MOST = 4;
  const MOST_PLACES = 80;
  const over = document.getElementById("spread-over");
  const uses = document.getElementById("uses-by-place");
  const search = document.getElementById("tifa-search");
  const picked = [];
  const widthOf = (box) => Math.max(300, Math.min(940, box.clientWidth || 700));
  const yearSteps = (first, last, most) => {
    const step = [1, 2, 5, 10, 20].find((one) => (last - first) / one <= most);
    return Array.from({ length: last - first + 1 }, (_, at) => first + at).filter((year) => year % step === 0);
  };

  const curves = () => {
    const by = new Map();
    const [term, lag, share, low, high] = ["term", "lag_days", "share", "low", "high"].map((key) => column("tifa_curves", key));
    term.forEach((name, at) => {
      if (!by.has(name)) by.set(name, []);
      by.get(name).push({ lag: lag[at] / YEAR, share: share[at], low: low[at], high: high[at] });
    });
    return by;
  };
  let known = null;
  function overlay() {
    known = known || curves();
    const legend = over.querySelector(".legend");
    const plot = over.querySelector(".plot");
    if (!picked.length) {
      legend.textContent = say("formulations.overlay_hint");
      plot.replaceChildren();
      return;
    }
    const width = widthOf(plot);
    const height = Math.round(Math.min(330, 180 + width / 6));
    const [left, right, top, bottom] = [40, 12, 10, 40];
    const all = [...known.values()].flat();
    const [first, last] = [Math.min(...all.map((one) => one.lag)), Math.max(...all.map((one) => one.lag))];
    const x = (year) => +(left + (width - left - right) * (year - first) / Math.max(last - first, 0.1)).toFixed(1);
    const y = (share) => +(top + (height - top - bottom) * (1 - share)).toFixed(1);
    const list = picked.map((name) => name + " " + Math.round(100 * known.get(name).at(-1).share) + "%").join("; ");
    const picture = draw("svg", { viewBox: "0 0 " + width + " " + height, role: "img", "aria-label": say("formulations.overlay_alt", { n: picked.length, list }) });
    for (const share of [0, 0.25, 0.5, 0.75, 1]) {
      picture.append(draw("line", { class: "grid", x1: left, x2: width - right, y1: y(share), y2: y(share) }));
      picture.append(draw("text", { x: left - 6, y: y(share) + 4, "text-anchor": "end" }, Math.round(100 * share) + "%"));
    }
    for (const year of yearSteps(Math.ceil(first), Math.floor(last), 9)) {
      picture.append(draw("text", { x: x(year), y: height - bottom + 16, "text-anchor": "middle" }, String(year).replace("-", "−")));
    }
    picture.append(draw("text", { x: width - right, y: height - 6, "text-anchor": "end" }, say("formulations.axis")));
    if (first <= 0 && last >= 0) picture.append(draw("line", { class: "zero", x1: x(0), x2: x(0), y1: top, y2: height - bottom }));
    picked.forEach((name, at) => {
      const points = known.get(name);
      const band = [...points.map((one) => x(one.lag) + "," + y(one.high)), ...[...points].reverse().map((one) => x(one.lag) + "," + y(one.low))];
      picture.append(draw("polygon", { class: "curve-band c" + at, points: band.join(" ") }));
    });
    picked.forEach((name, at) => {
      picture.append(draw("polyline", { class: "curve c" + at, points: known.get(name).map((one) => x(one.lag) + "," + y(one.share)).join(" ") }));
    });
    plot.replaceChildren(picture);
    legend.replaceChildren(...picked.map((name, at) => {
      const one = make("span", undefined, { lang: "zh-CN" });
      const key = draw("svg", { class: "key long", viewBox: "0 0 30 12", "aria-hidden": "true" });
      key.append(draw("line", { class: "curve c" + at, x1: 0, x2: 30, y1: 6, y2: 6 }));
      one.append(key, " " + name);
      return one;
    }));
  }
  function pick(button) {
    const term = button.dataset.term;
    const at = picked.indexOf(term);
    if (at >= 0) picked.splice(at, 1);
    else if (picked.length < MOST) picked.push(term);
    else {
      over.querySelector(".legend").textContent = say("formulations.overlay_full");
      return;
    }
    button.setAttribute("aria-pressed", String(at < 0));
    overlay();
  }

  const dayOf = (text) => (text === null ? null : Date.parse(text.slice(0, 10)) / DAY);
  const dateOf = (day) => new Date(day * DAY).toISOString().slice(0, 10);
  function rowsOf(term) {
    const keys = ["place", "at_risk_from", "last_without", "first_observed", "reference_first", "n_readouts_at_risk"];
    const cells = Object.fromEntries(keys.map((key) => [key, column("tifa_adoption", key)]));
    const rows = [];
    column("tifa_adoption", "term").forEach((name, at) => {
      if (name !== term) return;
      rows.push({
        place: cells.place[at], from: dayOf(cells.at_risk_from[at]), without: dayOf(cells.last_without[at]),
        first: dayOf(cells.first_observed[at]), centre: dayOf(cells.reference_first[at]), n: cells.n_readouts_at_risk[at],
      });
    });
    return rows;
  }
  function noteOf(row) {
    if (row.from === null) return say("formulations.use_unread", { place: row.place });
    if (row.first === null) return say("formulations.use_never", { place: row.place, bound: dateOf(row.without === null ? row.from : row.without) });
    const bound = row.without === null ? say("formulations.use_unbounded") : say("formulations.use_bound", { bound: dateOf(row.without) });
    return say("formulations.use_seen", { place: row.place, first: dateOf(row.first) }) + bound;
  }
  function timeline() {
    const term = uses.querySelector("select").value;
    const every = rowsOf(term);
    const kept = [...every].sort((a, b) => b.n - a.n).slice(0, MOST_PLACES);
    const order = (row) => (row.first !== null ? row.first : row.from !== null ? 1e6 : 2e6);
    kept.sort((a, b) => order(a) - order(b) || String(a.place).localeCompare(String(b.place), "zh"));
    const plot = uses.querySelector(".plot");
    const days = every.flatMap((row) => [row.from, row.without, row.first, row.centre]).filter((day) => day !== null);
    if (!days.length) { plot.replaceChildren(); return; }
    const width = widthOf(plot);
    const [left, right, top, step] = [Math.min(130, width * 0.28), 14, 22, 17];
    const height = top + kept.length * step + 6;
    const [first, last] = [Math.min(...days), Math.max(...days)];
    const x = (day) => +(left + (width - left - right) * (day - first) / Math.max(last - first, 1)).toFixed(1);
    const seen = kept.filter((row) => row.first !== null);
    const alt = say("formulations.uses_alt", { term, n: every.filter((row) => row.first !== null).length, never: every.filter((row) => row.first === null && row.from !== null).length, first: seen.length ? seen[0].place + " " + dateOf(seen[0].first) : "–" });
    const picture = draw("svg", { viewBox: "0 0 " + width + " " + height, role: "img", "aria-label": alt });
    const [from, to] = [new Date(first * DAY).getUTCFullYear() + 1, new Date(last * DAY).getUTCFullYear()];
    for (const year of yearSteps(from, to, width / 70)) {
      const at = x(Date.UTC(year, 0, 1) / DAY);
      picture.append(draw("line", { class: "grid", x1: at, x2: at, y1: top - 4, y2: height }));
      picture.append(draw("text", { x: at, y: 12, "text-anchor": "middle" }, year));
    }
    kept.forEach((row, at) => {
      const y = top + at * step + step / 2;
      const group = draw("g", {});
      group.append(draw("title", {}, noteOf(row)));
      group.append(draw("rect", { class: "hit", x: 0, y: y - step / 2, width, height: step, fill: "none", "pointer-events": "all" }));
      group.append(draw("text", { class: "who", x: left - 8, y: y + 4, "text-anchor": "end" }, row.place));
      if (row.from !== null) {
        const end = row.first === null ? row.without : row.without === null ? row.from : row.without;
        if (end !== null && end > row.from) group.append(draw("line", { class: "watched", x1: x(row.from), x2: x(end), y1: y, y2: y }));
        if (row.first !== null) {
          if (row.without !== null) group.append(draw("line", { class: "within", x1: x(row.without), x2: x(row.first), y1: y, y2: y }));
          else group.append(draw("line", { class: "open", x1: left, x2: x(row.first), y1: y, y2: y }));
          group.append(draw("circle", { class: "full", cx: x(row.first), cy: y, r: 3.4 }));
        } else {
          const since = x(row.without === null ? row.from : row.without);
          group.append(draw("line", { class: "open", x1: since, x2: width - 6, y1: y, y2: y }));
          group.append(draw("path", { class: "arrow", d: "M" + (width - 11) + " " + (y - 3.5) + "l5 3.5l-5 3.5" }));
        }
      }
      picture.append(group);
    });
    const centre = every.length ? every[0].centre : null;
    if (centre !== null) picture.append(draw("line", { class: "zero", x1: x(centre), x2: x(centre), y1: top - 4, y2: height }));
    plot.replaceChildren(picture);
    if (kept.length < every.length) plot.append(make("p", say("formulations.uses_more", { n: kept.length }), { class: "note" }));
  }

  function filter() {
    const wanted = search.querySelector("input").value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const bodies = [...home.querySelectorAll("[data-tifa]")];
    let n = 0;
    for (const body of bodies) {
      const text = body.querySelector(".main").textContent.toLowerCase();
      body.hidden = !wanted.every((word) => text.includes(word));
      n += body.hidden ? 0 : 1;
    }
    search.querySelector("[role=status]").textContent = say("formulations.found", { n, of: bodies.length });
  }

  let built = false;
  function show() {
    if (over && packed.tables.tifa_curves) overlay();
    if (uses && packed.tables.tifa_adoption) timeline();
    if (search) filter();
  }
  function build() {
    built = true;
    if (over && packed.tables.tifa_curves) {
      over.hidden = false;
      const buttons = [...home.querySelectorAll(".pick")];
      buttons.forEach((button) => {
        button.hidden = false;
        button.addEventListener("click", () => pick(button));
      });
      buttons.slice(0, 3).forEach((button) => {
        picked.push(button.dataset.term);
        button.setAttribute("aria-pressed", "true");
      });
    }
    if (uses && packed.tables.tifa_adoption) {
      uses.hidden = false;
      uses.querySelector("select").addEventListener("change", timeline);
    }
    if (search) {
      search.hidden = false;
      search.querySelector("input").addEventListener("input", filter);
    }
    show();
  }
  document.addEventListener("page:show", (event) => {
    if (event.detail.id === "formulations" && !built) build();
  });
  document.addEventListener("language:change", () => { if (built) show(); });
  home.addEventListener("click", (event) => {
    const button = event.target.closest("[data-readout]");
    if (button) goTo("readouts", button.dataset.readout);
  });
  let waiting = 0;
  window.addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { if (built && root.dataset.page === "formulations") show(); }, 150);
  });
}
