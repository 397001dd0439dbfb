/** What the page does: a frame that is clicked fills the width, as do those below it. Escape, or the lowest frame, shows all. */
export const SCRIPT = `
"use strict";
const frames = [...document.querySelectorAll("#flame .frame")].map((element) => ({
  element,
  left: Number(element.dataset.left),
  width: Number(element.dataset.width),
  depth: Number(element.dataset.depth),
}));
const slack = 1e-9;
function zoom(chosen) {
  const end = chosen.left + chosen.width;
  for (const { element, left, width, depth } of frames) {
    const isAround = left <= chosen.left + slack && left + width >= end - slack && depth <= chosen.depth;
    const isInside = left >= chosen.left - slack && left + width <= end + slack && depth >= chosen.depth;
    element.toggleAttribute("hidden", !isAround && !isInside);
    element.classList.toggle("around", isAround && depth < chosen.depth);
    element.setAttribute("x", isAround ? "0%" : ((left - chosen.left) / chosen.width) * 100 + "%");
    element.setAttribute("width", isAround ? "100%" : (width / chosen.width) * 100 + "%");
  }
}
const detail = document.getElementById("detail");
const hint = detail.textContent;
for (const frame of frames) {
  const { element } = frame;
  const show = () => (detail.textContent = element.getAttribute("aria-label"));
  element.addEventListener("click", () => zoom(frame));
  element.addEventListener("mouseenter", show);
  element.addEventListener("focus", show);
  element.addEventListener("mouseleave", () => (detail.textContent = hint));
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    zoom(frame);
  });
}
addEventListener("keydown", ({ key }) => {
  if (key === "Escape") zoom(frames[0]);
});
`;
