// Under each text for readers: what there is to say about it, a moment after typing stops. "Check the texts" says the same
// without this file.
{
  // Read when it is needed: admin loads scripts before the form is there.
  const address = () => document.querySelector("[data-writing]")?.dataset.writing;
  const PAUSE = 700;
  const token = () => document.querySelector("[name=csrfmiddlewaretoken]").value;

  const otherOf = (area) => {
    const name = area.name.slice(0, area.name.length - area.dataset.column.length) + area.dataset.other;
    return area.form.elements.namedItem(name);
  };

  const panels = new WeakMap();
  const panelOf = (area) => {
    if (panels.has(area)) return panels.get(area);
    const shown = Object.assign(document.createElement("div"), { className: "writing" });
    const spoken = Object.assign(document.createElement("p"), { className: "visually-hidden" });
    spoken.setAttribute("role", "status");
    const panel = { shown, spoken, asking: null, typing: 0 };
    (area.closest(".form-row") ?? area.parentElement).append(shown, spoken);
    panels.set(area, panel);
    return panel;
  };

  const show = async (area) => {
    const panel = panelOf(area);
    panel.asking?.abort();
    const mine = (panel.asking = new AbortController());
    const sent = new FormData();
    sent.set("of", area.dataset.written);
    sent.set("field", area.dataset.column);
    sent.set("row", area.dataset.row);
    sent.set("text", area.value);
    sent.set("other", otherOf(area)?.value ?? "");
    try {
      const response = await fetch(address(), { method: "POST", body: sent, signal: mine.signal, headers: { "X-CSRFToken": token() } });
      const said = await response.text();
      if (mine !== panel.asking) return;
      if (response.ok) {
        const page = new DOMParser().parseFromString(said, "text/html");
        panel.shown.replaceChildren(...page.body.childNodes);
        for (const link of panel.shown.querySelectorAll("a")) Object.assign(link, { target: "_blank", rel: "noopener" });
      } else if ([413, 429].includes(response.status)) {
        panel.shown.replaceChildren(said);
      }
      const status = (panel.shown.querySelector("[data-status]") ?? panel.shown).textContent.trim();
      if (panel.spoken.textContent !== status) panel.spoken.textContent = status;
    } catch (error) {
      // Offline, or overtaken by the next letter: what was said stays.
      if (error.name !== "AbortError" && error.name !== "TypeError") throw error;
    }
  };

  const isWritten = (area) => address() && area.matches?.("[data-written]") && !area.name.includes("__prefix__");

  document.addEventListener("focusin", ({ target }) => {
    if (isWritten(target) && !panels.has(target)) show(target);
  });
  document.addEventListener("input", ({ target }) => {
    if (!isWritten(target)) return;
    const panel = panelOf(target);
    clearTimeout(panel.typing);
    panel.typing = setTimeout(() => show(target), PAUSE);
  });
}
