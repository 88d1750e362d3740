// A box in the head of the table that ticks all of them. Without this script each is ticked by itself.
const head = document.querySelector(".worklist thead .tick");
if (head) {
  const label = head.textContent;
  const all = Object.assign(document.createElement("input"), { type: "checkbox" });
  all.setAttribute("aria-label", label);
  head.replaceChildren(all);
  const boxes = [...document.querySelectorAll(".worklist tbody .tick input")];
  all.addEventListener("change", () => boxes.forEach((box) => { box.checked = all.checked; }));
}
