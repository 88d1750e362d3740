// Comforts only: every page works without this file.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// The only way for text to become a page here (the pages' Content-Security-Policy sees to that): from this site, and read
// into a document of its own, in which nothing runs.
const asPage = globalThis.trustedTypes?.createPolicy("pathway", { createHTML: (text) => text }) ?? { createHTML: (text) => text };

// A list that follows what is typed: asks for the same address that the form would, and takes over its parts.
for (const form of document.querySelectorAll("form[data-live]")) {
  const PARTS = ["filters-summary", "filters-offered", "results"];
  const PAUSE_IN_TYPING = 150;
  // Longer than the pause: who listens should hear one count, not one a letter.
  const PAUSE_BEFORE_SPEAKING = 600;
  const announced = document.getElementById("announced");
  let typing, speaking, asking;

  const address = () => {
    const asked = new URLSearchParams(new FormData(form));
    for (const [name, value] of [...asked]) if (!value.trim()) asked.delete(name);
    if (!asked.has("place")) asked.delete("funded");
    return form.action + (asked.size ? `?${asked}` : "");
  };

  const takeOver = (page) => {
    const focused = document.activeElement;
    for (const id of PARTS) {
      const [old, fresh] = [document.getElementById(id), page.getElementById(id)];
      if (old.innerHTML === fresh.innerHTML) continue;
      const link = old.contains(focused) && focused.getAttribute("href");
      old.replaceChildren(...fresh.childNodes);
      // Who has moved on into the list in the meantime stays at the same link, if it is still there.
      if (link) old.querySelector(`a[href="${CSS.escape(link)}"]`)?.focus({ preventScroll: true });
    }
    document.title = page.title;
    const count = document.getElementById("count").textContent;
    clearTimeout(speaking);
    speaking = setTimeout(() => { if (announced.textContent !== count) announced.textContent = count; }, PAUSE_BEFORE_SPEAKING);
  };

  const update = async () => {
    const wanted = address();
    asking?.abort();
    if (wanted === location.href.split("#")[0]) return;
    const mine = (asking = new AbortController());
    try {
      const response = await fetch(wanted, { signal: mine.signal });
      if (!response.ok) return;
      const page = new DOMParser().parseFromString(asPage.createHTML(await response.text()), "text/html");
      if (mine !== asking || !page.getElementById("results")) return;
      history.replaceState(null, "", wanted);
      takeOver(page);
    } catch (error) {
      // Offline or overtaken by the next letter: the list stays, and the button still works.
      if (error.name !== "AbortError" && error.name !== "TypeError") throw error;
    }
  };

  form.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(update, PAUSE_IN_TYPING);
  });
}

// The answers given so far, kept up to date while the form is filled in.
for (const list of document.querySelectorAll(".so-far")) {
  const form = document.querySelector("form.profile-form");
  // On a narrow screen it would push the question being answered away: there it stands before the button instead.
  const beginsEmpty = list.hidden;
  if (beginsEmpty && !matchMedia("(min-width: 68rem)").matches) form.querySelector(".submit").before(list);
  const update = (field) => {
    const entry = list.querySelector(`[data-question="${CSS.escape(field.name)}"]`);
    if (!entry) return;
    const label = field.type === "radio" ? field.labels[0].querySelector(".option-label") ?? field.labels[0] : field.selectedOptions[0];
    if (field.value) entry.querySelector(".so-far-answer").replaceChildren(...label.cloneNode(true).childNodes);
    entry.hidden = !field.value;
    list.hidden = false;
  };
  form.addEventListener("change", (event) => update(event.target));
  // What the browser filled in again after Back or a reload.
  for (const field of form.querySelectorAll("input:checked")) update(field);
  list.addEventListener("click", (event) => {
    const folded = event.target.closest("a") && document.querySelector(event.target.closest("a").hash)?.closest("details");
    if (folded) folded.open = true;
  });
}

// The rail beside the plan shows which step is being read.
const rail = document.querySelector(".rail");
if (rail) {
  const links = new Map([...rail.querySelectorAll("a")].map((link) => [link.hash.slice(1), link]));
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) {
      for (const link of links.values()) link.removeAttribute("aria-current");
      links.get(entry.target.id)?.setAttribute("aria-current", "true");
    }
  }, { rootMargin: "-15% 0px -75% 0px" });
  for (const step of document.querySelectorAll(".step")) seen.observe(step);
}

// A link to what lies in a closed part opens it, in browsers that do not do so themselves.
const reveal = () => {
  const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  if (!target) return;
  for (let part = target.closest("details:not([open])"); part; part = part.parentElement.closest("details:not([open])")) part.open = true;
  target.scrollIntoView();
};
addEventListener("hashchange", reveal);

// A plan's code in the fragment of its address: no server ever sees a fragment, and reload, a bookmark and a copied link work.
{
  const CODE = /^#[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{1,4})+$/i;
  const [plan] = document.querySelectorAll("[data-plan-code]");
  const [codeForm] = document.querySelectorAll("[data-code-form]");
  // When somebody cleared their answers in this tab: nothing else is ever stored, and nothing about anybody.
  const isCleared = (madeAt) => Number(sessionStorage.getItem("cleared-at")) > (madeAt ?? 0);
  const loadedAt = Date.now();

  if (plan) {
    const keep = () => history.replaceState({ madeAt: loadedAt }, "", `${location.pathname}#${plan.dataset.planCode}`);
    // Who comes back from sending feedback comes to a step: go there before the code takes its place in the address.
    reveal();
    keep();
    // A link within the page would take the code's place.
    addEventListener("hashchange", keep);
    const link = (path) => new URL(path, location.href).href;
    const said = plan.querySelector(".kept");
    for (const button of plan.querySelectorAll("[data-copy-link]")) {
      button.hidden = false;
      button.addEventListener("click", async () => {
        try {
          await navigator.clipboard.writeText(link(button.dataset.copyLink));
          said.textContent = button.dataset.done;
        } catch {
          said.textContent = button.dataset.failed;
        }
      });
    }
    for (const mail of plan.querySelectorAll("[data-mail-link]")) {
      const body = `${mail.dataset.words}\n\n${link(mail.dataset.mailLink)}\n`;
      mail.href = `mailto:?subject=${encodeURIComponent(mail.dataset.subject)}&body=${encodeURIComponent(body)}`;
      mail.hidden = false;
    }
    for (const clear of plan.querySelectorAll("[data-clear]")) {
      clear.addEventListener("click", (event) => {
        event.preventDefault();
        location.replace(clear.href);
      });
    }
  }

  if (codeForm) {
    const reopen = () => {
      if (!CODE.test(location.hash)) return;
      // What came before somebody cleared their answers is not opened again by going back.
      const wentBack = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
      if (wentBack && isCleared(history.state?.madeAt)) {
        history.replaceState(null, "", location.pathname);
        return;
      }
      codeForm.elements.code.value = location.hash.slice(1);
      codeForm.append(Object.assign(document.createElement("input"), { type: "hidden", name: "quietly", value: "yes" }));
      codeForm.submit();
    };
    reopen();
    addEventListener("hashchange", reopen);
    // Answers to be changed or mended came in a POST, which Back would send again: leave an empty form behind instead.
    document.querySelector(".profile-form").addEventListener("submit", () => history.replaceState(null, "", location.pathname));
  }
  // The same after feedback: its pages carry the answers too, to lead back to the plan.
  const feedback = document.querySelector(".way-back");
  if (feedback) document.querySelector("main").addEventListener("submit", () => history.replaceState(null, "", location.pathname));
  if (document.querySelector("[data-cleared]")) sessionStorage.setItem("cleared-at", Date.now());
  addEventListener("pageshow", (event) => {
    if (event.persisted && (plan || codeForm || feedback) && isCleared(loadedAt)) location.replace(location.pathname);
  });
}
