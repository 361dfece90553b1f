const root = document.documentElement;
const packed = JSON.parse(document.getElementById("data-tables").textContent);
const words = packed.words;
const PAGE = 25;
let language = root.dataset.lang;

const say = (key, values = {}) =>
  words[key][language].replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
const make = (name, text, attributes = {}) => {
  const node = document.createElement(name);
  if (text !== undefined) node.textContent = text;
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
};

const unpacked = new Map();
function table(name) {
  if (!unpacked.has(name)) {
    const held = packed.tables[name];
    const columns = (held.columns || unpackedJson(held.packed)).map((one) => ({
      name: one.name, cells: one.cells || one.at.map((at) => one.values[at]),
    }));
    unpacked.set(name, columns);
  }
  return unpacked.get(name);
}
const column = (name, key) => table(name).find((one) => one.name === key).cells;
const size = (columns) => (columns.length ? columns[0].cells.length : 0);
