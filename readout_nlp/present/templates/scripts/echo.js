// ---- echo and reuse: passages by class and place; one place's arrows
{
  const home = document.getElementById("echo");
  const form = document.getElementById("echo-filter");
  const net = document.getElementById("echo-net");
  const MOST = 12;
  const FEW = 8;  // passages shown before the reader asks for the rest
  const more = document.getElementById("more-aligned");
  let whole = false;

  function filter() {
    const wanted = Object.fromEntries(["label", "sampled", "place"].map((key) => [key, form.elements[key].value]));
    const all = [...home.querySelectorAll(".aligned")];
    let n = 0;
    const most = whole ? all.length : FEW;
    for (const one of all) {
      const fits = (!wanted.label || one.dataset.label === wanted.label) && (!wanted.sampled || one.dataset.sampled === wanted.sampled)
        && (!wanted.place || one.dataset.places.split("|").includes(wanted.place));
      n += fits ? 1 : 0;
      one.hidden = !fits || n > most;
    }
    more.hidden = n <= most;
    form.querySelector("[role=status]").textContent = say("echo.shown", { n: Math.min(n, most), of: n });
  }

  let place = "";
  const nameOf = (one) => (one === "reference corpus" ? say("echo.reference") : one);
  function arrows(own, other) {
    const keys = ["source_place", "target_place", "directed", "n_passages", "expected", "excess"];
    const cells = Object.fromEntries(keys.map((key) => [key, column("reuse_network", key)]));
    const found = [];
    cells[own].forEach((name, at) => {
      if (name === place && cells.directed[at] && cells.excess[at] > 0) found.push({ place: cells[other][at], n: cells.n_passages[at], expected: cells.expected[at], excess: cells.excess[at] });
    });
    return found.sort((a, b) => b.excess - a.excess);
  }
  function listed(title, found) {
    const box = make("div");
    const list = make("ul", undefined, { lang: "zh-CN" });
    for (const one of found.slice(0, MOST)) {
      const line = make("li");
      line.append(make("span", nameOf(one.place)), make("span", one.n + " / " + one.expected.toFixed(1), { class: "n" }));
      list.append(line);
    }
    box.append(make("h4", title + " · " + say("echo.n") + " / " + say("echo.expected")), list);
    return box;
  }
  function choose(next) {
    place = next;
    net.querySelector("select").value = place;
    net.classList.toggle("choosing", place !== "");
    const nodes = [...net.querySelectorAll(".node")];
    const own = (nodes.find((node) => node.dataset.place === place) || { dataset: {} }).dataset.n;
    const near = new Set([own]);
    net.querySelectorAll(".edge").forEach((edge) => {
      const [out, into] = [edge.dataset.from === own, edge.dataset.to === own];
      edge.classList.toggle("lit", out || into);
      edge.classList.toggle("out", out);
      if (out || into) near.add(edge.dataset.from).add(edge.dataset.to);
    });
    nodes.forEach((node) => {
      node.classList.toggle("lit", node.dataset.place === place);
      node.classList.toggle("near", near.has(node.dataset.n));
      node.setAttribute("aria-pressed", String(node.dataset.place === place));
    });
    list();
  }
  function list() {
    const box = net.querySelector(".net-list");
    if (!place) { box.replaceChildren(); return; }
    const [out, into] = [arrows("source_place", "target_place"), arrows("target_place", "source_place")];
    box.replaceChildren(make("p", say("echo.network_place", { place: nameOf(place), out: out.length, in: into.length })), listed(say("echo.outward"), out), listed(say("echo.inward"), into));
  }

  const nameNodes = () => net.querySelectorAll(".node").forEach((node) => node.setAttribute("aria-label", nameOf(node.dataset.place)));

  let built = false;
  function build() {
    built = true;
    if (form) {
      form.hidden = false;
      form.addEventListener("change", () => {
        whole = false;
        filter();
      });
      more.addEventListener("click", () => {
        const next = home.querySelectorAll(".aligned:not([hidden])").length;
        whole = true;
        filter();
        const first = home.querySelectorAll(".aligned:not([hidden])")[next];
        first.setAttribute("tabindex", "-1");
        first.focus({ preventScroll: true });
      });
      form.addEventListener("submit", (event) => event.preventDefault());
      filter();
    }
    if (net && packed.tables.reuse_network) {
      net.querySelector(".net-side").hidden = false;
      net.querySelector("select").addEventListener("change", (event) => choose(event.target.value));
      net.querySelectorAll(".node").forEach((node) => {
        node.setAttribute("role", "button");
        node.setAttribute("tabindex", "0");
        node.setAttribute("aria-pressed", "false");
        const toggle = () => choose(place === node.dataset.place ? "" : node.dataset.place);
        node.addEventListener("click", toggle);
        node.addEventListener("keydown", (event) => {
          if (event.key !== "Enter" && event.key !== " ") return;
          event.preventDefault();
          toggle();
        });
      });
      nameNodes();
    }
  }
  document.addEventListener("page:show", (event) => { if (event.detail.id === "echo" && !built) build(); });
  document.addEventListener("language:change", () => {
    if (!built) return;
    if (form) filter();
    if (!net || !packed.tables.reuse_network) return;
    nameNodes();
    list();
  });
  home.addEventListener("click", (event) => {
    const button = event.target.closest("[data-readout]");
    if (button) goTo("readouts", button.dataset.readout);
  });
}
