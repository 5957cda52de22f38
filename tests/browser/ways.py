"""Two ways to use a page: with a pointer, and by keyboard alone, where whatever has the focus must show it."""

from __future__ import annotations

from typing import Protocol

from playwright.sync_api import Locator

MOST_STOPS = 150
"""Presses of Tab after which a control cannot be reached by any person."""
_WHERE = """(wanted) => {
const top = !document.activeElement || document.activeElement === document.body;
const at = (top && document.getElementById(location.hash.slice(1))) || document.activeElement;
if (at === wanted) return "here";
if (wanted.type === "radio" && at.type === "radio" && at.name === wanted.name) return "beside";
if (!at || at === document.body) return wanted.closest("main") ? "start" : "before";
return wanted.compareDocumentPosition(at) & Node.DOCUMENT_POSITION_FOLLOWING ? "after" : "before";
}"""
_HIDDEN = """(one) => {
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
}"""
_LEADS = "(one) => one.matches('a:not([href^=\"#\"])') || (one.tagName === 'BUTTON' && one.type === 'submit')"


class Way(Protocol):
    """How somebody presses, checks, writes and chooses."""

    def press(self, what: Locator) -> None: ...
    def check(self, what: Locator, wanted: bool = True) -> None: ...
    def write(self, what: Locator, text: str) -> None: ...
    def choose(self, what: Locator, value: str) -> None: ...


class Pointer:
    def press(self, what: Locator) -> None:
        what.click()

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
        keys = what.page.keyboard
        for _ in range(MOST_STOPS):
            where = what.evaluate(_WHERE)
            if where == "here":
                hidden = what.evaluate(_HIDDEN)
                assert hidden == "", f"The focus is {hidden}: {what}"
                return
            if where == "start":
                keys.press("Tab")
                keys.press("Enter")
            elif where == "beside":
                keys.press("ArrowDown")
            else:
                keys.press("Shift+Tab" if where == "after" else "Tab")
        raise AssertionError(f"The keyboard does not reach {what}")

    def press(self, what: Locator) -> None:
        self.reach(what)
        if what.evaluate(_LEADS):
            with what.page.expect_navigation():
                what.page.keyboard.press("Enter")
        else:
            what.page.keyboard.press("Enter")

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


POINTER: Way = Pointer()
KEYBOARD: Way = Keyboard()
