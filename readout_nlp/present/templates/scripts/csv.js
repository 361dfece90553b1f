// ---- CSV: a cell that a spreadsheet would run as a formula gets a leading apostrophe
function csvCell(value) {
  if (value === null) return "";
  let text = String(value);
  if (typeof value === "string" && /^[=+\-@\t\r]/.test(text)) text = "'" + text;
  return /[",\n\r]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
}
function csv(name) {
  const columns = table(name);
  const lines = [columns.map((one) => csvCell(one.name)).join(",")];
  for (let row = 0; row < size(columns); row += 1) {
    lines.push(columns.map((one) => csvCell(one.cells[row])).join(","));
  }
  return "\ufeff" + lines.join("\r\n") + "\r\n";
}
function download(name) {
  const url = URL.createObjectURL(new Blob([csv(name)], { type: "text/csv;charset=utf-8" }));
  const link = make("a", "", { href: url, download: (packed.synthetic ? "synthetic-" : "") + name + ".csv" });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-csv]");
  if (!button) return;
  event.preventDefault();
  download(button.dataset.csv);
});
// ---- copying: the clipboard where the browser lets a file use it, else the text selected for the reader to copy
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(source.textContent);
    document.getElementById("copied").textContent = say("page.copied");
  } catch {
    getSelection().selectAllChildren(source);
  }
});
