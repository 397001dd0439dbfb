/**
 * What the page does. Lines of both sides carry the Lua line they stem from (`data-line`); those with the same
 * are partners. The line under the pointer, or the current one of a side, shows its partners.
 */
export const SCRIPT = `
"use strict";
const byId = (id) => document.getElementById(id);
const sides = { lua: byId("lua"), code: byId("code"), resume: byId("resume") };
const partners = {};
for (const [name, side] of Object.entries(sides)) {
  partners[name] = new Map();
  for (const line of side.children) {
    const of = line.dataset.line;
    if (of === "0") continue;
    if (!partners[name].has(of)) partners[name].set(of, []);
    partners[name].get(of).push(line);
  }
}
const shownCode = () => (sides.code.hidden ? "resume" : "code");
const nameOf = (line) => line.parentElement.id;
const otherOf = (name) => (name === "lua" ? shownCode() : "lua");
const partnersOf = (line, name) => partners[name].get(line.dataset.line) || [];

let linked = [];
function link(line) {
  for (const each of linked) each.classList.remove("linked");
  linked = line ? ["lua", shownCode()].flatMap((name) => partnersOf(line, name)) : [];
  for (const each of linked) each.classList.add("linked");
}

const current = {};
function setCurrent(line) {
  const name = nameOf(line);
  if (current[name]) {
    current[name].classList.remove("current");
    current[name].removeAttribute("aria-selected");
  }
  current[name] = line;
  line.classList.add("current");
  line.setAttribute("aria-selected", "true");
  sides[name].setAttribute("aria-activedescendant", line.id);
  line.scrollIntoView({ block: "nearest" });
  link(line);
}

/** Scrolls the first partner into view, unless one is there. */
function showPartner(line) {
  const found = partnersOf(line, otherOf(nameOf(line)));
  if (found.length === 0) return;
  const side = found[0].parentElement.getBoundingClientRect();
  const isSeen = found.some((each) => {
    const box = each.getBoundingClientRect();
    return box.top >= side.top && box.bottom <= side.bottom;
  });
  if (!isSeen) found[0].scrollIntoView({ block: "center" });
}

for (const [name, side] of Object.entries(sides)) {
  side.addEventListener("mouseover", ({ target }) => {
    const line = target.closest(".line");
    if (line) link(line);
  });
  side.addEventListener("mouseleave", () => link(current[name]));
  side.addEventListener("click", ({ target }) => {
    const line = target.closest(".line");
    if (!line || String(getSelection()) !== "") return;
    setCurrent(line);
    showPartner(line);
  });
  side.addEventListener("focus", () => {
    if (current[name]) link(current[name]);
    else if (side.firstElementChild && !side.matches(":active")) setCurrent(side.firstElementChild);
  });
  side.addEventListener("keydown", (event) => {
    const at = current[name] || side.firstElementChild;
    if (!at || event.ctrlKey || event.metaKey || event.altKey) return;
    const rows = Math.max(1, Math.floor(side.clientHeight / at.clientHeight) - 2);
    const lines = [...side.children];
    const index = lines.indexOf(at);
    const goal = { ArrowUp: index - 1, ArrowDown: index + 1, PageUp: index - rows, PageDown: index + rows, Home: 0, End: lines.length - 1 }[event.key];
    if (goal !== undefined) setCurrent(lines[Math.min(Math.max(goal, 0), lines.length - 1)]);
    else if (event.key === "Enter" || event.key === " ") showPartner(at);
    else if (event.key === (name === "lua" ? "ArrowRight" : "ArrowLeft")) {
      const other = otherOf(name);
      const [partner] = partnersOf(at, other);
      if (partner) setCurrent(partner);
      sides[other].focus();
    } else return;
    event.preventDefault();
  });
}

const tabs = [byId("code-tab"), byId("resume-tab")];
function selectTab(tab) {
  for (const each of tabs) {
    const isChosen = each === tab;
    each.setAttribute("aria-selected", String(isChosen));
    each.tabIndex = isChosen ? 0 : -1;
    byId(each.getAttribute("aria-controls")).hidden = !isChosen;
  }
  const line = current.lua || current[shownCode()];
  link(line);
  if (current.lua) showPartner(current.lua);
}
for (const tab of tabs) {
  tab.addEventListener("click", () => selectTab(tab));
  tab.addEventListener("keydown", ({ key }) => {
    if (key !== "ArrowLeft" && key !== "ArrowRight") return;
    const other = tabs[1 - tabs.indexOf(tab)];
    if (other.disabled) return;
    selectTab(other);
    other.focus();
  });
}

const buttons = [...document.querySelectorAll("button.function")];
function showFunction(button) {
  for (const each of buttons) {
    const isOpen = each === button && each.getAttribute("aria-expanded") === "false";
    each.setAttribute("aria-expanded", String(isOpen));
    byId(each.getAttribute("aria-controls")).hidden = !isOpen;
  }
  const start = sides[shownCode()].querySelector('[data-function="' + button.dataset.function + '"]');
  if (!start) return;
  const [line] = partnersOf(start, "lua");
  if (line) {
    line.scrollIntoView({ block: "center" });
    setCurrent(line);
  }
  start.scrollIntoView({ block: "start" });
  setCurrent(start);
}
for (const button of buttons) button.addEventListener("click", () => showFunction(button));
const { selected } = document.body.dataset;
if (selected !== "") showFunction(buttons[Number(selected)]);
`;
