// Draws what stands as data in <script type="application/json">, in the colours of the style sheet. The numbers are in
// the table beside each drawing, so a browser that cannot run this loses nothing but the picture.
const library = document.querySelector("script[data-library]").dataset.library;
const dark = matchMedia("(prefers-color-scheme: dark)");
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const drawings = new Map();

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function coloured(value) {
  if (typeof value === "string") return value.replace(/^var\((--[\w-]+)\)$/, (_, name) => colour(name));
  if (Array.isArray(value)) return value.map(coloured);
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, coloured(one)]));
  return value;
}

function theme() {
  const [ink, muted, line, card] = ["--ink", "--muted", "--line", "--card"].map(colour);
  const axis = { axisLine: { lineStyle: { color: line } }, axisTick: { show: false }, axisLabel: { color: ink }, splitLine: { show: false } };
  return {
    darkMode: dark.matches,
    backgroundColor: "transparent",
    color: [1, 5, 3, 4, 2].map((number) => colour(`--s${number}`)),
    textStyle: { color: ink, fontFamily: getComputedStyle(document.body).fontFamily },
    categoryAxis: axis,
    valueAxis: { ...axis, axisLine: { show: false }, axisLabel: { color: muted }, splitLine: { lineStyle: { color: line } } },
    legend: { textStyle: { color: ink } },
    tooltip: { confine: true, backgroundColor: card, borderColor: line, textStyle: { color: ink } },
    bar: { label: { color: ink } },
  };
}

function draw(echarts, place) {
  drawings.get(place)?.dispose();
  place.hidden = false;
  const drawing = echarts.init(place, theme(), { locale: "ZH" });
  const option = JSON.parse(document.getElementById(place.dataset.chart).textContent);
  drawing.setOption({ animation: !calm.matches, ...coloured(option) });
  drawing.on("click", ({ data }) => { if (data?.href?.startsWith("/")) location.assign(data.href); });
  drawings.set(place, drawing);
}

const resized = new ResizeObserver((changes) => changes.forEach(({ target }) => drawings.get(target)?.resize()));

async function drawAll() {
  const places = document.querySelectorAll("[data-chart]");
  if (!places.length) return;
  const echarts = await import(library);
  for (const place of drawings.keys()) if (!place.isConnected) drawings.delete(place);
  for (const place of places) {
    draw(echarts, place);
    resized.observe(place);
  }
}

drawAll();
dark.addEventListener("change", drawAll);
document.addEventListener("htmx:afterSettle", drawAll);
