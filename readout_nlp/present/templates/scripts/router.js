// ---- pages: one is shown at a time, and the address says which: #topics, #topics/t03, or any id inside a page
const pages = root.dataset.pages.split(" ");
const menu = document.querySelector(".menu");
const scrolled = new Map();  // how far down the reader was at each address
let at = null;  // the address shown
let chosen = false;  // a link was followed; else the reader went back or forward

function address() {
  let text = "";
  try { text = decodeURIComponent(location.hash.slice(1)); } catch { /* an address cut in half leads to the start */ }
  const [id, ...rest] = text.split("/");
  if (pages.includes(id)) return { id, rest: rest.join("/"), anchor: null };
  const anchor = text ? document.getElementById(text) : null;
  const home = anchor && anchor.closest(".page");
  return home ? { id: home.dataset.page, rest: "", anchor } : null;
}
function goTo(id, rest = "") {
  chosen = true;
  location.hash = "#" + id + (rest ? "/" + encodeURIComponent(rest) : "");
}
function retitle() {
  document.title = say(root.dataset.page + ".title") + " · " + say("page.title");
}
function mark(id) {
  document.querySelectorAll(".contents a").forEach((link) => {
    if (link.hash === "#" + id) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  });
  const link = document.querySelector('.contents [aria-current="page"] .page-name');
  menu.querySelector(".now").replaceChildren(...[...link.childNodes].map((node) => node.cloneNode(true)));
}
function fold(open) {
  menu.setAttribute("aria-expanded", String(open));
  root.classList.toggle("menu-open", open);
}
function route() {
  const asked = address() || (at ? null : { id: pages[0], rest: "", anchor: null });
  if (!asked) return;
  const [first, turned] = [at === null, root.dataset.page !== asked.id];
  if (!first) scrolled.set(at, window.scrollY);
  at = location.hash;
  const back = !chosen && !first;
  chosen = false;
  root.dataset.page = asked.id;
  mark(asked.id);
  fold(false);
  retitle();
  const heading = document.getElementById(asked.id + "-title");
  if (!first && turned) {
    heading.setAttribute("tabindex", "-1");
    heading.focus({ preventScroll: true });
    window.scrollTo({ top: back ? scrolled.get(at) || 0 : 0, behavior: "instant" });
  }
  document.dispatchEvent(new CustomEvent("page:show", { detail: { id: asked.id, rest: asked.rest, anchor: asked.anchor } }));
  if (asked.anchor && !back) asked.anchor.scrollIntoView({ behavior: turned ? "instant" : "auto" });
}
menu.addEventListener("click", () => fold(menu.getAttribute("aria-expanded") !== "true"));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || menu.getAttribute("aria-expanded") !== "true") return;
  fold(false);
  menu.focus();
});
document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#"]');
  if (!link) return;
  const own = link.getAttribute("href");
  if (own === "#main" || own === "#top") {
    event.preventDefault();
    const target = own === "#top" ? document.body : document.getElementById(root.dataset.page + "-title");
    target.setAttribute("tabindex", "-1");
    target.focus({ preventScroll: own === "#top" });
    if (own === "#top") window.scrollTo({ top: 0 });
  } else {
    chosen = true;
    if (own === location.hash) route();  // the browser says nothing when an address is asked for again
  }
});
window.addEventListener("hashchange", route);
document.addEventListener("language:change", retitle);
// the notice takes less room once the reader is on the way; apart, lest what that moves turns it back
window.addEventListener("scroll", () => {
  if (window.scrollY > 140) root.classList.add("scrolled");
  else if (window.scrollY < 20) root.classList.remove("scrolled");
}, { passive: true });
if (language !== document.querySelector('[data-language][aria-pressed="true"]').dataset.language) speak(language);
route();
