"""What is wrong with how a page stands on the screen: wider than it, cut off, one control over another, or words that
are in no language file."""

from __future__ import annotations

from playwright.sync_api import Page

_SEEN = """
const seen = (one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest(".govuk-visually-hidden, svg");
const told = (one) => `${one.tagName.toLowerCase()} ${(one.innerText || one.name || one.id).trim().slice(0, 60)}`;
"""
_PLACED = (
    """() => {"""
    + _SEEN
    + """
const wrong = [];
const root = document.documentElement;
if (root.scrollWidth > root.clientWidth) wrong.push(`the page is ${root.scrollWidth} wide`);
const scrolls = (one) => one.closest(".wide, .way__frame");
for (const one of document.querySelectorAll("body *")) {
  if (!seen(one) || scrolls(one)) continue;
  const box = one.getBoundingClientRect();
  if (box.width && (box.right > root.clientWidth + 1 || box.left < -1)) wrong.push(`out of the page: ${told(one)}`);
  const worded = one.matches("button, a:not(.govuk-skip-link), label, legend, summary, h1, h2, h3, p, dt, dd, li");
  const more = one.scrollWidth - one.clientWidth;  // a button of govuk-frontend is easier to hit by 2 px on each side
  if (worded && one.clientWidth && more > 4) wrong.push(`no room for: ${told(one)}`);
}
const controls = [...document.querySelectorAll("a, button, summary, input, select, textarea")]
  .filter((one) => seen(one) && !scrolls(one));
const boxes = controls.flatMap((one) => [...one.getClientRects()].map((box) => [one, box]));
for (let i = 0; i < boxes.length; i++) for (let j = i + 1; j < boxes.length; j++) {
  const [[one, a], [other, b]] = [boxes[i], boxes[j]];
  if (one === other || one.contains(other) || other.contains(one)) continue;
  const over = Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
  if (over) wrong.push(`over each other: ${told(one)} / ${told(other)}`);
}
return wrong;
}"""
)
_SPOKEN = """() => {
const language = document.documentElement.lang;
const ours = (one) => one.closest("[lang]").lang === language
  && !one.closest("script, style, noscript, kbd, .foot__languages [lang], #zone option");
const found = [];
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const one = walker.currentNode.parentElement;
  if (ours(one) && one.tagName !== "tspan") found.push(walker.currentNode.data);
}
for (const text of document.querySelectorAll("svg text")) {
  found.push([...text.childNodes].map((line) => line.textContent).join(" "));
}
for (const one of document.querySelectorAll("[aria-label], [title], [alt], [placeholder]")) {
  if (!ours(one)) continue;
  for (const name of ["aria-label", "title", "alt", "placeholder"]) found.push(one.getAttribute(name) || "");
}
return [document.title, ...found];
}"""


def misplaced(page: Page) -> list[str]:
    """What is out of the page, has no room, or lies over something else, at the width the page has now."""
    return list(page.evaluate(_PLACED))


def spoken(page: Page) -> list[str]:
    """Every text of the page in the page's own language: title, words, and what is read out."""
    return list(page.evaluate(_SPOKEN))
