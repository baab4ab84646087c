// Dropping files on the page. Without this script the two file fields work as they stand.
const form = document.querySelector("[data-upload]");
const drops = [...form.querySelectorAll(".drop")];

function show(drop) {
  const file = drop.querySelector("input").files[0];
  drop.querySelector(".chosen").textContent = file ? file.name : "";
  drop.classList.toggle("filled", Boolean(file));
}

function give(drop, file) {
  const bag = new DataTransfer();
  bag.items.add(file);
  drop.querySelector("input").files = bag.files;
  show(drop);
}

function sideOf(file) {
  if (/需求|采购|求购|demand/i.test(file.name)) return drops[1];
  if (/供给|供应|产能|supply/i.test(file.name)) return drops[0];
  return drops.find((drop) => !drop.querySelector("input").files.length);
}

function place(files, target) {
  if (files.length === 1 && target) return give(target, files[0]);
  const [one, other] = files;
  const first = sideOf(one) || drops[0];
  give(first, one);
  if (other) give(drops.find((drop) => drop !== first), other);
}

for (const drop of drops) drop.querySelector("input").addEventListener("change", () => show(drop));
for (const event of ["dragover", "dragenter"]) {
  document.addEventListener(event, (drag) => { drag.preventDefault(); form.classList.add("over"); });
}
document.addEventListener("dragleave", (drag) => { if (!drag.relatedTarget) form.classList.remove("over"); });
document.addEventListener("drop", (drag) => {
  drag.preventDefault();
  form.classList.remove("over");
  if (drag.dataTransfer.files.length) place(drag.dataTransfer.files, drag.target.closest(".drop"));
});
form.addEventListener("submit", () => { form.querySelector("[data-sending]").hidden = false; });
drops.forEach(show);
