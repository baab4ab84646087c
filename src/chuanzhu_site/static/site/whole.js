// Draws all chains on one canvas. What stands still is painted once into tiles, so that panning only copies pictures.
const canvas = document.querySelector("canvas[data-sheet]");
const sheet = await (await fetch(canvas.dataset.sheet)).json();
const said = document.getElementById(canvas.dataset.said);
const [X, Y, STATE, FIRMS, NAME, CHAIN, KEY] = [0, 1, 2, 3, 4, 5, 6];
const SIDE = 512, KEPT = 120, RADIUS = 8, STEP = 60, ROOM = 116;
const words = { many: "多家", weak: "较弱", single: "独苗，1 家", blank: "空白", unknown: "不清楚" };
const pen = canvas.getContext("2d", { alpha: false });
const view = { x: 0, y: 0, zoom: 1 };
const tiles = new Map();
let look = {}, hovered = -1, waiting = false, dragged = null;

const order = sheet.nodes.map((_, number) => number).sort((one, other) => sheet.nodes[one][Y] - sheet.nodes[other][Y]);
const heights = order.map((number) => sheet.nodes[number][Y]);

function first(y) {
  let low = 0, high = heights.length;
  while (low < high) { const middle = (low + high) >> 1; if (heights[middle] < y) low = middle + 1; else high = middle; }
  return low;
}

function readLook() {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  look = { ink: colour("--ink"), muted: colour("--muted"), card: colour("--card"), line: colour("--line"), faint: colour("--faint"),
    celadon: colour("--celadon-mid"), bronze: colour("--bronze-mid"), cinnabar: colour("--cinnabar-mid"), font: getComputedStyle(document.body).fontFamily };
}

function bead(brush, node, zoom) {
  const state = sheet.states[node[STATE]], radius = RADIUS * zoom, x = node[X] * zoom, y = node[Y] * zoom;
  brush.beginPath();
  brush.arc(x, y, radius, 0, 7);
  brush.setLineDash(state === "blank" ? [radius / 2, radius / 3] : []);
  brush.lineWidth = Math.max(1, 1.6 * zoom);
  if (state === "many" || state === "weak" || state === "single") { brush.fillStyle = state === "weak" ? "#86b7b0" : look.celadon; brush.fill(); }
  else { brush.strokeStyle = state === "blank" ? look.cinnabar : look.faint; brush.stroke(); }
  if (state === "single") { brush.strokeStyle = look.bronze; brush.beginPath(); brush.arc(x, y, radius * 1.35, 0, 7); brush.stroke(); }
}

function label(brush, node, zoom) {
  const x = node[X] * zoom, y = node[Y] * zoom, letters = Math.floor((ROOM * zoom) / Math.max(10, 12 * zoom));
  brush.fillStyle = look.ink;
  brush.fillText(node[NAME].length > letters ? `${node[NAME].slice(0, letters - 1)}…` : node[NAME], x + RADIUS * zoom + 6, y);
}

function paint(column, row, zoom) {
  const tile = new OffscreenCanvas(SIDE * devicePixelRatio, SIDE * devicePixelRatio), brush = tile.getContext("2d", { alpha: false });
  const [left, top, reach] = [(column * SIDE) / zoom, (row * SIDE) / zoom, SIDE / zoom];
  brush.scale(devicePixelRatio, devicePixelRatio);
  brush.fillStyle = look.card;
  brush.fillRect(0, 0, SIDE, SIDE);
  brush.translate(-column * SIDE, -row * SIDE);
  brush.textBaseline = "middle";
  const inside = ([x, y]) => x > left - 200 && x < left + reach + 20 && y > top - 20 && y < top + reach + 20;
  for (const [y, height, name] of sheet.bands) {
    if (y > top + reach || y + height < top) continue;
    brush.strokeStyle = look.line;
    brush.lineWidth = 1;
    brush.strokeRect(0.5, y * zoom + 0.5, sheet.width * zoom, height * zoom);
    brush.fillStyle = look.muted;
    brush.font = `600 ${Math.max(11, 13 * zoom)}px ${look.font}`;
    for (const [x, stage] of sheet.stages) brush.fillText(x ? stage : `${name} · ${stage}`, (x + 8) * zoom, (y + 13) * zoom);
  }
  brush.strokeStyle = look.faint;
  brush.globalAlpha = 0.25;
  brush.beginPath();
  for (const [from, to] of sheet.links) {
    const [one, other] = [sheet.nodes[from], sheet.nodes[to]];
    if (one[CHAIN] !== other[CHAIN] || Math.max(one[Y], other[Y]) < top || Math.min(one[Y], other[Y]) > top + reach) continue;
    brush.moveTo(one[X] * zoom, one[Y] * zoom);
    brush.lineTo(other[X] * zoom, other[Y] * zoom);
  }
  brush.stroke();
  brush.globalAlpha = 1;
  brush.font = `${Math.max(10, 12 * zoom)}px ${look.font}`;
  for (let at = first(top - 20); at < order.length && heights[at] < top + reach + 20; at += 1) {
    const node = sheet.nodes[order[at]];
    if (!inside(node)) continue;
    bead(brush, node, zoom);
    if (zoom >= 0.6) label(brush, node, zoom);
  }
  return tile;
}

function tileAt(column, row) {
  const key = `${view.zoom}/${column}/${row}`;
  let tile = tiles.get(key);
  if (tile) tiles.delete(key);
  else tile = paint(column, row, view.zoom);
  tiles.set(key, tile);
  if (tiles.size > KEPT) tiles.delete(tiles.keys().next().value);
  return tile;
}

function draw() {
  waiting = false;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  pen.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  pen.fillStyle = look.card;
  pen.fillRect(0, 0, width, height);
  for (let column = Math.max(0, Math.floor(view.x / SIDE)); column * SIDE < Math.min(view.x + width, sheet.width * view.zoom + 2); column += 1) {
    for (let row = Math.max(0, Math.floor(view.y / SIDE)); row * SIDE < Math.min(view.y + height, sheet.height * view.zoom); row += 1) {
      pen.drawImage(tileAt(column, row), Math.round(column * SIDE - view.x), Math.round(row * SIDE - view.y), SIDE, SIDE);
    }
  }
  if (hovered >= 0) highlight();
}

function highlight() {
  const zoom = view.zoom, place = (node) => [node[X] * zoom - view.x, node[Y] * zoom - view.y];
  pen.strokeStyle = look.cinnabar;
  pen.lineWidth = 2;
  pen.setLineDash([]);
  pen.beginPath();
  for (const [from, to] of sheet.links) {
    if (from !== hovered && to !== hovered) continue;
    pen.moveTo(...place(sheet.nodes[from]));
    pen.lineTo(...place(sheet.nodes[to]));
  }
  const [x, y] = place(sheet.nodes[hovered]);
  pen.moveTo(x + 14 * zoom, y);
  pen.arc(x, y, 14 * zoom, 0, 7);
  pen.stroke();
}

function ask() {
  if (!waiting) { waiting = true; requestAnimationFrame(draw); }
}

function hold(value, most) { return Math.max(-40, Math.min(value, Math.max(-40, most))); }

function move(x, y) {
  view.x = hold(x, sheet.width * view.zoom - canvas.clientWidth + 40);
  view.y = hold(y, sheet.height * view.zoom - canvas.clientHeight + 40);
  ask();
}

function zoomTo(zoom, x, y) {
  const next = Math.round(Math.max(0.2, Math.min(zoom, 2.5)) * 20) / 20, ratio = next / view.zoom;
  view.zoom = next;
  move((view.x + x) * ratio - x, (view.y + y) * ratio - y);
}

function nearest(event) {
  const box = canvas.getBoundingClientRect(), x = (event.clientX - box.left + view.x) / view.zoom, y = (event.clientY - box.top + view.y) / view.zoom;
  for (let at = first(y - 14); at < order.length && heights[at] < y + 14; at += 1) {
    const node = sheet.nodes[order[at]];
    if (x > node[X] - 14 && x < node[X] + 130) return order[at];
  }
  return -1;
}

function tell(number) {
  if (number === hovered) return;
  hovered = number;
  const node = sheet.nodes[number];
  said.textContent = node ? `${node[NAME]}：${words[sheet.states[node[STATE]]]}${node[FIRMS] > 1 ? `，${node[FIRMS]} 家` : ""}` : said.dataset.idle;
  canvas.style.cursor = node ? "pointer" : "grab";
  ask();
}

const keys = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP], PageUp: [0, -600], PageDown: [0, 600] };

canvas.addEventListener("pointerdown", (event) => { dragged = { x: event.clientX + view.x, y: event.clientY + view.y, moved: false }; canvas.setPointerCapture(event.pointerId); });
canvas.addEventListener("pointermove", (event) => {
  if (!dragged) return tell(nearest(event));
  dragged.moved ||= Math.abs(dragged.x - event.clientX - view.x) + Math.abs(dragged.y - event.clientY - view.y) > 4;
  move(dragged.x - event.clientX, dragged.y - event.clientY);
});
canvas.addEventListener("pointerup", (event) => {
  const node = dragged && !dragged.moved && sheet.nodes[nearest(event)];
  dragged = null;
  if (node) location.assign(canvas.dataset.address.replace("/CHAIN/NODE/", `/${node[CHAIN]}/${encodeURIComponent(node[KEY])}/`));
});
canvas.addEventListener("wheel", (event) => {
  const { x, y } = view;
  if (event.ctrlKey || event.metaKey) zoomTo(view.zoom * (event.deltaY < 0 ? 1.15 : 0.87), event.offsetX, event.offsetY);
  else move(view.x + event.deltaX, view.y + event.deltaY);
  if (event.ctrlKey || event.metaKey || x !== view.x || y !== view.y) event.preventDefault();
}, { passive: false });
canvas.addEventListener("keydown", (event) => {
  if (keys[event.key]) { event.preventDefault(); move(view.x + keys[event.key][0], view.y + keys[event.key][1]); }
  if (event.key === "+" || event.key === "-") zoomTo(view.zoom * (event.key === "+" ? 1.2 : 0.83), canvas.clientWidth / 2, canvas.clientHeight / 2);
});
document.querySelectorAll("[data-zoom]").forEach((button) => button.addEventListener("click", () => zoomTo(view.zoom * Number(button.dataset.zoom), canvas.clientWidth / 2, canvas.clientHeight / 2)));

function fit() {
  canvas.width = canvas.clientWidth * devicePixelRatio;
  canvas.height = canvas.clientHeight * devicePixelRatio;
  tiles.clear();
  move(view.x, view.y);
}

function start() {
  readLook();
  canvas.hidden = false;
  document.querySelectorAll("[data-zoom]").forEach((button) => { button.hidden = false; });
  view.zoom = Math.round(Math.max(0.45, canvas.clientWidth / (sheet.width + 20)) * 20) / 20;
  view.x = view.y = -8;
  canvas.width = canvas.clientWidth * devicePixelRatio;
  canvas.height = canvas.clientHeight * devicePixelRatio;
  draw();
  performance.mark("map-drawn");
  new ResizeObserver(fit).observe(canvas);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { readLook(); fit(); });
}

start();
