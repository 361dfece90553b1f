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
