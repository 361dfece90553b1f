(() => {
  "use strict";
  const root = document.documentElement;
  const body = document.body;
  const tasks = [...document.querySelectorAll("[data-task]")];
  const at = (id) => document.getElementById(id);
  const store = `readout-nlp:${body.dataset.seal}:${body.dataset.coder}`;
  let answers = {};
  let now = 0;
  let kept = true;

  const read = () => {
    try {
      const found = JSON.parse(localStorage.getItem(store) || "{}");
      answers = found && typeof found === "object" ? found : {};
    } catch {
      kept = false;
    }
  };
  const keep = () => {
    try {
      localStorage.setItem(store, JSON.stringify(answers));
    } catch {
      kept = false;
    }
  };
  const of = (name) => (answers[name] ||= { answer: "", note: "" });
  const done = (name) => Boolean(answers[name] && answers[name].answer !== "");

  const show = (number) => {
    now = Math.max(0, Math.min(tasks.length - 1, number));
    tasks.forEach((task, n) => task.classList.toggle("now", n === now));
    at("previous").disabled = now === 0;
    at("next").disabled = now === tasks.length - 1;
    window.scrollTo(0, 0);
  };
  const count = () => {
    const n = tasks.filter((task) => done(task.dataset.task)).length;
    at("answered").textContent = String(n);
    at("progress").value = n;
    at("open").disabled = n === tasks.length;
    const word = n === tasks.length ? "done" : kept ? "saved" : "unsaved";
    for (const one of document.querySelectorAll("[data-word]")) one.hidden = one.dataset.word !== word;
  };
  const fill = () => {
    for (const task of tasks) {
      const name = task.dataset.task;
      if (!answers[name]) continue;
      for (const input of task.querySelectorAll("input[type=radio]")) input.checked = input.value === answers[name].answer;
      task.querySelector("[data-note]").value = answers[name].note || "";
    }
  };
  const choose = (task, value) => {
    const input = [...task.querySelectorAll("input[type=radio]")].find((one) => one.value === value);
    if (!input) return false;
    input.checked = true;
    of(task.dataset.task).answer = value;
    keep();
    count();
    return true;
  };
  const cell = (value) => {
    let text = String(value);
    if (/^'*[=+\-@\t\r]/.test(text)) text = "'" + text;
    return /[",\r\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
  };
  const csv = () => {
    const lines = [["task", "coder", "answer", "note"]];
    for (const task of tasks) {
      const one = answers[task.dataset.task] || { answer: "", note: "" };
      lines.push([task.dataset.task, body.dataset.coder, one.answer, one.note || ""]);
    }
    return "\ufeff" + lines.map((line) => line.map(cell).join(",") + "\r\n").join("");
  };

  document.addEventListener("change", (event) => {
    const task = event.target.closest("[data-task]");
    if (task && event.target.type === "radio") choose(task, event.target.value);
  });
  document.addEventListener("input", (event) => {
    if (!event.target.dataset.note) return;
    of(event.target.dataset.note).note = event.target.value;
    keep();
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.type === "text") return;
    if (/^[0-9]$/.test(event.key)) {
      if (choose(tasks[now], event.key) && now < tasks.length - 1) show(now + 1);
    } else if (event.key === "ArrowRight") show(now + 1);
    else if (event.key === "ArrowLeft") show(now - 1);
    else return;
    event.preventDefault();
  });
  at("previous").addEventListener("click", () => show(now - 1));
  at("next").addEventListener("click", () => show(now + 1));
  at("open").addEventListener("click", () => {
    const order = tasks.map((_, n) => (now + 1 + n) % tasks.length);
    const next = order.find((n) => !done(tasks[n].dataset.task));
    if (next !== undefined) show(next);
  });
  at("language").addEventListener("click", () => {
    root.dataset.lang = root.dataset.lang === "zh" ? "en" : "zh";
    root.lang = root.dataset.lang === "zh" ? "zh-CN" : "en";
  });
  at("export").addEventListener("click", () => {
    const url = URL.createObjectURL(new Blob([csv()], { type: "text/csv;charset=utf-8" }));
    const link = document.createElement("a");
    link.href = url;
    link.download = `answers-${body.dataset.coder}.csv`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
  });

  root.classList.add("js");
  if (new URLSearchParams(location.search).get("lang") === "en") root.dataset.lang = "en";
  read();
  fill();
  count();
  const first = tasks.findIndex((task) => !done(task.dataset.task));
  show(first < 0 ? 0 : first);
})();
