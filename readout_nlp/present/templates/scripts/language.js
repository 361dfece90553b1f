// ---- language: every text is in the page twice; `language:change` tells those who draw
function speak(next) {
  language = next;
  root.dataset.lang = next;
  root.lang = next === "zh" ? "zh-CN" : "en";
  document.querySelectorAll("[data-i]").forEach((node) => node.setAttribute(node.dataset.i, node.dataset[next]));
  document.querySelectorAll("[data-language]").forEach((one) => one.setAttribute("aria-pressed", String(one.dataset.language === next)));
  document.dispatchEvent(new CustomEvent("language:change", { detail: { language: next } }));
}
document.querySelectorAll("[data-language]").forEach((one) => one.addEventListener("click", () => {
  try { sessionStorage.setItem("readout-language", one.dataset.language); } catch { /* then for this page only */ }
  speak(one.dataset.language);
}));
