// ---- topics: one is open at a time; its words follow the weight that the reader gives to their frequency
{
  const page = document.getElementById("topics");
  const cards = new Map([...page.querySelectorAll(".topic-card")].map((one) => [one.id.slice(6), one]));
  const index = page.querySelector(".topic-index");
  const find = page.querySelector(".topic-find");
  const turn = page.querySelector(".topic-turn");
  const weigh = page.querySelector(".weigh-tools");
  const shownWords = 20;
  const markedWords = 10;
  let open = null;

  // -- words
  let byTopic = null;
  function candidates(topic) {
    if (!byTopic) {
      byTopic = new Map();
      const [ids, ...rest] = ["topic", "term", "log_probability", "log_lift", "n", "n_topic"].map((key) => column("relevant_terms", key));
      ids.forEach((id, at) => {
        if (!byTopic.has(id)) byTopic.set(id, []);
        const [term, logProbability, logLift, n, own] = rest.map((cells) => cells[at]);
        byTopic.get(id).push({ term, logProbability, logLift, n, own });
      });
    }
    return byTopic.get(topic) || [];
  }
  function ranked(topic, weight) {
    const scored = candidates(topic).map((one) => [weight * one.logProbability + (1 - weight) * one.logLift, one]);
    return scored.sort((a, b) => b[0] - a[0]).slice(0, shownWords).map((pair) => pair[1]);
  }
  const rounded = (value) => Math.round(value).toLocaleString("en-US");
  function wordRow(word, top) {
    const line = make("tr");
    const picture = svg("svg", { class: "bar", viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" });
    for (const [name, value] of [["w-rest", word.n], ["w-own", word.own]]) {
      picture.append(svg("rect", { class: name, width: ((100 * value) / top).toFixed(2), height: 8 }));
    }
    const cell = make("td");
    cell.append(picture);
    line.append(make("th", word.term, { scope: "row" }), cell, make("td", rounded(word.own) + " / " + rounded(word.n), { class: "n" }));
    return line;
  }
  function marked(node, wanted) {
    const text = node.textContent;
    const parts = [];
    let from = 0;
    while (from < text.length) {
      let [best, word] = [text.length, ""];
      for (const one of wanted) {
        const found = text.indexOf(one, from);
        if (found >= 0 && (found < best || (found === best && one.length > word.length))) [best, word] = [found, one];
      }
      if (best > from) parts.push(document.createTextNode(text.slice(from, best)));
      if (word) parts.push(make("mark", word));
      from = best + word.length;
    }
    node.replaceChildren(...parts);
  }
  function reweigh() {
    const input = weigh.querySelector("input");
    const weight = Number(input.value);
    const text = weight.toFixed(2);
    weigh.querySelector("output").textContent = text;
    input.setAttribute("aria-valuetext", "λ = " + text);
    const card = cards.get(open);
    card.querySelector(".lambda").textContent = text;
    const rows = ranked(open, weight);
    if (!rows.length) return;
    const top = Math.max(...rows.map((one) => one.n)) || 1;
    card.querySelector(".words tbody").replaceChildren(...rows.map((one) => wordRow(one, top)));
    const wanted = rows.slice(0, markedWords).map((one) => one.term).filter(Boolean);
    card.querySelectorAll(".marked").forEach((node) => marked(node, wanted));
  }

  // -- one card at a time
  const listed = () => [...index.children].filter((one) => !one.hidden).map((one) => one.dataset.topic);
  function where() {
    const order = listed();
    const at = order.indexOf(open);
    turn.querySelector(".where").textContent = open + " · " + (at < 0 ? "–" : at + 1) + " / " + order.length;
    turn.querySelectorAll("button").forEach((button) => {
      const next = at + Number(button.dataset.turn);
      button.disabled = at < 0 ? !order.length : next < 0 || next >= order.length;
    });
  }
  function show(topic) {
    if (!cards.has(topic)) return;
    open = topic;
    cards.forEach((card, id) => card.classList.toggle("at-hand", id === topic));
    [...index.children].forEach((line) => {
      const link = line.querySelector("a");
      if (line.dataset.topic === topic) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    });
    if (weigh) {
      cards.get(topic).querySelector(".weigh").append(weigh);
      reweigh();
    }
    where();
  }
  function reveal(line) {
    const room = line.offsetParent;  // the list scrolls in its own box, the page stays where it is
    if (index.scrollHeight > index.clientHeight && room) {
      const top = line.offsetTop - index.offsetTop;
      if (top < index.scrollTop || top + line.offsetHeight > index.scrollTop + index.clientHeight) index.scrollTop = top - index.clientHeight / 3;
    }
  }
  function toCard() {  // on a narrow screen the card lies below the list
    if (!window.matchMedia("(min-width: 901px)").matches) requestAnimationFrame(() => turn.scrollIntoView());
  }
  const lineOf = (topic) => [...index.children].find((one) => one.dataset.topic === topic);
  function arrange() {
    const wanted = find.querySelector("input[type='search']").value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const by = find.querySelector("input[type='radio']:checked").value;
    const at = ["size", "stability", "npmi"].indexOf(by);
    const lines = [...index.children];
    lines.forEach((one) => { one.hidden = !wanted.every((word) => one.dataset.key.includes(word)); });
    lines.sort((a, b) => (at < 0
      ? a.dataset.topic.localeCompare(b.dataset.topic, "en", { numeric: true })
      : b.dataset.order.split(" ")[at] - a.dataset.order.split(" ")[at]));
    index.append(...lines);
    find.querySelector(".count").textContent = listed().length + " / " + lines.length;
    where();
  }
  if (cards.size) {
    page.querySelector(".topic-browser").classList.add("one");
    [find, turn, weigh].forEach((one) => { if (one) one.hidden = false; });
    find.addEventListener("input", arrange);
    find.addEventListener("submit", (event) => event.preventDefault());
    if (weigh) {
      weigh.addEventListener("input", reweigh);
      weigh.addEventListener("submit", (event) => event.preventDefault());
    }
    page.addEventListener("click", (event) => {
      const button = event.target.closest("[data-turn]");
      if (!button) return;
      const order = listed();
      const at = order.indexOf(open) + Number(button.dataset.turn);
      if (order[at]) {
        goTo("topics", order[at]);
        reveal(lineOf(order[at]));
      }
    });
    index.addEventListener("click", (event) => {
      const link = event.target.closest("a");
      if (!link) return;
      event.preventDefault();
      goTo("topics", link.closest("li").dataset.topic);
      toCard();
    });
    document.addEventListener("page:show", (event) => {
      if (event.detail.id !== "topics") return;
      const card = event.detail.anchor && event.detail.anchor.closest(".topic-card");
      show((card && card.id.slice(6)) || (cards.has(event.detail.rest) && event.detail.rest) || open || listed()[0]);
      reveal(lineOf(open));
      if (event.detail.rest) toCard();
    });
    show(listed()[0]);
  }
}
