// ---- cities and years: three parts, one shown at a time; pictures of pairs tell a cell; wording before and after
{
  const page = document.getElementById("places");
  const parts = [...page.querySelectorAll(".part")];
  function show(part) {
    parts.forEach((one) => { one.classList.add("folded"); one.classList.toggle("shown", one === part); });
    page.querySelectorAll(".subnav a").forEach((link) => {
      if (link.hash === "#" + part.id) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    });
  }
  show(parts[0]);
  document.addEventListener("page:show", (event) => {
    const { id, rest, anchor } = event.detail;
    if (id !== "places") return;
    const asked = (anchor && anchor.closest(".part")) || parts.find((one) => one.id === "places-" + rest);
    if (asked) show(asked);
  });

  for (const figure of page.querySelectorAll(".matrix")) {
    const picture = figure.querySelector("svg");
    const names = [...picture.querySelectorAll(".row-name title")].map((one) => one.textContent);
    const values = figure.dataset.values.split(",");
    const note = figure.querySelector(".cell-note");
    const signed = figure.dataset.map === "change";
    const whole = picture.viewBox.baseVal.width;
    const gutter = whole - 10 * names.length;
    let here = null;
    const told = (row, column) => {
      const [low, high] = [Math.min(row, column), Math.max(row, column)];
      const text = values[(high * (high - 1)) / 2 + low];
      if (text === "") return "–";
      const value = Number(text) / 1000;
      return (signed && value > 0 ? "+" : "") + value.toFixed(signed ? 3 : 2).replace("-", "−");
    };
    const point = (event) => {
      const box = picture.getBoundingClientRect();
      const [column, row] = [event.clientX - box.left, event.clientY - box.top].map((at) => Math.floor(((at / box.width) * whole - gutter) / 10));
      if (row < 0 || column < 0 || row >= names.length || column >= names.length || row === column) return;
      const text = names[row] + " – " + names[column] + ": " + told(row, column);
      if (note.textContent === text) return;
      note.textContent = text;
      if (!here) {
        here = svg("rect", { class: "here", width: 10, height: 10 });
        picture.append(here);
      }
      here.setAttribute("x", gutter + 10 * column - 0.5);
      here.setAttribute("y", gutter + 10 * row - 0.5);
    };
    picture.addEventListener("pointermove", point);
    picture.addEventListener("click", point);
  }

  const choose = page.querySelector(".choose-map");
  if (choose) {
    const maps = page.querySelector(".maps");
    const pick = () => {
      const wanted = choose.elements.masked.value;
      maps.classList.toggle("both", wanted === "both");
      maps.querySelectorAll("[data-view]").forEach((one) => { one.hidden = wanted !== "both" && one.dataset.view !== wanted; });
    };
    choose.hidden = false;
    choose.addEventListener("change", pick);
    choose.addEventListener("submit", (event) => event.preventDefault());
  }
}
