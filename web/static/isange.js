// What the pages do with a script: hide the screen, lock when idle, show follow-up questions, keep the list calm.
// Every page works without it.
(() => {
  "use strict";
  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);

  // Hide the screen at once (F9), then let the server keep the half-filled form and lock the session.
  const blank = () => root.classList.add("blank");
  document.addEventListener("keydown", (event) => {
    const button = byId("hide-screen");
    if (event.key === "F9" && button) {
      event.preventDefault();
      blank();
      button.click();
    }
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("#hide-screen")) blank();
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload(); // never a remembered page after signing out
  });

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
    const active = () => {
      used = Date.now();
      if (!dialog.hidden) dialog.hidden = true;
      if (used - told > lockAfter / 3) { // the server counts, too
        told = used;
        fetch("/alive", { headers: { "X-CSRF": csrf() }, method: "POST" }).catch(() => {});
      }
    };
    const csrf = () => document.querySelector("input[name=csrf]").value;
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
    }, Math.min(5000, lockAfter / 10));
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
    if (document.hidden) event.preventDefault();
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
