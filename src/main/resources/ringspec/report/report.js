"use strict";
// Without this script every clause is shown and the buttons stay hidden.
const filter = document.getElementById("filter");
const buttons = [...filter.querySelectorAll("button")];
function show(what) {
    document.body.dataset.show = what;
    buttons.forEach(b => b.setAttribute("aria-pressed", String(b.dataset.show === what)));
    document.querySelectorAll("section").forEach(section => {
        section.hidden = what !== "all" && !section.querySelector(`tr.clause.${what}`);
    });
}
filter.hidden = false;
filter.addEventListener("click", event => {
    if (event.target.dataset.show) {
        show(event.target.dataset.show);
    }
});
// A link to a clause shows it with its scenarios, whatever is filtered.
function unfold() {
    const clause = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (clause?.matches("tr.clause")) {
        if (!clause.offsetParent) {
            show("all");
        }
        clause.querySelectorAll("details").forEach(details => details.open = true);
        clause.scrollIntoView();
    }
}
addEventListener("hashchange", unfold);
unfold();
