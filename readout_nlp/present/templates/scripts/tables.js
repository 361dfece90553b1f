// ---- tables with search, sorting, pages and a choice of columns; nothing is drawn before its page is shown
const WIDE = 8;  // more columns than this, and the reader may choose among them
const PLAIN = /^(year|previous_year|year_from|year_to|place_code|rank|label|lag_.*)$/;  // no thousands marked
const LONG = /^(title|text|reason|origin|subject|main_topic|top_terms|frex_terms|meeting_type|members|before|after)$/;
const leads = { "readouts.title": { page: "readouts", by: "readout_id" } };  // cells that open a page
const collator = new Intl.Collator("zh");
const MOST_COLLATED = 3000;  // beyond this the order of the characters' codes is near enough, and quick

const shown = (name, value) => {
  if (value === null) return "–";
  if (value === true) return "✓";
  if (value === false) return "";
  const known = words[name + "." + value];
  if (known && (name === "level" || name === "act")) return known[language];
  if (typeof value !== "number") return value;
  if (PLAIN.test(name)) return String(value);
  const text = Number.isInteger(value) ? value.toLocaleString("en") : String(Number(value.toPrecision(4)));
  return text.replace("-", "\u2212");
};

// lower-cased text of every row, made once a table; words of the interface stand in it in both languages
const indexes = new Map();
function index(name) {
  if (!indexes.has(name)) {
    const lines = new Array(size(table(name))).fill("");
    for (const { name: key, cells } of table(name)) {
      const known = key === "level" || key === "act";
      cells.forEach((value, row) => {
        if (value === null || typeof value === "boolean") return;
        const both = known ? words[key + "." + value] : undefined;
        lines[row] += (both ? both.zh + " " + both.en : value) + "\n";
      });
    }
    indexes.set(name, lines.map((line) => line.toLowerCase()));
  }
  return indexes.get(name);
}
// where each row stands in the order of a column; null where nothing was observed
const ranks = new WeakMap();
function rank(column) {
  if (!ranks.has(column)) {
    const numbers = column.cells.every((value) => value === null || typeof value !== "string");
    if (numbers) ranks.set(column, column.cells);
    else {
      const distinct = [...new Set(column.cells)].filter((value) => value !== null).map(String);
      distinct.sort(distinct.length > MOST_COLLATED ? undefined : collator.compare);
      const places = new Map(distinct.map((value, at) => [value, at]));
      ranks.set(column, column.cells.map((value) => (value === null ? null : places.get(String(value)))));
    }
  }
  return ranks.get(column);
}

let pressed = false;  // a pointer is down: between that and its release a row must stay the row that it was
for (const [kind, down] of [["pointerdown", true], ["pointerup", false], ["pointercancel", false]]) {
  document.addEventListener(kind, () => { pressed = down; }, true);
}

function browser(box) {
  const input = box.querySelector("input");
  const [head, body, chooser] = [box.querySelector("thead"), box.querySelector("tbody"), box.querySelector(".columns-choice")];
  const state = { page: 0, sort: null, down: false, rows: [], built: false };
  const hidden = new Map();  // names of the columns that the reader put away, by table
  let timer;

  const away = () => hidden.get(box.dataset.table) || new Set();
  const columns = () => table(box.dataset.table).filter((one) => !away().has(one.name));
  const heading = (name) => (words["column." + name] ? words["column." + name][language] : name);

  function order() {
    const all = table(box.dataset.table);
    const wanted = input.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    let rows = Array.from({ length: size(all) }, (_, row) => row);
    if (wanted.length) {
      const lines = index(box.dataset.table);
      rows = rows.filter((row) => wanted.every((word) => lines[row].includes(word)));
    }
    const by = all.find((one) => one.name === state.sort);
    if (by) {
      const [keys, sign] = [rank(by), state.down ? -1 : 1];
      const last = (key) => key === null;  // what was not observed stands last, whichever way
      rows.sort((a, b) => last(keys[a]) - last(keys[b]) || sign * (keys[a] - keys[b]) || a - b);
    }
    state.rows = rows;
  }
  function headings() {
    const line = make("tr");
    columns().forEach(({ name, cells }, at) => {
      const numbers = cells.some((value) => typeof value === "number");
      const cell = make("th", undefined, numbers ? { scope: "col", class: "n" } : { scope: "col" });
      const button = make("button", heading(name), { type: "button", title: say("table.sort") });
      button.addEventListener("click", () => {
        Object.assign(state, { down: state.sort === name && !state.down, sort: name, page: 0 });
        refresh();
        head.querySelectorAll("button")[at].focus();
      });
      if (state.sort === name) cell.setAttribute("aria-sort", state.down ? "descending" : "ascending");
      cell.append(button);
      line.append(cell);
    });
    head.replaceChildren(line);
  }
  function cellOf(name, value, row) {
    const kind = /(_id|sha256)$/.test(name) ? "id" : typeof value === "number" ? "n" : LONG.test(name) ? "" : "short";
    const cell = make("td", undefined, kind === "" ? {} : { class: kind });
    const goal = leads[box.dataset.table + "." + name];
    const text = make("bdi", goal && value === null ? say("table.untitled") : shown(name, value));
    if (goal) {
      const id = column(box.dataset.table, goal.by)[row];
      const link = make("a", undefined, { href: "#" + goal.page + "/" + encodeURIComponent(id) });
      link.append(text);
      cell.append(link);
    } else cell.append(text);
    return cell;
  }
  function draw() {
    headings();
    const [first, total, kept] = [state.page * PAGE, state.rows.length, columns()];
    const part = state.rows.slice(first, first + PAGE);
    body.replaceChildren(...part.map((row) => {
      const line = make("tr");
      line.append(...kept.map(({ name, cells }) => cellOf(name, cells[row], row)));
      return line;
    }));
    box.querySelector(".range").textContent = total
      ? say("table.range", { a: first + 1, b: first + part.length, n: total.toLocaleString("en") }) : say("table.none");
    box.querySelector("[data-step='-1']").disabled = state.page === 0;
    box.querySelector("[data-step='1']").disabled = first + PAGE >= total;
  }
  function choices() {
    const all = table(box.dataset.table);
    chooser.hidden = all.length <= WIDE;
    if (chooser.hidden) return;
    chooser.querySelector("div").replaceChildren(...all.map(({ name }) => {
      const label = make("label");
      const tick = make("input", undefined, { type: "checkbox" });
      tick.checked = !away().has(name);
      tick.addEventListener("change", () => {
        const put = new Set(away());
        if (tick.checked) put.delete(name); else put.add(name);
        if (put.size === all.length) tick.checked = true;  // a table without columns shows nothing
        else hidden.set(box.dataset.table, put);
        draw();
      });
      label.append(tick, " " + heading(name));
      return label;
    }));
  }
  function refresh() { order(); draw(); }
  let sought = "";
  function search() {
    clearTimeout(timer);
    if (pressed) { timer = setTimeout(search, 60); return; }  // drawn again now, what is clicked would be gone
    if (input.value === sought) return;
    sought = input.value;
    state.page = 0;
    refresh();
  }
  input.addEventListener("focus", () => setTimeout(() => index(box.dataset.table)));
  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(search, 120); });
  input.addEventListener("keydown", (event) => { if (event.key === "Enter") search(); });  // that does not wait
  box.querySelectorAll("[data-step]").forEach((button) => button.addEventListener("click", () => {
    state.page += Number(button.dataset.step);
    draw();
  }));
  box.hidden = false;
  const redraw = () => { if (state.built) { choices(); refresh(); } };
  document.addEventListener("page:show", ({ detail }) => {
    if (state.built || detail.id !== box.closest(".page").dataset.page) return;
    state.built = true;
    redraw();
  });
  document.addEventListener("language:change", redraw);
  return { show(name) {
    box.dataset.table = name;
    box.querySelector("[data-csv]").dataset.csv = name;
    Object.assign(state, { page: 0, sort: null, down: false });
    input.value = sought = "";
    redraw();
  } };
}
const browsers = new Map([...document.querySelectorAll(".browser")].map((box) => [box, browser(box)]));
const about = [...document.querySelectorAll("[data-about]")];
document.querySelectorAll("select[data-show]").forEach((chooser) => {
  const box = chooser.closest(".data").querySelector(".browser");
  const choose = () => {
    about.forEach((one) => { one.hidden = one.dataset.about !== chooser.value; });
    browsers.get(box).show(chooser.value);
  };
  chooser.addEventListener("change", choose);
  document.addEventListener("language:change", () => {
    for (const option of chooser.options) option.textContent = option.dataset[language];
  });
  choose();
});
