// Shows the threads of the node or family under the pointer or with the keyboard's focus; without it the map is complete.
const threads = (map, anchor) => [...map.querySelectorAll("[data-from]")].filter(({ dataset }) => dataset.from === anchor || dataset.to === anchor);

function light(event) {
  const map = event.target.closest?.(".chainmap");
  document.querySelectorAll(".chainmap .lit").forEach((one) => one.classList.remove("lit"));
  const place = event.target.closest?.("[data-anchor]");
  document.querySelectorAll(".chainmap").forEach((one) => one.classList.toggle("dim", one === map && Boolean(place)));
  if (map && place) threads(map, place.dataset.anchor).forEach((one) => one.classList.add("lit"));
}

document.addEventListener("pointerover", light);
document.addEventListener("focusin", light);
