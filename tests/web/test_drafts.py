"""One form open several times in one browser: what is written on each opening is kept by itself and for its writer."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete

from engine.store.errors import StoreBusy
from engine.store.tables import unsent
from tests.web.running import CENTRE, PASSWORD, Hands
from tests.web.screen import ARRIVAL, Screen, case_of, receive
from web.house import House
from web.staff.guard import HIDING

DOOR = f"/arrival/{CENTRE}/reception"
OFFERED = "Begun by you and not sent"
STANDS_AGAIN = "is not recorded yet and stands here again"


@pytest.fixture(autouse=True)
def _nothing_half_filled(house: House, by_these_hands: None) -> None:
    with house.store.writing() as connection:
        connection.execute(delete(unsent))


def another_tab(screen: Screen, path: str) -> Screen:
    """Of the same browser: it shares the cookies."""
    tab = Screen(screen.client.application)
    tab.client = screen.client
    return tab.open(path)


def day(screen: Screen) -> str:
    return str(screen.page.xpath("//input[@name='incident_at-day']/@value")[0])


def offered(screen: Screen) -> list[str]:
    """When each half-filled form that the page offers was begun."""
    return [str(when) for when in screen.page.xpath("//section[@aria-labelledby='offered']//li/strong/text()")]


def opening(screen: Screen) -> str:
    return str(screen.page.xpath("//form[@id='answers']//input[@name='back']/@value")[0])


@pytest.fixture
def two(as_: Callable[[str], Screen], hands: Hands) -> tuple[Screen, Screen]:
    """Two survivors are received at once, a quarter of an hour apart."""
    first = as_("reception").open(DOOR)
    hands.move(timedelta(minutes=3))
    return first, another_tab(first, DOOR)


def test_two_arrivals_that_are_hidden_come_back_each_in_its_own_tab(two: tuple[Screen, Screen]) -> None:
    first, second = two
    first.press("Hide screen", **{"incident_at-day": "11"})
    second.press("Hide screen", **{"incident_at-day": "22"})
    assert "kept for you" in first.said
    assert "kept for you" in second.said

    second.press("Come back", password=PASSWORD)
    assert (day(second), STANDS_AGAIN in second.said) == ("22", True)
    first.press("Come back", password=PASSWORD)
    assert (day(first), STANDS_AGAIN in first.said) == ("11", True)


def test_what_is_sent_is_of_its_own_tab_and_takes_nothing_of_the_other(two: tuple[Screen, Screen]) -> None:
    for tab, number in zip(two, ("11", "22"), strict=True):
        tab.press("Hide screen", **{"incident_at-day": number})
    for tab in two:
        tab.press("Come back", password=PASSWORD)
    first, second = two

    sent = {name: "" for name in ("incident_at-day", "incident_at-month", "incident_at-year", "incident_at-time")}
    first.press("Welcome the survivor", **ARRIVAL, **sent)
    assert first.path.startswith("/tasks/")

    assert (day(another_tab(second, opening(second))), len(offered(another_tab(first, DOOR)))) == ("", 1)
    second.press("Hide screen").press("Come back", password=PASSWORD)
    assert day(second) == "22"


def test_a_fresh_page_offers_what_was_begun_and_fills_nothing_in(two: tuple[Screen, Screen], hands: Hands) -> None:
    for tab, number in zip(two, ("11", "22"), strict=True):
        tab.press("Hide screen", **{"incident_at-day": number})
    two[0].press("Come back", password=PASSWORD)
    hands.move(timedelta(minutes=1))

    fresh = another_tab(two[0], DOOR)

    assert (day(fresh), OFFERED in fresh.said, STANDS_AGAIN in fresh.said) == ("", True, False)
    begun = offered(fresh)
    assert len(set(begun)) == 2
    assert begun == sorted(begun)
    fresh.press("Go on with it")
    assert (fresh.path, day(fresh), len(offered(fresh))) == (DOOR, "11", 1)
    fresh.press("Go on with it")
    assert (day(fresh), len(offered(fresh))) == ("22", 1)


def test_going_on_with_another_one_keeps_what_stands_on_the_page(two: tuple[Screen, Screen]) -> None:
    two[0].press("Sign out", **{"incident_at-day": "11"})
    fresh = two[0].open("/sign-in").press("Sign in", login="reception", password=PASSWORD).open(DOOR)
    assert day(fresh) == "11"

    third = another_tab(fresh, DOOR).press("Go on with it", **{"incident_at-day": "30"})

    assert (day(third), len(offered(third))) == ("11", 1)
    third.press("Go on with it")
    assert day(third) == "30"


def test_what_is_thrown_away_is_gone_and_the_page_keeps_what_stands_on_it(two: tuple[Screen, Screen]) -> None:
    for tab, number in zip(two, ("11", "22"), strict=True):
        tab.press("Hide screen", **{"incident_at-day": number})
    fresh = two[0].press("Come back", password=PASSWORD).open(DOOR)

    fresh.press("Yes, throw it away", **{"incident_at-day": "30"})

    assert (day(fresh), len(offered(fresh))) == ("30", 1)
    fresh.press("Yes, throw it away")
    assert (day(fresh), offered(fresh)) == ("30", [])


def test_what_is_shown_in_one_tab_is_filled_in_in_no_other(as_: Callable[[str], Screen]) -> None:
    as_("reception").open(DOOR).press("Sign out", **{"incident_at-day": "11"})
    first = as_("reception").open(DOOR)
    assert day(first) == "11"

    second = another_tab(first, DOOR)

    assert (day(second), len(offered(second))) == ("", 1)


def test_what_a_hidden_tab_leads_back_to_is_filled_in_in_no_other(two: tuple[Screen, Screen]) -> None:
    first, other = two
    first.press("Hide screen", **{"incident_at-day": "11"})
    other.open("/locked").press("Come back", password=PASSWORD)

    assert (day(other.open(DOOR)), len(offered(other))) == ("", 1)


def test_one_half_filled_form_that_is_sent_from_two_tabs_is_one_case(as_: Callable[[str], Screen]) -> None:
    first = as_("reception").open(DOOR).press("Hide screen", **ARRIVAL).press("Come back", password=PASSWORD)
    second = another_tab(first, DOOR).press("Go on with it")
    third = another_tab(first, DOOR).press("Go on with it")

    received = first.press("Welcome the survivor")
    again = second.press("Welcome the survivor")
    otherwise = third.press("Welcome the survivor", life_threat="yes")
    assert (received.path.startswith("/tasks/"), again.path) == (True, received.path)
    assert (otherwise.answer.status_code, "is recorded already" in otherwise.said) == (409, True)


def test_nobody_is_offered_what_a_colleague_began(
    two: tuple[Screen, Screen], as_: Callable[[str], Screen], house: House
) -> None:
    known = house.accounts.by_login("reception")
    house.store.add_account(replace(known, id="who-ana", login="ana", name="Ana"))
    theirs = opening(two[0])
    two[0].press("Hide screen", **{"incident_at-day": "11"}).press("Not you?")

    colleague = as_("ana").open(theirs)
    assert (day(colleague), offered(colleague)) == ("", [])
    colleague.send("/drafts/throw-away", {"csrf": colleague.hidden("csrf"), "back": DOOR, "which": theirs})

    assert day(as_("reception").open(theirs)) == "11"


def test_a_form_on_which_nothing_was_written_is_not_offered(two: tuple[Screen, Screen]) -> None:
    for tab in two:
        tab.press("Hide screen")
        assert "kept for you" not in tab.said
    two[0].press("Come back", password=PASSWORD)

    assert (two[0].path, offered(two[0].open(DOOR))) == (DOOR, [])


def test_a_correction_that_is_open_twice_loses_neither_text(as_: Callable[[str], Screen], hands: Hands) -> None:
    screen = receive(as_("reception"))
    fact = str(screen.open(case_of(screen)).page.xpath("//a[contains(@href, '/facts/')]/@href")[0])
    tabs = [another_tab(screen, fact) for _ in range(2)]
    for tab, reason in zip(tabs, ("Misheard", "She said so"), strict=True):
        tab.press("Hide screen", reason=reason)
        hands.move(timedelta(seconds=1))
    for tab in tabs:
        tab.press("Come back", password=PASSWORD)

    assert [tab.page.xpath("//input[@name='reason']/@value") for tab in tabs] == [["Misheard"], ["She said so"]]
    later = another_tab(screen, fact)
    assert later.page.xpath("//input[@name='reason']/@value") == ["She said so"]
    assert len(offered(later)) == 1


@pytest.mark.parametrize("turn_away", ["Hide screen", "Sign out"])
def test_a_task_that_is_open_twice_gives_back_what_was_kept_last_and_offers_the_other(
    turn_away: str, as_: Callable[[str], Screen], hands: Hands
) -> None:
    screen = receive(as_("reception"))
    task = screen.path
    tabs = [another_tab(screen, task) for _ in range(2)]
    for tab, hour in zip(tabs, ("08:30", "09:30"), strict=True):
        if turn_away == "Sign out" and tab is tabs[0]:
            fields = {"csrf": tab.hidden("csrf"), "back": opening(tab), "happened_at-time": hour}
            assert tab.client.post("/keep", data=fields).status_code == 204
        else:
            tab.press(turn_away, **{"happened_at-time": hour})
        hands.move(timedelta(seconds=1))

    if turn_away == "Sign out":
        screen = as_("reception")
    else:
        screen.open("/locked").press("Come back", password=PASSWORD)

    screen.open(task)
    assert screen.page.xpath("//input[@name='happened_at-time']/@value") == ["09:30"]
    assert len(offered(screen)) == 1
    screen.press("Go on with it")
    assert screen.page.xpath("//input[@name='happened_at-time']/@value") == ["08:30"]
    assert "may be about another person" not in screen.said


def test_a_tab_that_went_on_with_a_text_takes_the_place_of_it(as_: Callable[[str], Screen]) -> None:
    as_("reception").open(DOOR).press("Sign out", **{"incident_at-day": "11"})
    screen = as_("reception").open(DOOR).press("Hide screen", **{"incident_at-day": "12"})

    screen.press("Come back", password=PASSWORD)

    assert (day(screen), offered(screen)) == ("12", [])


def test_one_text_that_two_tabs_went_on_with_becomes_two(as_: Callable[[str], Screen]) -> None:
    as_("reception").open(DOOR).press("Sign out", **{"incident_at-day": "11"})
    first = as_("reception").open(DOOR)
    second = another_tab(first, DOOR).press("Go on with it")
    assert [day(first), day(second)] == ["11", "11"]

    for tab, number in ((first, "12"), (second, "13")):
        tab.press("Hide screen", **{"incident_at-day": number})
    for tab in (first, second):
        tab.press("Come back", password=PASSWORD)

    assert [day(first), day(second)] == ["12", "13"]


def test_what_a_colleagues_try_to_sign_in_kept_stays_with_the_tab_that_shows_it(as_: Callable[[str], Screen]) -> None:
    screen = as_("reception").open(DOOR)
    fields = {"csrf": screen.hidden("csrf"), "back": opening(screen), "incident_at-day": "11"}
    screen.client.post("/keep?on-screen=1", data=fields)
    another_tab(screen, DOOR)

    back = as_("reception").open(DOOR)
    assert (day(back), len(offered(back))) == ("", 1)
    assert day(back.press("Go on with it")) == "11"


def test_the_address_of_an_opening_is_a_random_number_and_nothing_else_leads_anywhere(
    two: tuple[Screen, Screen],
) -> None:
    first, second = two
    assert opening(first) != opening(second)
    assert re.fullmatch(rf"{DOOR}\?draft=[0-9a-f]{{32}}", opening(first))

    for back in (f"{DOOR}?draft=1", f"{opening(first)}&x=1", f"{DOOR}?name=Ada", f"{DOOR}?"):
        form = {"csrf": first.hidden("csrf"), "screen_language": "en", "back": back}
        assert first.client.post("/language", data=form).headers["Location"] == "/work", back
    form["back"] = opening(first)
    assert first.client.post("/language", data=form).headers["Location"] == opening(first)


def test_a_screen_that_was_hidden_while_no_server_was_there_is_hidden_by_the_next_request(
    as_: Callable[[str], Screen],
) -> None:
    screen = as_("reception")
    screen.client.set_cookie(HIDING, "1")
    with screen.client.get("/static/first.js") as answer:
        assert answer.status_code == 200

    assert screen.open("/work").path == "/locked"
    assert screen.client.get_cookie(HIDING) is None
    assert screen.open("/work").path == "/locked"
    assert screen.press("Come back", password=PASSWORD).path == "/work"


def test_a_screen_hides_at_once_and_stays_hidden_though_the_database_cannot_be_written_just_now(
    as_: Callable[[str], Screen], house: House
) -> None:
    screen = as_("reception")
    screen.client.set_cookie(HIDING, "1")
    patience = []

    def busy(*_: object, patient: bool = True) -> None:
        patience.append(patient)
        raise StoreBusy("locked")

    with pytest.MonkeyPatch.context() as outage:
        outage.setattr(type(house.store), "touch_session", busy)
        for _ in range(2):
            assert screen.open("/work").path == "/locked"
            assert screen.answer.status_code == 200
    assert patience
    assert not any(patience)
    assert screen.client.get_cookie(HIDING) is not None

    assert screen.open("/work").path == "/locked"
    assert screen.client.get_cookie(HIDING) is None
    assert screen.press("Come back", password=PASSWORD).path == "/work"


def ticked(screen: Screen, name: str) -> list[str]:
    return screen.page.xpath(f"//input[@name='{name}' and @checked]/@value")


def test_what_was_taken_out_of_a_task_again_does_not_come_back(as_: Callable[[str], Screen], hands: Hands) -> None:
    screen = receive(as_("reception"))
    screen.press("Hide screen", rights_told=["free", "limits"]).press("Come back", password=PASSWORD)
    assert ticked(screen, "rights_told") == ["free", "limits"]
    hands.move(timedelta(minutes=2))

    screen.press("Hide screen", rights_told=[]).press("Come back", password=PASSWORD)

    assert ticked(screen, "rights_told") == []


def test_what_was_saved_with_a_task_comes_before_what_another_tab_kept_earlier(
    as_: Callable[[str], Screen], hands: Hands
) -> None:
    screen = receive(as_("reception"))
    task = screen.path
    tab = another_tab(screen, task)
    screen.press("Hide screen", rights_told=["free"]).press("Come back", password=PASSWORD)
    hands.move(timedelta(minutes=1))
    tab.press("Save and come back", rights_told=["limits"])

    again = another_tab(screen, task)

    assert ticked(again, "rights_told") == ["limits"]
    assert len(offered(again)) == 1
    again.press("Hide screen").press("Come back", password=PASSWORD)
    assert ticked(again, "rights_told") == ["limits"]
    again.open(task).press("Go on with it")
    assert ticked(again, "rights_told") == ["free"]


def test_what_stands_on_a_task_is_kept_whole_when_its_tab_hides_the_screen_late(
    as_: Callable[[str], Screen], house: House
) -> None:
    screen = receive(as_("reception"))
    task = screen.path
    screen.client.set_cookie(HIDING, "1")

    screen.press("Hide screen", **{"happened_at-time": "08:30"})

    assert screen.path == "/locked"
    assert "kept for you" in screen.said
    assert screen.client.get_cookie(HIDING) is None
    assert house.store.saved_answers(task.rsplit("/", 1)[1], house.accounts.by_login("reception").id) is not None


@pytest.mark.parametrize("when", ["9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00+23:00", "yesterday"])
def test_a_moment_at_which_no_writing_can_have_begun_is_none(two: tuple[Screen, Screen], when: str) -> None:
    first, second = two
    for tab in two:
        tab.press("Hide screen", **{"incident_at-day": "11", "begun_at": when})
    first.press("Come back", password=PASSWORD)

    assert len(offered(another_tab(second, DOOR))) == 2
    assert when[:4] not in another_tab(second, DOOR).said


def keep(tab: Screen, **fields: str) -> None:
    """As a page does by itself while somebody writes."""
    own = {name: tab.hidden(name) for name in ("csrf", "command")}
    sent = tab.client.post("/keep", data={**own, "back": opening(tab), **fields})
    assert sent.status_code == 204


def test_a_step_that_was_refused_first_is_not_offered_once_it_is_recorded(
    as_: Callable[[str], Screen], house: House
) -> None:
    screen = receive(as_("reception"))
    task, wrong = screen.path, {"happened_at-day": "1", "happened_at-month": "13", "happened_at-year": "2026"}
    keep(screen, **wrong)
    command = screen.hidden("command")
    screen.press("Record", **wrong)
    assert (screen.answer.status_code, screen.hidden("command")) == (422, command)

    right = {"rights_told": ["free", "limits"], "rights_understood": "yes", **dict.fromkeys(wrong, "")}
    screen.press("Record", **right)

    assert screen.path != task, screen.said
    assert STANDS_AGAIN not in screen.open(task).said
    assert OFFERED not in screen.said


def test_a_step_that_is_sent_from_another_tab_loses_no_words_of_this_one(as_: Callable[[str], Screen]) -> None:
    first = receive(as_("reception"))
    task = first.path
    first.press("Hide screen", rights_told=["free"]).press("Come back", password=PASSWORD)
    second = another_tab(first, task)
    assert second.hidden("command") == first.hidden("command")
    first.press("Hide screen", rights_told=["free", "legal_aid"], interpreter="none")
    back = first.hidden("back")
    second.open(first.path).press("Come back", password=PASSWORD)
    second.open(task).press("Record", rights_told=["free"], rights_understood="yes", interpreter="")

    here = another_tab(first, back)
    assert "dealt with this task" in here.said
    assert "Free legal aid exists" in here.said
    assert OFFERED not in another_tab(first, task).said
    assert "Free legal aid exists" not in another_tab(first, task).said


def test_when_it_was_done_as_written_in_one_tab_is_not_lost_when_another_is_sent(as_: Callable[[str], Screen]) -> None:
    right = {"rights_told": ["free"], "rights_understood": "yes"}
    moment = {"day": "22", "month": "11", "year": "2026", "time": "07:15"}
    when = {f"happened_at-{part}": text for part, text in moment.items()}
    first = receive(as_("reception"))
    task = first.path
    first.press("Hide screen", rights_told=["free"]).press("Come back", password=PASSWORD)
    second = another_tab(first, task)
    first.press("Hide screen", **right, **when)
    back = first.hidden("back")
    second.open(first.path).press("Come back", password=PASSWORD)
    second.open(task).press("Record", **right, **dict.fromkeys(when, ""))
    assert second.answer.status_code == 200

    here = another_tab(first, back)

    assert here.answer.status_code == 409
    assert "When did it happen" in here.said
    assert "07:15" in here.answer.text


def test_when_it_was_done_is_not_said_to_be_unrecorded_where_it_was_sent(as_: Callable[[str], Screen]) -> None:
    moment = {"day": "22", "month": "11", "year": "2026", "time": "07:15"}
    when = {f"happened_at-{part}": text for part, text in moment.items()}
    screen = receive(as_("reception"))
    screen.press("Hide screen", rights_told=["free"], rights_understood="yes", **when)
    back = screen.press("Come back", password=PASSWORD).hidden("back")
    screen.press("Record")
    assert screen.answer.status_code == 200

    here = another_tab(screen, back)

    assert here.answer.status_code == 409
    assert STANDS_AGAIN not in here.said
    assert "07:15" not in here.said


@pytest.mark.parametrize("by", ["a colleague", "themselves"])
def test_what_was_saved_of_a_step_that_is_gone_is_named_on_the_list_and_read_there(
    as_: Callable[[str], Screen], house: House, hands: Hands, by: str
) -> None:
    screen = receive(as_("reception"))
    task = screen.path
    zoe = colleague(house, f"zoe-{by}")
    screen.press("Save and come back", rights_told=["limits", "free"])
    assert f"left-{task.rsplit('/', 1)[1]}" not in screen.answer.text
    other = screen if by == "themselves" else as_(zoe)
    other.open(task).press("Record", rights_told=["free"], rights_understood="yes")

    for _ in range(2):
        screen.open("/work")
        shown = screen.page.xpath("//section[@aria-labelledby='left-behind']//a/@href")
        assert (task in shown) == (by == "a colleague")
        assert screen.open(task).answer.status_code == 409
        written = screen.page.xpath("//*[@id='written']")
        assert bool(written) == (by == "a colleague")
        house.store.tidy(hands.moment, 9)
    assert by == "themselves" or "must tell the police" in written[0].text_content()
    if by == "a colleague":
        screen.press("Yes, throw it away")
        assert screen.path == "/work"
        assert "left-behind" not in screen.answer.text
        assert not screen.open(task).page.xpath("//*[@id='written']")


@pytest.mark.parametrize("last", ["the save", "the older page"])
def test_of_a_step_that_is_gone_what_was_saved_comes_first_and_nothing_unread_is_thrown_away(
    as_: Callable[[str], Screen], house: House, hands: Hands, last: str
) -> None:
    screen = receive(as_("reception"))
    task = screen.path
    zoe = colleague(house, f"zoe-{last}")
    tab = another_tab(screen, task)
    in_turn = [
        lambda: screen.press("Hide screen", rights_told=["free"]).press("Come back", password=PASSWORD),
        lambda: tab.press("Save and come back", rights_told=["limits"]),
    ]
    for write in in_turn if last == "the save" else reversed(in_turn):
        write()
        hands.move(timedelta(minutes=1))
    as_(zoe).open(task).press("Record", rights_told=["change"], rights_understood="yes")

    def read() -> str:
        found = another_tab(screen, task).page.xpath("//*[@id='written']")
        return str(found[0].text_content()) if found else ""

    saved, kept = "must tell the police", "free of charge"
    assert saved in read()
    assert kept not in read()
    assert len(offered(another_tab(screen, task))) == 1
    throw_away(another_tab(screen, task), task)
    assert kept in read()
    throw_away(another_tab(screen, task), task)
    assert read() == ""


@pytest.mark.parametrize("later", [timedelta(minutes=1), timedelta(minutes=40)], ids=["pressed", "locked by itself"])
def test_an_older_page_that_is_hidden_takes_nothing_from_what_was_saved_since(
    as_: Callable[[str], Screen], hands: Hands, later: timedelta
) -> None:
    screen = receive(as_("reception"))
    task = screen.path
    as_("reception").open(task).press("Save and come back", rights_told=["limits", "change"], rights_understood="yes")
    hands.move(later)

    screen.press("Hide screen", rights_told=["free"])

    elsewhere = as_("reception").open(task)
    assert sorted(ticked(elsewhere, "rights_told")) == ["change", "limits"]
    assert ticked(elsewhere, "rights_understood") == ["yes"]
    assert len(offered(elsewhere)) == 1
    elsewhere.press("Go on with it")
    assert ticked(elsewhere, "rights_told") == ["free"]
    assert "must tell the police" in beside(elsewhere)


def test_an_older_page_that_is_hidden_untouched_leaves_nothing_behind(
    as_: Callable[[str], Screen], hands: Hands
) -> None:
    screen = receive(as_("reception"))
    task = screen.path
    another_tab(screen, task).press("Save and come back", rights_told=["limits"])
    hands.move(timedelta(minutes=1))

    screen.press("Hide screen").press("Come back", password=PASSWORD).open(task)

    assert ticked(screen, "rights_told") == ["limits"]
    assert offered(screen) == []


def test_what_was_saved_on_another_page_is_replaced_only_by_who_has_read_it(
    as_: Callable[[str], Screen], hands: Hands
) -> None:
    screen = receive(as_("reception"))
    task = screen.path
    tab = another_tab(screen, task)
    tab.press("Save and come back", rights_told=["limits"], rights_understood="yes")
    hands.move(timedelta(minutes=1))

    screen.press("Save and come back", rights_told=["free"])

    assert screen.answer.status_code == 409
    assert ticked(screen, "rights_told") == ["free"]
    assert "must tell the police" in beside(screen)
    assert ticked(tab.open(task), "rights_told") == ["limits"]
    screen.press("Save and come back")
    assert screen.path == "/work"
    assert ticked(tab.open(task), "rights_told") == ["free"]
    assert beside(tab) == ""
    assert offered(tab) == []


def test_whoever_saves_hides_and_saves_again_is_asked_nothing(as_: Callable[[str], Screen], hands: Hands) -> None:
    screen = receive(as_("reception"))
    task = screen.path
    for told in (["limits"], ["free"], ["change"]):
        screen.open(task).press("Hide screen", rights_told=told).press("Come back", password=PASSWORD)
        hands.move(timedelta(minutes=1))
        assert beside(screen) == ""
        screen.press("Save and come back")
        assert screen.path == "/work"
        assert ticked(screen.open(task), "rights_told") == told
        assert offered(screen) == []


def beside(screen: Screen) -> str:
    """What the page says was saved on another one."""
    return " ".join(screen.page.xpath("//section[@aria-labelledby='beside']//text()"))


def colleague(house: House, login: str) -> str:
    """One more person of the reception, by whose login."""
    house.store.add_account(replace(house.accounts.by_login("reception"), id=login, login=login, name="Zoe"))
    return login


def throw_away(screen: Screen, task: str) -> None:
    """What stands on the page itself, not what it offers."""
    (form,) = screen.page.xpath("//form[@action=$to]", to=f"{task}/throw-away")
    screen.send(f"{task}/throw-away", dict(form.form_values()))
    assert screen.path == "/work"
