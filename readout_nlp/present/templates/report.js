"use strict";
// The page's own script. Texts of the corpus reach the page through textContent and setAttribute only.
(() => {
  const root = document.documentElement;
  const packed = JSON.parse(document.getElementById("data-tables").textContent);
  const words = packed.words;
  const PAGE = 25;
  let language = root.dataset.lang;
  root.classList.add("js");

  const say = (key, values = {}) =>
    words[key][language].replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
  const make = (name, text, attributes = {}) => {
    const node = document.createElement(name);
    if (text !== undefined) node.textContent = text;
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    return node;
  };

  const unpacked = new Map();
  function table(name) {
    if (!unpacked.has(name)) {
      const columns = packed.tables[name].columns.map((one) => ({
        name: one.name, cells: one.cells || one.at.map((at) => one.values[at]),
      }));
      unpacked.set(name, columns);
    }
    return unpacked.get(name);
  }
  const column = (name, key) => table(name).find((one) => one.name === key).cells;
  const size = (columns) => (columns.length ? columns[0].cells.length : 0);

  // ---- CSV: a cell that a spreadsheet would run as a formula gets a leading apostrophe
  function csvCell(value) {
    if (value === null) return "";
    let text = String(value);
    if (typeof value === "string" && /^[=+\-@\t\r]/.test(text)) text = "'" + text;
    return /[",\n\r]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
  }
  function csv(name) {
    const columns = table(name);
    const lines = [columns.map((one) => csvCell(one.name)).join(",")];
    for (let row = 0; row < size(columns); row += 1) {
      lines.push(columns.map((one) => csvCell(one.cells[row])).join(","));
    }
    return "\ufeff" + lines.join("\r\n") + "\r\n";
  }
  function download(name) {
    const url = URL.createObjectURL(new Blob([csv(name)], { type: "text/csv;charset=utf-8" }));
    const link = make("a", "", { href: url, download: (packed.synthetic ? "synthetic-" : "") + name + ".csv" });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-csv]");
    if (!button) return;
    event.preventDefault();
    download(button.dataset.csv);
  });

  // ---- tables with search, sorting and pages
  const shown = (name, value) => {
    if (value === null) return "–";
    if (value === true) return "✓";
    if (value === false) return "";
    const known = words[name + "." + value];
    if (known && (name === "level" || name === "act")) return known[language];
    return typeof value === "number" && !Number.isInteger(value) ? String(Number(value.toPrecision(4))) : String(value);
  };
  function browser(box) {
    const input = box.querySelector("input");
    const [head, body] = [box.querySelector("thead"), box.querySelector("tbody")];
    const state = { page: 0, sort: null, down: false, rows: [] };

    function order() {
      const columns = table(box.dataset.table);
      const wanted = input.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
      const rows = [];
      for (let row = 0; row < size(columns); row += 1) {
        const text = columns.map((one) => shown(one.name, one.cells[row])).join(" ").toLowerCase();
        if (wanted.every((word) => text.includes(word))) rows.push(row);
      }
      if (state.sort !== null) {
        const cells = columns[state.sort].cells;
        const sign = state.down ? -1 : 1;
        rows.sort((a, b) => sign * compare(cells[a], cells[b]) || a - b);
      }
      state.rows = rows;
    }
    function compare(a, b) {
      if (a === null || b === null) return (a === null) - (b === null);
      return typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), "zh");
    }
    function draw() {
      const columns = table(box.dataset.table);
      const line = make("tr");
      columns.forEach((one, at) => {
        const cell = make("th", undefined, { scope: "col" });
        const title = words["column." + one.name];
        const button = make("button", title ? title[language] : one.name, { type: "button", title: say("table.sort") });
        button.addEventListener("click", () => {
          state.down = state.sort === at && !state.down;
          state.sort = at;
          state.page = 0;
          refresh();
          head.querySelectorAll("button")[at].focus();
        });
        if (state.sort === at) cell.setAttribute("aria-sort", state.down ? "descending" : "ascending");
        cell.append(button);
        line.append(cell);
      });
      head.replaceChildren(line);
      const first = state.page * PAGE;
      const part = state.rows.slice(first, first + PAGE);
      body.replaceChildren(...part.map((row) => {
        const one = make("tr");
        for (const { name, cells } of columns) {
          const value = cells[row];
          const kind = /(_id|sha256)$/.test(name) ? "id" : typeof value === "number" ? "n" : /^(title|text|reason|origin|subject|main_topic|top_terms|frex_terms|meeting_type)$/.test(name) ? "" : "short";
          one.append(make("td", shown(name, value), kind === "" ? {} : { class: kind }));
        }
        return one;
      }));
      const total = state.rows.length;
      box.querySelector(".range").textContent = total
        ? say("table.range", { a: first + 1, b: first + part.length, n: total }) : say("table.none");
      box.querySelector("[data-step='-1']").disabled = state.page === 0;
      box.querySelector("[data-step='1']").disabled = first + PAGE >= total;
    }
    function refresh() { order(); draw(); }
    input.addEventListener("input", () => { state.page = 0; refresh(); });
    box.querySelectorAll("[data-step]").forEach((button) => button.addEventListener("click", () => {
      state.page += Number(button.dataset.step);
      draw();
    }));
    box.hidden = false;
    refresh();
    return { refresh, show(name) {
      box.dataset.table = name;
      box.querySelector("[data-csv]").dataset.csv = name;
      Object.assign(state, { page: 0, sort: null, down: false });
      input.value = "";
      refresh();
    } };
  }
  const browsers = [...document.querySelectorAll(".browser")].map(browser);
  const choices = [...document.querySelectorAll("[data-show]")];
  choices.forEach((button, at) => {
    button.setAttribute("aria-pressed", String(at === 0));
    button.addEventListener("click", () => {
      choices.forEach((one) => one.setAttribute("aria-pressed", String(one === button)));
      browsers[browsers.length - 1].show(button.dataset.show);
    });
  });

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
    const notes = [];
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
      picture.append(dot);
      notes.push(note);
    }
    picture.setAttribute("aria-label", title + ": " + notes.join("; "));
    const figure = make("figure", undefined, { class: "panel" });
    figure.append(make("figcaption", title), picture);
    return figure;
  }
  function explore() {
    const view = form.elements.view.value;
    const other = view === "topic" ? "place" : "topic";
    form.querySelectorAll("[data-for]").forEach((one) => { one.hidden = one.dataset.for !== view; });
    const chosen = form.elements[view].value;
    const names = [...form.elements[other].options].map((option) => [option.value, option.textContent]);
    const data = Object.fromEntries(["place", "year", "topic", "share", "low", "high", "n_items", "thin", "gap"].map((key) => [key, column("shares_place_year", key)]));
    const groups = new Map(names.map(([value]) => [value, []]));
    let [first, last, top] = [Infinity, -Infinity, 0];
    data.year.forEach((year, at) => {
      if (year === null || !groups.has(data[other][at]) || data[view][at] !== chosen) return;
      [first, last] = [Math.min(first, year), Math.max(last, year)];
      top = Math.max(top, data.share[at] || 0);
      groups.get(data[other][at]).push({ year, share: data.share[at], low: data.low[at], high: data.high[at], n_items: data.n_items[at], thin: data.thin[at], gap: data.gap[at] });
    });
    if (first > last) return;
    const years = Array.from({ length: last - first + 1 }, (_, at) => first + at);
    const high = nice(top);
    document.querySelector(".chosen").textContent = form.elements[view].selectedOptions[0].textContent;
    document.getElementById("by-place").replaceChildren(...names.map(([value, title]) => panel(title, groups.get(value), years, high)));
  }
  if (form) {
    form.hidden = false;
    form.addEventListener("change", explore);
    form.addEventListener("submit", (event) => event.preventDefault());
    explore();
  }

  // ---- language
  function speak(next) {
    language = next;
    root.dataset.lang = next;
    root.lang = next === "zh" ? "zh-CN" : "en";
    document.title = say("page.title");
    document.querySelectorAll("[data-i]").forEach((node) => node.setAttribute(node.dataset.i, node.dataset[next]));
    document.querySelectorAll("[data-language]").forEach((one) => one.setAttribute("aria-pressed", String(one.dataset.language === next)));
    browsers.forEach((one) => one.refresh());
  }
  document.querySelectorAll("[data-language]").forEach((one) => one.addEventListener("click", () => speak(one.dataset.language)));
  const asked = new URLSearchParams(location.search).get("lang");
  if (asked === "zh" || asked === "en") speak(asked);

  // ---- where the reader is
  const links = new Map([...document.querySelectorAll(".contents a")].map((one) => [one.getAttribute("href").slice(1), one]));
  if ("IntersectionObserver" in window) {
    const watch = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        links.forEach((link) => link.removeAttribute("aria-current"));
        links.get(entry.target.id).setAttribute("aria-current", "true");
      }
    }, { rootMargin: "-20% 0px -70% 0px" });
    links.forEach((_, id) => watch.observe(document.getElementById(id)));
  }
})();
