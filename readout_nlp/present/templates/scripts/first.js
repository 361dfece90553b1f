// Before anything is painted: scripts run, this page is asked for, this language is spoken.
(() => {
"use strict";
const root = document.documentElement;
const pages = root.dataset.pages.split(" ");
let [page, language] = ["", new URLSearchParams(location.search).get("lang")];
try { page = decodeURIComponent(location.hash.slice(1)).split("/")[0]; } catch { /* an address cut in half */ }
try { language = language || sessionStorage.getItem("readout-language"); } catch { /* storage is switched off */ }
root.classList.add("js");
root.dataset.page = pages.includes(page) ? page : page ? "" : pages[0];
if (language === "zh" || language === "en") {
  root.dataset.lang = language;
  root.lang = language === "zh" ? "zh-CN" : "en";
}
})();
