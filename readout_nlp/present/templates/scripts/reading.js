// ---- reading: one readout, unpacked when it is first asked for; texts reach the page as text only
{
  const MOST_HITS = 1000;
  const CLASSES = ["formula", "echo_up", "self_reuse", "echo_peer", "undirected"];
  const box = document.getElementById("reading");
  const carrier = document.getElementById("data-reading");
  const carried = carrier ? JSON.parse(carrier.textContent) : null;
  if (carried) Object.assign(words, carried.words);
  const named = (family, value) => (words[family + "." + value] ? say(family + "." + value) : String(value));

  let library = null;  // a promise of the unpacked readouts
  function unpack() {
    library = library || (async () => {
      const shelf = new Map();
      if (!carried.packed) return { shelf, topics: [] };
      let whole = null;
      try {
        const stream = new Blob([bytesOf(carried.packed)]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
        whole = JSON.parse(await new Response(stream).text());
      } catch { whole = unpackedJson(carried.packed); }  // an older browser: the page freezes for a moment
      for (const one of whole.readouts) shelf.set(one.id, one);
      return { shelf, ...whole };
    })();
    return library;
  }

  let rows = null;  // position in the table of readouts, by id
  function rowOf(id) {
    if (!rows) rows = new Map(column("readouts", "readout_id").map((one, at) => [one, at]));
    return rows.has(id) ? rows.get(id) : null;
  }
  const cell = (id, key) => (rowOf(id) === null ? null : column("readouts", key)[rowOf(id)]);
  function picture(name, attributes) {
    const node = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    return node;
  }
  const address = (id) => "#readouts/" + encodeURIComponent(id);
  const untrusted = (text, name = "bdi") => make(name, text === null || text === undefined ? "–" : text);

  // ---- a text cut by characters as Python counts them, which are not always JavaScript's
  function cutter(text) {
    if (!/[\ud800-\udfff]/.test(text)) return (from, to) => text.slice(from, to);
    const points = Array.from(text);
    return (from, to) => points.slice(from, to).join("");
  }
  const length = (text) => (/[\ud800-\udfff]/.test(text) ? Array.from(text).length : text.length);
  function found(text, wanted) {
    const hits = [];
    if (!wanted) return hits;
    const [whole, sought] = [text.toLowerCase(), wanted.toLowerCase()];
    const plain = whole.length === text.length && !/[\ud800-\udfff]/.test(text);
    const hay = plain ? whole : text;
    for (let at = hay.indexOf(plain ? sought : wanted); at >= 0; at = hay.indexOf(plain ? sought : wanted, at + wanted.length)) {
      const from = plain ? at : length(text.slice(0, at));
      hits.push({ from, to: from + length(wanted) });
      if (hits.length === MOST_HITS) break;
    }
    return hits;
  }

  // ---- echo: spans of the whole readout, counted from the start of its body
  function spansOf(one) {
    const [counts, gaps, lengths, labels, backs] = one.spans;
    const spans = [];
    let [at, back, next] = [0, 0, 0];
    one.items.forEach((item, number) => {
      let end = item[0];
      for (let left = counts[number] || 0; left > 0; left -= 1, at += 1) {
        const from = end + gaps[at];
        end = from + lengths[at];
        const label = +labels[at];
        let source = null;
        if (label > 0) {
          source = backs[back] < 0 ? null : next - backs[back];
          next += backs[back] === 0 ? 1 : 0;
          back += 1;
        }
        spans.push({ from, to: end, label: CLASSES[label], source, item: number });
      }
    });
    return spans;
  }
  function sourceOf(one, number, homes) {
    const [home, lag] = one.sources[number];
    const id = homes[home];
    const [day, before] = [cell(one.id, "date"), cell(id, "date")];
    const days = lag === undefined && day && before && day.length === 10 && before.length === 10
      ? Math.round((Date.parse(day) - Date.parse(before)) / 864e5) : lag;
    return { id, days, known: rowOf(id) !== null };
  }
  function nameOf(source, label) {
    const parts = make("span", undefined, { class: "named" });
    if (source.known) {
      parts.append(untrusted(cell(source.id, "place")), " · " + (cell(source.id, "date") || say("reading.undated")) + " · ");
      const link = make("a", undefined, { href: address(source.id) });
      link.append(untrusted(cell(source.id, "title") || say("reading.untitled")));
      parts.append(link);
    } else parts.append(say("reading.reference", { id: source.id }));
    if (label === "undirected" || source.days === undefined || source.days === null) return parts;
    const when = source.days === 0 ? say("reading.same_day") : say("reading.days", { n: source.days });
    parts.append(" · " + when);
    return parts;
  }

  // ---- the parts of the view
  function fact(list, key, ...values) {
    const shown = values.filter((one) => one !== null && one !== undefined && one !== "");
    if (!shown.length) return;
    const value = make("dd");
    shown.forEach((one, at) => value.append(...(at ? [" "] : []), one instanceof Node ? one : untrusted(one)));
    list.append(make("dt", say("reading." + key)), value);
  }
  function quotes(basis, list) {
    const note = make("span", undefined, { class: "evidence" });
    note.append((language === "zh" ? "（" : "(") + say("reading.evidence") + (basis ? " · " + basis : ""));
    (list || []).forEach((one) => note.append(" · ", untrusted(one, "q")));
    note.append(language === "zh" ? "）" : ")");
    return basis || (list || []).length ? note : null;
  }
  function dated(one) {
    if (one.meeting_date) return one.meeting_date;
    const [a, b] = [one.meeting_earliest, one.meeting_latest];
    return a && b ? say("reading.between", { a, b }) : a ? say("reading.since", { a }) : b ? say("reading.until", { b }) : say("reading.no_date");
  }
  function facts(one) {
    const list = make("dl", undefined, { class: "facts" });
    const place = cell(one.id, "place");
    const where = [cell(one.id, "level") ? named("level", cell(one.id, "level")) : null, one.province, one.prefecture]
      .filter((part, at, all) => part && part !== place && all.indexOf(part) === at).join(" · ");
    fact(list, "place", place || say("reading.no_place"), where ? "(" + where + ")" : null,
      quotes(one.place_basis ? named("basis", one.place_basis) : "", one.place_evidence));
    fact(list, "met", dated(one), quotes(one.year_basis ? named("year_basis", one.year_basis) : "", one.date_evidence));
    fact(list, "published", one.published);
    fact(list, "meeting", cell(one.id, "meeting_type"));
    fact(list, "presider", one.presider, one.presider_role ? "(" + one.presider_role + ")" : null);
    fact(list, "source", one.source);
    fact(list, "script", one.script === "traditional" ? say("reading.traditional") : null);
    fact(list, "repairs", (one.repairs || []).map(([kind, n]) => named("repair", kind) + " × " + n).join("; "));
    fact(list, "attendance", one.attendance);
    const page = one.origin ? make("code", one.origin, { class: "path" }) : null;
    fact(list, "origin", page);
    fact(list, "also", ...(one.origins || []).map(([origin]) => make("code", origin, { class: "path" })));
    fact(list, "id", make("code", one.id));
    return list;
  }
  function topicsOf(pairs, names) {
    const list = make("ul", undefined, { class: "shares" });
    const ids = packed.tables.topics ? column("topics", "topic") : [];
    for (let at = 0; at < pairs.length; at += 2) {
      const id = names[pairs[at]];
      const row = ids.indexOf(id);
      const entry = make("li");
      const link = make("a", undefined, { href: "#topics/" + encodeURIComponent(id) });
      link.append(untrusted(row >= 0 ? id + " " + column("topics", "label")[row] : id));
      const bar = picture("svg", { class: "bar", viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" });
      bar.append(picture("rect", { width: pairs[at + 1], height: 8 }));
      entry.append(link, bar, make("span", pairs[at + 1] + "%", { class: "n" }));
      if (row >= 0 && column("topics", "unstable")[row] === true) {
        const mark = make("span", undefined, { class: "mark unstable" });
        mark.append(make("span", "○", { "aria-hidden": "true" }), " " + say("reading.unstable"));
        entry.append(mark);
      }
      list.append(entry);
    }
    return list;
  }
  function turning(id) {
    const bar = make("nav", undefined, { class: "leaf", "aria-label": say("reading.turn") });
    bar.append(make("a", "← " + say("reading.back"), { href: "#readouts", class: "back" }));
    const at = rowOf(id);
    const ids = column("readouts", "readout_id");
    for (const [key, step] of [["previous", -1], ["next", 1]]) {
      const other = at === null ? undefined : ids[at + step];
      if (other !== undefined) bar.append(make("a", say("reading." + key), { href: address(other), rel: key === "next" ? "next" : "prev" }));
    }
    return bar;
  }

  // ---- the text: paragraphs, with what is marked in them
  function written(cut, from, to, spans, hits) {
    const edges = new Set([from, to]);
    for (const one of [...spans, ...hits]) {
      if (one.to <= from || one.from >= to) continue;
      edges.add(Math.max(one.from, from));
      edges.add(Math.min(one.to, to));
    }
    const cuts = [...edges].sort((a, b) => a - b);
    const parts = [make("p")];
    let [nextSpan, nextHit, open] = [0, 0, null];
    for (let k = 0; k + 1 < cuts.length; k += 1) {
      const [a, b] = [cuts[k], cuts[k + 1]];
      while (nextSpan < spans.length && spans[nextSpan].to <= a) nextSpan += 1;
      while (nextHit < hits.length && hits[nextHit].to <= a) nextHit += 1;
      const span = nextSpan < spans.length && spans[nextSpan].from <= a ? spans[nextSpan] : null;
      const hit = nextHit < hits.length && hits[nextHit].from <= a;
      cut(a, b).split("\n").forEach((line, number) => {
        if (number) {
          parts.push(make("p"));
          open = null;
        }
        if (!line) return;
        const piece = hit ? make("mark", line, { class: "hit" }) : document.createTextNode(line);
        if (!span) {
          open = null;
          parts[parts.length - 1].append(piece);
          return;
        }
        if (!open || open.span !== span) {
          const about = span.source === null ? { class: "echo " + span.label }
            : { class: "echo " + span.label, role: "button", tabindex: "-1", "data-at": span.at };
          open = { span, node: make("span", undefined, about) };
          parts[parts.length - 1].append(open.node);
        }
        open.node.append(piece);
      });
    }
    return parts.filter((one) => one.hasChildNodes());
  }
  function blocks(one, text, spans, hits) {
    const cut = cutter(text);
    const end = length(text);
    const made = [];
    let at = 0;
    const frame = (from, to) => {
      const parts = written(cut, from, to, [], hits);
      if (!parts.length) return;
      const block = make("div", undefined, { class: "frame" });
      block.append(...parts);
      made.push(block);
    };
    one.items.forEach(([from, to, acts, subject, topics], number) => {
      if (text) frame(at, from);
      const block = make("section", undefined, { class: "matter act-" + acts[0], "aria-label": say("reading.item", { n: number + 1 }) });
      const head = make("header");
      const title = make("h4");
      title.append(make("span", String(number + 1), { class: "at", "aria-hidden": "true" }));
      acts.forEach((act) => title.append(make("span", named("act", act), { class: "act" }), " "));
      const about = typeof subject === "string" ? subject : cut(from + subject[0], from + subject[0] + subject[1]);
      if (about) title.append(untrusted(about));
      head.append(title, topicsOf(topics, one.names));
      block.append(head);
      if (text) block.append(...written(cut, from, to, spans.filter((span) => span.item === number), hits));
      made.push(block);
      at = to;
    });
    if (text) frame(at, end);
    return made;
  }

  // ---- where the wording stood before: legend, note, list
  function legend(spans, total) {
    const list = make("ul", undefined, { class: "origins" });
    for (const label of CLASSES) {
      const chars = spans.reduce((sum, span) => sum + (span.label === label ? span.to - span.from : 0), 0);
      if (!chars) continue;
      const entry = make("li");
      entry.append(make("span", say("reading.legend_share", { name: say("echo." + label), share: chars < total / 200 ? "<1" : ((100 * chars) / total).toFixed(0) }), { class: "echo " + label }));
      list.append(entry);
    }
    return list;
  }
  function sources(one, spans) {
    const groups = new Map();
    for (const span of spans) {
      if (span.source === null) continue;
      const source = sourceOf(one, span.source, one.homes);
      const key = span.label + "\n" + source.id;
      const group = groups.get(key) || { label: span.label, source, n: 0, chars: 0 };
      group.n += 1;
      group.chars += span.to - span.from;
      groups.set(key, group);
    }
    const list = make("ol", undefined, { class: "sources" });
    for (const group of [...groups.values()].sort((a, b) => b.chars - a.chars)) {
      const entry = make("li");
      entry.append(make("span", say("echo." + group.label), { class: "echo " + group.label }), " ", nameOf(group.source, group.label), " · ",
        say(group.n === 1 ? "reading.source_line_one" : "reading.source_line", group));
      list.append(entry);
    }
    return list;
  }
  function keep(one, spans, cut) {
    const head = ["readout_id", "item", "start", "end", "class", "text", "source_id", "source_place", "days_before"];
    const lines = [head.join(",")];
    for (const span of spans) {
      const from = one.items[span.item][0];
      const source = span.source === null ? null : sourceOf(one, span.source, one.homes);
      lines.push([one.id, span.item + 1, span.from - from, span.to - from, span.label, cut(span.from, span.to),
        source ? source.id : null, source && source.known ? cell(source.id, "place") : null,
        source && source.days !== undefined ? source.days : null].map(csvCell).join(","));
    }
    const url = URL.createObjectURL(new Blob(["\ufeff" + lines.join("\r\n") + "\r\n"], { type: "text/csv;charset=utf-8" }));
    const link = make("a", "", { href: url, download: (packed.synthetic ? "synthetic-" : "") + "passages-" + one.id.replace(/[^\w.-]/g, "_") + ".csv" });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  }

  // ---- the view itself
  let current = null;  // { id, one, wanted }
  function show(id, one, { focus = true, wanted = "" } = {}) {
    current = { id, one };
    const title = make("h3", undefined, { id: "reading-title", tabindex: "-1" });
    title.append(untrusted(cell(id, "title") || say("reading.untitled")));
    const parts = [turning(id), title];
    if (!one) {
      const why = rowOf(id) === null ? say("reading.unknown", { id })
        : say(carried.texts ? "reading.not_carried" : "reading.withheld", carried);
      const list = make("dl", undefined, { class: "facts" });
      if (rowOf(id) !== null) {
        fact(list, "place", cell(id, "place"));
        fact(list, "met", cell(id, "date"));
        fact(list, "meeting", cell(id, "meeting_type"));
        fact(list, "topics", cell(id, "main_topic"));
        fact(list, "id", make("code", id));
      }
      parts.push(list, make("p", why, { class: "why" }));
      box.replaceChildren(...parts);
    } else {
      const text = one.body.map((at) => one.library.sentences[at]).join("");
      [one.names, one.homes] = [one.library.topics, one.library.homes];
      draw(one, text, parts, wanted);
    }
    box.hidden = false;
    if (focus) {
      title.focus({ preventScroll: true });
      box.scrollIntoView({ behavior: "instant", block: "start" });
    }
  }
  function draw(one, text, parts, wanted) {
    const spans = spansOf(one);
    spans.forEach((span, at) => { span.at = at; });
    parts.push(facts(one));
    if (one.topics.length) {
      const topics = make("div", undefined, { class: "whole-topics" });
      topics.append(make("h4", say("reading.topics")), topicsOf(one.topics, one.names));
      parts.push(topics);
    }
    if (!carried.texts) parts.push(make("p", say("reading.withheld"), { class: "why" }));
    const tools = make("div", undefined, { class: "tools find" });
    const label = make("label", say("reading.find") + " ");
    const input = make("input", undefined, { type: "search", autocomplete: "off" });
    const count = make("span", "", { class: "count", role: "status" });
    const next = make("button", say("reading.find_next"), { type: "button" });
    next.disabled = true;
    label.append(input);
    tools.append(label, next, count);
    const note = make("p", "", { class: "echo-note", role: "status" });
    const body = make("div", undefined, { class: "body", lang: "zh-CN" });
    const total = one.items.reduce((sum, item) => sum + item[1] - item[0], 0) || 1;
    if (text) parts.push(tools);
    if (spans.length) parts.push(legend(spans, total), make("p", say("reading.echo_hint"), { class: "note" }));
    else parts.push(make("p", say("reading.no_echo"), { class: "note" }));
    parts.push(body, note);
    if (spans.some((span) => span.source !== null)) {
      const head = make("h4", say("reading.echo") + " ");
      const button = make("button", say("reading.csv"), { type: "button", class: "csv" });
      button.addEventListener("click", () => keep(one, spans, cutter(text)));
      head.append(button);
      parts.push(head, sources(one, spans));
    }
    parts.push(turning(one.id));
    box.replaceChildren(...parts);

    let at = -1;
    const fill = () => {
      const hits = found(text, input.value.trim());
      body.replaceChildren(...blocks(one, text, spans, hits));
      const first = body.querySelector(".echo[role]");
      if (first) first.setAttribute("tabindex", "0");
      at = -1;
      next.disabled = !hits.length;
      count.textContent = !input.value.trim() ? "" : hits.length ? say(hits.length === MOST_HITS ? "reading.hits_many" : "reading.hits", { n: hits.length }) : say("reading.no_hits");
    };
    let timer = 0;
    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(fill, 120);
    });
    const step = () => {
      const marks = [...body.querySelectorAll("mark.hit")];
      if (!marks.length) return;
      at = (at + 1) % marks.length;
      marks.forEach((mark, number) => mark.classList.toggle("now", number === at));
      marks[at].scrollIntoView({ block: "center" });
      count.textContent = say("reading.hit", { at: at + 1, n: marks.length });
    };
    next.addEventListener("click", step);
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        event.preventDefault();
        clearTimeout(timer);
        if (at < 0) fill();
        step();
      }
    });
    const tell = (node) => {
      const span = spans[+node.dataset.at];
      body.querySelectorAll(".echo.told").forEach((other) => other.classList.remove("told"));
      node.classList.add("told");
      note.replaceChildren(make("span", say("echo." + span.label), { class: "echo " + span.label }), " ",
        nameOf(sourceOf(one, span.source, one.homes), span.label));
    };
    const target = (event) => event.target.closest && event.target.closest(".echo[role]");
    for (const kind of ["click", "focusin", "mouseover"]) {
      body.addEventListener(kind, (event) => { if (target(event)) tell(target(event)); });
    }
    body.addEventListener("keydown", (event) => {
      const step1 = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (event.key === "Enter" || event.key === " ") {
        if (target(event)) {
          event.preventDefault();
          const link = note.querySelector("a");
          if (link && event.key === "Enter") link.focus();
        }
        return;
      }
      if (!step1 || !target(event)) return;
      const all = [...body.querySelectorAll(".echo[role]")];
      const other = all[all.indexOf(target(event)) + step1];
      if (!other) return;
      event.preventDefault();
      target(event).setAttribute("tabindex", "-1");
      other.setAttribute("tabindex", "0");
      other.focus();
    });
    if (wanted) input.value = wanted;
    fill();
  }

  // ---- opening and closing
  const listing = document.querySelector("#readouts .listing");
  async function open(id, options) {
    current = { id, one: null };
    listing.hidden = true;
    if (rowOf(id) !== null && carried.packed && !library) {
      box.replaceChildren(turning(id), make("p", say("reading.loading"), { role: "status" }));
      box.hidden = false;
    }
    let [shelf, failed, whole] = [new Map(), false, null];
    try {
      whole = await unpack();
      shelf = whole.shelf;
    } catch { failed = true; }
    if (!current || current.id !== id) return;  // another was asked for meanwhile
    const one = shelf.get(id) || null;
    if (one) one.library = whole;
    show(id, one, options);
    if (failed) box.append(make("p", say("reading.failed"), { class: "why" }));
  }
  function close() {
    const back = current && listing.querySelector('a[href="' + CSS.escape(address(current.id)) + '"]');
    current = null;
    box.hidden = true;
    listing.hidden = false;
    if (back) back.focus();
  }
  if (box && carried) {
    document.addEventListener("page:show", (event) => {
      const { id, rest } = event.detail;
      if (id !== "readouts") return;
      if (!rest) (window.requestIdleCallback || setTimeout)(() => unpack().catch(() => {}));  // before it is asked for
      if (rest) open(rest);
      else if (current) close();
      else listing.hidden = false;
    });
    document.addEventListener("language:change", () => {
      if (!current || box.hidden) return;
      const input = box.querySelector("input");
      show(current.id, current.one, { focus: false, wanted: input ? input.value : "" });
    });
  }
}
