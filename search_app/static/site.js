// What a page load would do as well, only sooner: suggestions while typing, filters that act at
// once on wide screens. Every request is the address a plain form would ask for.
(() => {
  "use strict";
  const find = (selector, root = document) => root.querySelector(selector);
  const form = find("#f");
  if (!form) return;
  const box = find("#q");
  const list = find("#q-list");
  const spoken = find("#q-status");

  // An empty field says nothing: leave it out of the address.
  form.addEventListener("formdata", (event) => {
    for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
  });

  // Suggestions: editable combobox with list autocomplete and manual selection (WAI-ARIA APG).
  let options = [];
  let active = -1;
  let timer = 0;
  let pending = null;
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false",
  })) box.setAttribute(name, value);

  const show = (open) => {
    list.hidden = !open;
    box.setAttribute("aria-expanded", String(open));
    if (!open) choose(-1);
  };
  const choose = (index) => {
    active = index;
    options.forEach((option, i) => option.setAttribute("aria-selected", String(i === index)));
    if (index < 0) return box.removeAttribute("aria-activedescendant");
    box.setAttribute("aria-activedescendant", options[index].id);
    options[index].scrollIntoView({ block: "nearest" });
  };
  const take = (option) => {
    if (option.dataset.href) return location.assign(option.dataset.href);
    box.value = option.textContent;
    show(false);
    form.requestSubmit();
  };
  const make = (role, text, more) => {
    const made = document.createElement("div");
    made.setAttribute("role", role);
    return Object.assign(made, { textContent: text }, more);
  };
  const option = ({ text, note, href, lang }, i) => {
    const made = make("option", text, { id: `q-${i}`, lang: lang ?? "" });
    if (!lang) made.removeAttribute("lang");
    if (href) made.dataset.href = href;
    if (note) made.append(" ", Object.assign(document.createElement("small"), { textContent: note, lang: document.documentElement.lang }));
    made.addEventListener("mousedown", (event) => { event.preventDefault(); take(made); });
    return made;
  };
  const fill = (groups) => {
    options = [];
    list.replaceChildren(...groups.map(({ name, options: found }, i) => {
      const group = make("group", "");
      group.setAttribute("aria-labelledby", `q-g${i}`);
      group.append(make("presentation", name, { id: `q-g${i}` }));
      for (const one of found) options.push(option(one, options.length));
      group.append(...options.slice(-found.length));
      return group;
    }));
    choose(-1);
    show(options.length > 0);
    const { many, one, none } = box.dataset;
    spoken.textContent = options.length > 1 ? many.replace("{n}", options.length)
      : options.length ? one : none;
  };
  const stop = () => { clearTimeout(timer); pending?.abort(); };
  box.addEventListener("input", () => {
    stop();
    const typed = box.value.trim();
    if (typed.length < 2) { spoken.textContent = ""; return show(false); }
    timer = setTimeout(async () => {
      pending = new AbortController();
      try {
        const address = `${box.dataset.suggest}?q=${encodeURIComponent(typed)}`;
        const answer = await fetch(address, { signal: pending.signal });
        if (answer.ok) fill((await answer.json()).groups);
      } catch { /* aborted or offline: the form works without suggestions */ }
    }, 150);
  });
  box.addEventListener("keydown", (event) => {
    const last = options.length - 1;
    const moves = { ArrowDown: active < last ? active + 1 : 0, ArrowUp: active > 0 ? active - 1 : last };
    if (event.key in moves && last >= 0) {
      event.preventDefault();
      show(true);
      choose(moves[event.key]);
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      take(options[active]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      stop();
      show(false);
    }
  });
  box.addEventListener("blur", () => { stop(); show(false); });
  form.addEventListener("submit", stop);

  // Live filters: the same address, the changed part swapped in, focus and open lists kept.
  const status = find("#status");
  if (!find("#live")) return;
  const wide = matchMedia("(min-width:60rem)");
  let newest = 0;
  let shown = location.pathname + location.search;
  const address = () => {
    const pairs = [...new FormData(form)].filter(([, value]) => value !== "");
    const query = new URLSearchParams(pairs).toString();
    return form.action + (query && `?${query}`);
  };
  const swap = (text, url) => {
    const page = new DOMParser().parseFromString(text, "text/html");
    const live = find("#live");
    const fresh = find("#live", page);
    const open = [...live.querySelectorAll("details")].filter((d) => d.open).map(nameOf);
    fresh.querySelectorAll("details").forEach((d) => { d.open ||= open.includes(nameOf(d)); });
    const focused = document.activeElement?.id;
    live.replaceWith(fresh);
    document.title = page.title;
    find("h1").textContent = find("h1", page).textContent;
    find(".languages").replaceWith(find(".languages", page));
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    shown = url;
    status.textContent = find("#count").textContent;
  };
  const nameOf = (details) => details.closest("fieldset")?.querySelector("input")?.id;
  const go = async (url, isNew) => {
    const mine = ++newest;
    const live = find("#live");
    live.setAttribute("aria-busy", "true");
    const slow = setTimeout(() => { status.textContent = live.dataset.loading; }, 400);
    try {
      const answer = await fetch(url);
      if (!answer.ok) throw new Error(answer.status);
      const text = await answer.text();
      if (mine !== newest) return;
      if (isNew) history.pushState(null, "", url);
      swap(text, location.pathname + location.search);
    } catch {
      if (mine === newest) location.assign(url);
    } finally {
      clearTimeout(slow);
    }
  };
  document.addEventListener("change", (event) => {
    if (wide.matches && event.target.form === form && event.target !== box) go(address(), true);
  });
  addEventListener("popstate", () => {
    if (location.pathname + location.search === shown) return; // a jump within the page
    box.value = new URLSearchParams(location.search).get("q") ?? "";
    go(location.href, false);
  });
})();
