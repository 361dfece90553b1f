// ---- places: a search over all of them, and the readouts of the one that is chosen
{
  const SIGNS = { centre: "★", province: "◆", prefecture: "■", county: "●", township: "▲" };
  const MOST = 60;
  const box = document.querySelector(".places-read");
  const tile = (place, level, readouts, top) => {
    const entry = make("li", undefined, { class: "level-" + (SIGNS[level] ? level : "other") });
    const button = make("button", undefined, { type: "button", class: "tile", "data-place": place });
    const bar = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    for (const [key, value] of Object.entries({ class: "bar", viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" })) bar.setAttribute(key, value);
    const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    rect.setAttribute("width", ((100 * readouts) / top).toFixed(1));
    rect.setAttribute("height", 8);
    bar.append(rect);
    button.append(make("span", SIGNS[level] || "○", { class: "sign", "aria-hidden": "true" }), make("bdi", place), " ", make("span", String(readouts), { class: "n" }), bar);
    entry.append(button);
    return entry;
  };
  function search(text) {
    const [groups, found, count] = [".groups", ".found", ".count"].map((name) => box.querySelector(name));
    const wanted = text.trim().toLowerCase();
    groups.hidden = Boolean(wanted);
    found.hidden = !wanted;
    if (!wanted) {
      count.textContent = "";
      found.replaceChildren();
      return;
    }
    const [places, codes, levels, readouts] = ["place", "place_code", "level", "n_readouts"].map((key) => column("places_read", key));
    const rows = [...places.keys()].filter((row) => (places[row] + " " + (codes[row] || "")).toLowerCase().includes(wanted));
    const top = readouts.reduce((most, one) => Math.max(most, one), 1);
    found.replaceChildren(...rows.slice(0, MOST).map((row) => tile(places[row], levels[row], readouts[row], top)));
    count.textContent = rows.length ? say("read.places_found", { n: rows.length }) : say("read.places_none");
  }
  if (box && packed.tables.places_read) {
    const tools = box.querySelector(".find-place");
    tools.hidden = false;
    const input = tools.querySelector("input");
    input.addEventListener("input", () => search(input.value));
    document.addEventListener("language:change", () => search(input.value));
  }
  if (box) box.addEventListener("click", (event) => {
    const button = event.target.closest("[data-place]");
    const input = document.querySelector("#readouts .browser input");
    if (!button || !input) return;
    input.value = button.dataset.place;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    location.hash = "#readouts";
  });
}
