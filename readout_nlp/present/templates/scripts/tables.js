// ---- tables with search, sorting and pages
const shown = (name, value) => {
  if (value === null) return "–";
  if (value === true) return "✓";
  if (value === false) return "";
  const known = words[name + "." + value];
  if (known && (name === "level" || name === "act")) return known[language];
  return typeof value === "number" && !Number.isInteger(value) ? String(Number(value.toPrecision(4))) : String(value);
};
const leads = { "readouts.title": { page: "readouts", by: "readout_id" } };  // cells that open a page
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
        const cell = make("td", undefined, kind === "" ? {} : { class: kind });
        const goal = leads[box.dataset.table + "." + name];
        if (goal) {
          const id = columns.find((other) => other.name === goal.by).cells[row];
          const link = make("a", undefined, { href: "#" + goal.page + "/" + encodeURIComponent(id) });
          link.append(make("bdi", value === null ? say("table.untitled") : shown(name, value)));
          cell.append(link);
        } else cell.append(make("bdi", shown(name, value)));
        one.append(cell);
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
document.addEventListener("language:change", () => browsers.forEach((one) => one.refresh()));
const choices = [...document.querySelectorAll("[data-show]")];
choices.forEach((button, at) => {
  button.setAttribute("aria-pressed", String(at === 0));
  button.addEventListener("click", () => {
    choices.forEach((one) => one.setAttribute("aria-pressed", String(one === button)));
    browsers[browsers.length - 1].show(button.dataset.show);
  });
});
