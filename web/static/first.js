// Runs before the page is drawn: follow-up questions may close only where scripts can open them again.
document.body.classList.add("js-enabled", "govuk-frontend-supported");
