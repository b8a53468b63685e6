// While somebody types, the server is asked what comes of it. Without this file a button does the
// same. A calendar that no longer fits what is typed never stands there as if it did.
"use strict";

const form = document.getElementById("calendar");
const WAIT = 80;

if (form && form.dataset.preview) {
  const result = document.getElementById("result");
  const ofProtocol = document.getElementById("of-protocol");
  let waiting = 0;
  let asking = null;
  let fieldsAreOld = false; // until an answer brings them, whatever else is typed meanwhile

  const showMistakes = (mistakes) => {
    for (const place of form.querySelectorAll(".mistake")) {
      const name = place.id.replace("mistake-", "");
      const said = (mistakes[name] || []).join(" ");
      const field = document.getElementById(name);
      if (place.textContent !== said) place.textContent = said;
      if (field && said) field.setAttribute("aria-invalid", "true");
      else if (field) field.removeAttribute("aria-invalid");
    }
  };

  const replace = (place, html) => {
    const within = place.contains(document.activeElement) && document.activeElement.id;
    place.innerHTML = html;
    if (within) document.getElementById(within)?.focus();
  };

  const show = (answer) => {
    replace(result, answer.result);
    if (answer.fields) {
      replace(ofProtocol, answer.fields);
      fieldsAreOld = false;
    }
    showMistakes(answer.mistakes);
    result.removeAttribute("aria-busy");
  };

  const typed = () => {
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (!name.startsWith("event_") && typeof value === "string") body.append(name, value);
    }
    if (fieldsAreOld) body.append("with_fields", "yes");
    return body;
  };

  const ask = async () => {
    asking = new AbortController();
    try {
      const sent = { method: "POST", body: typed(), signal: asking.signal };
      const answered = await fetch(form.dataset.preview, sent);
      const answer = await answered.json();
      if (answered.ok) show(answer);
      else showFault(answer.detail);
    } catch (wrong) {
      if (wrong.name === "AbortError") return;
      showFault();
    }
  };

  const showFault = (sentence) => {
    const said = document.createElement("p");
    said.className = "mistake";
    said.setAttribute("role", "alert");
    said.textContent = sentence || form.dataset.silent;
    if (sentence) said.lang = "en";
    result.replaceChildren(said);
    result.removeAttribute("aria-busy");
  };

  const changed = (event) => {
    if (event.target.form !== form || event.target.name.startsWith("event_")) return;
    const withFields = ["protocol", "drug"].includes(event.target.name);
    if (event.type === "input" && withFields && event.target.tagName === "SELECT") return;
    if (event.type === "change" && event.target.tagName !== "SELECT" && !withFields) return;
    clearTimeout(waiting);
    if (asking) asking.abort();
    result.setAttribute("aria-busy", "true");
    fieldsAreOld ||= withFields;
    waiting = setTimeout(ask, WAIT);
  };

  document.addEventListener("input", changed); // the tick below the form is one of its fields
  document.addEventListener("change", changed);
}
