"""Two ways to use a page: with a pointer, and by keyboard alone, where whatever has the focus must show it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from playwright.sync_api import Locator

MOST_STOPS = 150
"""Presses of Tab after which a control cannot be reached by any person."""
_FOCUS = """
const hidden = (one) => {
const box = one.getClientRects()[0];
const [x, y] = [box.left + Math.min(box.width / 2, 20), box.top + box.height / 2];
const top = document.elementFromPoint(x, y);
const labels = [...(one.labels || [])];
if (!top) return "out of sight";
if (!one.contains(top) && !labels.some((label) => label.contains(top))) return `under ${top.outerHTML.slice(0, 80)}`;
const marked = (style) => style.boxShadow !== "none"
  || (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 && !style.outlineColor.endsWith(", 0)"));
const shows = marked(getComputedStyle(one)) || labels.some((label) => marked(getComputedStyle(label, "::before")));
return shows ? "" : "without a mark";
};
const inGroup = (one, of) => one.type === "radio" && of.type === "radio" && one.name === of.name;
const stops = (forward) => {
const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")];
const seen = (one) => one.checkVisibility({ visibilityProperty: true });
const open = all.filter((one) => one.tabIndex >= 0 && !one.disabled && seen(one));
return open.filter((one) => {
  const group = open.filter((other) => inGroup(other, one));
  return !group.length || one === (group.find((other) => other.checked) || group.at(forward ? 0 : -1));
});
};
"""
_WHERE = (
    "(wanted) => {"
    + _FOCUS
    + """
const top = !document.activeElement || document.activeElement === document.body;
const at = (top && document.getElementById(location.hash.slice(1))) || document.activeElement || document.body;
if (at === wanted) return ["here", hidden(wanted)];
if (inGroup(at, wanted)) return ["beside", 1];
if (at === document.body && wanted.closest("main")) return ["start", 1];
const after = (one, other) => one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING;
const forward = !after(wanted, at);
const way = stops(forward).filter((one) => forward ? after(at, one) : after(one, at));
const last = way.findIndex((one) => one === wanted || inGroup(one, wanted));
return [forward ? "before" : "after", last < 0 ? 1 : forward ? last + 1 : way.length - last];
}"""
)
"""Where the focus is, as seen from the wanted control, and how many stops of the Tab key lie on the way to it."""
_LEADS = "(one) => one.matches('a:not([href^=\"#\"])') || (one.tagName === 'BUTTON' && one.type === 'submit')"


class Way(Protocol):
    """How somebody presses, checks, writes and chooses."""

    def press(self, what: Locator) -> None: ...
    def check(self, what: Locator, wanted: bool = True) -> None: ...
    def write(self, what: Locator, text: str) -> None: ...
    def choose(self, what: Locator, value: str) -> None: ...


class Pointer:
    def press(self, what: Locator) -> None:
        _leading_on(what, what.click)

    def check(self, what: Locator, wanted: bool = True) -> None:
        what.set_checked(wanted)

    def write(self, what: Locator, text: str) -> None:
        what.fill(text)

    def choose(self, what: Locator, value: str) -> None:
        what.select_option(value)


class Keyboard:
    """Tab, Space, Enter, arrows and letters; fails where the focus is covered, unmarked, or never comes."""

    def reach(self, what: Locator) -> None:
        """Moves the focus as people do: over the link that skips the head of the page, then from stop to stop."""
        keys, pressed, counted = what.page.keyboard, 0, False
        while pressed < MOST_STOPS:
            where, more = what.evaluate(_WHERE)
            if where == "here":
                assert more == "", f"The focus is {more}: {what}"
                return
            if where == "start":
                keys.press("Tab")
                keys.press("Enter")
            elif where == "beside":
                keys.press("ArrowDown")
            else:
                # As many as were counted at first; where the browser stops elsewhere, one by one from there.
                more, counted = 1 if counted else more, True
                for _ in range(more):
                    keys.press("Shift+Tab" if where == "after" else "Tab")
            pressed += more
        raise AssertionError(f"The keyboard does not reach {what}")

    def press(self, what: Locator) -> None:
        self.reach(what)
        _leading_on(what, lambda: what.page.keyboard.press("Enter"))

    def check(self, what: Locator, wanted: bool = True) -> None:
        if what.is_checked() != wanted:
            self.reach(what)
            if what.is_checked() != wanted:
                what.page.keyboard.press("Space")
        assert what.is_checked() == wanted

    def write(self, what: Locator, text: str) -> None:
        self.reach(what)
        what.page.keyboard.press("ControlOrMeta+A")
        what.page.keyboard.press("Delete")
        what.page.keyboard.type(text)

    def choose(self, what: Locator, value: str) -> None:
        self.reach(what)
        for _ in range(what.locator("option").count()):
            if what.input_value() == value:
                return
            what.page.keyboard.press("ArrowDown")
        assert what.input_value() == value


def _leading_on(what: Locator, press: Callable[[], None]) -> None:
    """Presses, and where that leads to another page waits until it is there: the page before it would be looked at."""
    if what.evaluate(_LEADS):
        with what.page.expect_navigation():
            press()
    else:
        press()


POINTER: Way = Pointer()
KEYBOARD: Way = Keyboard()
