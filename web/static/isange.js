// What the pages do with a script: hide the screen, lock when idle, show follow-up questions, keep the list calm.
// Every page works without it.
(() => {
  "use strict";
  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);

  // The tabs of a browser belong to whoever sits before it: they are hidden, locked and left together.
  const { whose, locked } = document.body.dataset; // a mark of the session, "" where nobody is signed in
  const tabs = "BroadcastChannel" in window ? new BroadcastChannel("isange") : null;
  const tell = (news) => tabs?.postMessage({ whose, ...news });
  const csrf = () => document.querySelector("input[name=csrf]").value;
  const post = (path, body) => fetch(path, {
    body, headers: { "X-CSRF": csrf(), "X-Isange-Quiet": "1" }, method: "POST", redirect: "manual",
  });
  let going = false; // this tab is about to leave its page
  let awake = () => {};
  const blank = () => root.classList.add("blank");
  const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });
  const asked = (path, method) => {
    const late = new AbortController();
    setTimeout(() => late.abort(), 10000);
    return fetch(path, { cache: "no-store", method, signal: late.signal }).catch(() => null);
  };
  // Whether Isange answers, in reasonable time. What stands before it says in its own name that it does not (502).
  const serves = async () => {
    const answer = await asked("/static/first.js", "HEAD");
    return answer !== null && (answer.status < 502 || answer.headers.has("Content-Security-Policy"));
  };
  // Whether it can keep something, too (else 503). What stands before it and lets nobody ask is no reason to wait.
  const keeps = async () => {
    const answer = await asked("/api/v1/ready", "GET");
    return answer !== null && answer.status < 502;
  };
  // What empties the screen is sent once the server can keep what is written; until then the page stays blank, here
  // and, by this mark, whatever page is asked for next: a browser that finds no server shows a page of its own, and
  // Back the last one.
  let reached = false;
  let reaching = false;
  const reach = async (then) => {
    if (reaching) return;
    reaching = true;
    document.cookie = "isange-hide=1; path=/; samesite=strict"; // before the first answer: that may take a while
    while (!(await keeps())) await pause(3000);
    [reaching, reached] = [false, true];
    then();
  };
  const leave = (url) => {
    blank();
    going = true;
    location.replace(url);
  };

  // Hide the screen at once (F9), then let the server keep the half-filled form and lock the session.
  document.addEventListener("keydown", (event) => {
    const button = byId("hide-screen");
    if (event.key === "F9" && button) {
      event.preventDefault();
      blank();
      button.click();
    }
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("#hide-screen");
    if (!button) return;
    blank();
    going = true;
    tell({ away: "hidden" });
    if (reached) return;
    event.preventDefault();
    reach(() => button.click());
  });

  // Whoever signs out waits a moment: what is written in other tabs is kept while the session is there. So does whoever
  // signs in, for what a colleague left there.
  document.addEventListener("submit", (event) => {
    const { submitter, target } = event;
    const to = submitter?.getAttribute("formaction") || target.getAttribute("action");
    if (!tabs || !["/sign-in", "/sign-out", "/shift/end"].includes(to)) return;
    const leaving = to !== "/sign-in";
    if (leaving) blank();
    if (going) return;
    event.preventDefault();
    going = true;
    tell(leaving ? { away: "out" } : { coming: true });
    setTimeout(() => {
      if (leaving) reach(() => target.requestSubmit(submitter));
      else target.requestSubmit(submitter);
    }, 300);
  });

  // What is sent leaves its page once the server answers: a browser that finds none shows a page of its own, and Back
  // an empty form. Until then everything stands here, with what to do; a second press adds nothing.
  const unreached = byId("unreached");
  let sending = false;
  let passing = false;
  let sent = false;
  const tellUnreached = (form) => {
    const [nothing, unsure] = unreached.children;
    [nothing.hidden, unsure.hidden] = [sent, !sent];
    const buttons = form.querySelector(".govuk-button-group");
    if (buttons) buttons.before(unreached);
    else byId("main-content").prepend(unreached);
    unreached.hidden = false;
    unreached.focus();
  };
  document.addEventListener("submit", async (event) => {
    const { submitter, target } = event;
    if (going || passing || event.defaultPrevented || target.getAttribute("method") !== "post") return;
    event.preventDefault();
    if (sending) return;
    sending = true;
    const there = await serves();
    if (there && !going) {
      [passing, sent] = [true, true];
      target.requestSubmit(submitter);
      passing = false;
      await pause(1000); // as long as data-prevent-double-click
    } else if (!going) {
      tellUnreached(target);
    }
    sending = false;
  });

  // The session is locked or over: to the page that says which; what is written here is kept where it still can be.
  const end = () => {
    if (going) return;
    if (byId("answers") && byId("hide-screen")) {
      blank();
      byId("hide-screen").click();
    } else {
      leave(`/locked?back=${encodeURIComponent(location.pathname)}`);
    }
  };
  const keep = (path) => post(path, new URLSearchParams(new FormData(byId("answers")))).catch(() => {});
  const follow = (away) => {
    blank();
    if (going) return;
    if (away === "hidden" && byId("hide-screen")) {
      byId("hide-screen").click();
    } else if (away === "out" && byId("answers")) {
      going = true;
      keep("/keep");
    } else {
      going = true;
    }
  };
  tabs?.addEventListener("message", ({ data }) => {
    if (whose === "") return; // nothing stands here
    if (data.coming) {
      if (byId("answers") && byId("hide-screen") && !going) keep("/keep?on-screen=1"); // their password may be wrong
      return;
    }
    if (whose === undefined) { // a page that could not ask who is there
      if (data.away) leave("/");
    } else if (data.whose === whose) {
      if (data.used) awake();
      else if (locked === undefined && data.away) follow(data.away);
      else if (data.locked) ask();
    } else if (data.whose === "" && locked === undefined && !going) {
      end();
    } else if (data.whose !== undefined) {
      leave("/sign-in"); // nobody is there any more, or somebody else
    }
  });

  // A tab that comes to the front asks whether its session still lives; was it away long, it shows nothing before.
  let asking = false;
  const ask = async () => {
    if (!whose || going || asking) return;
    asking = true;
    const { status, type } = await post("/alive").catch(() => ({}));
    asking = false;
    if (going) return;
    if (status === 204) root.classList.remove("blank");
    else if (status === 400) leave("/sign-in"); // somebody else is there
    else if (type === "opaqueredirect" && locked === undefined) end();
    else if (root.classList.contains("blank")) setTimeout(ask, 5000);
  };
  let hiddenAt = Date.now();
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      hiddenAt = Date.now();
      return;
    }
    if (whose && Date.now() - hiddenAt > 10000) blank();
    ask();
  });
  addEventListener("focus", ask);
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    blank();
    location.reload(); // never a remembered page after signing out
  });
  if (whose !== undefined) tell({ locked: locked !== undefined });

  // What became of the form that was sent is read first; from there the keyboard goes on. (Errors: govuk.js.)
  document.querySelector("[data-answer]")?.focus();

  // Lock when nobody uses the screen; say so before.
  const lockAfter = Number(document.body.dataset.lockAfter || 0) * 1000;
  const dialog = byId("idle");
  if (lockAfter && dialog) {
    const warnBefore = Math.min(60000, lockAfter / 2);
    let used = Date.now();
    let told = Date.now();
    let asked = 0;
    let said = 0;
    const step = Math.min(5000, lockAfter / 10);
    awake = () => {
      used = Date.now();
      if (!dialog.hidden) dialog.hidden = true;
    };
    const active = () => {
      awake();
      if (used - said > step) { // a tab that lies behind this one does not lock it
        said = used;
        tell({ used: true });
      }
      if (used - told > lockAfter / 3) { // the server counts, too
        told = used;
        fetch("/alive", { headers: { "X-CSRF": csrf() }, method: "POST" }).catch(() => {});
      }
    };
    for (const kind of ["keydown", "pointerdown", "input", "scroll"]) addEventListener(kind, active, { passive: true });
    byId("idle-stay").addEventListener("click", active);
    setInterval(() => {
      const rest = used + lockAfter - Date.now();
      if (rest <= 0) {
        blank();
        if (Date.now() - asked < 30000) return; // asking again would break off a slow answer
        asked = Date.now();
        byId("hide-screen").click();
      } else if (rest <= warnBefore && dialog.hidden) {
        dialog.hidden = false;
        byId("idle-stay").focus();
      }
    }, step);
  }

  // Questions that are asked only after some answers of another question.
  const depend = (ask) => {
    const wanted = ask.dataset.values.split(" ");
    const others = document.getElementsByName(ask.dataset.onlyIf);
    const update = () => {
      const given = [...others].filter((o) => o.checked || o.tagName === "SELECT").map((o) => o.value);
      ask.hidden = !given.some((value) => wanted.includes(value));
    };
    for (const other of others) other.addEventListener("change", update);
    update();
  };
  document.querySelectorAll("[data-only-if]").forEach(depend);

  // A moment is mostly today or yesterday: one press instead of three numbers.
  document.querySelectorAll("[data-today]").forEach((ask) => {
    const today = new Date(`${ask.dataset.today}T12:00:00Z`);
    const row = document.createElement("p");
    row.className = "quick";
    ask.dataset.words.split(",").forEach((word, back) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "linkish";
      button.textContent = word;
      button.addEventListener("click", () => {
        const day = new Date(today - back * 86400000);
        const [d, m, y, time] = ask.querySelectorAll("input");
        [d.value, m.value, y.value] = [day.getUTCDate(), day.getUTCMonth() + 1, day.getUTCFullYear()];
        time.focus();
      });
      row.append(button);
    });
    ask.querySelector(".govuk-date-input").after(row);
  });

  // The work list renews itself, but never under a finger or away from the keyboard's focus.
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (document.hidden || going) event.preventDefault(); // whoever leaves is not led elsewhere by a list
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const list = byId("list");
    if (event.detail.target !== list || event.detail.xhr.status !== 200) return;
    if (list.matches(":hover, :focus-within")) {
      event.detail.shouldSwap = false;
      byId("list-changed").hidden = false;
    }
  });
  document.addEventListener("htmx:afterSwap", () => {
    byId("list-changed").hidden = true;
    byId("status").textContent = byId("list").querySelector(".group__name, .empty p")?.textContent.trim() || "";
  });
})();
