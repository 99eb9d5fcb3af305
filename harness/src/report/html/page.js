// Adds the filter. Without it the page has everything, and this only makes it shorter.
"use strict";
{
  const byId = (id) => document.getElementById(id);
  const filter = byId("filter"), find = byId("find"), shown = byId("shown"), fold = byId("fold");
  const buttons = [...filter.querySelectorAll("[data-v], [data-a]")];
  // One structure beside the page: what is searched is read once, and when somebody searches.
  const tests = [...byId("list").children].map((element) => ({
    element, v: element.dataset.v, a: element.dataset.a, words: null,
  }));
  const wordsOf = (test) => (test.words ??= test.element.firstElementChild.textContent.toLowerCase());

  const pressed = (kind) => new Set(
    buttons.filter((it) => kind in it.dataset && it.getAttribute("aria-pressed") === "true")
      .map((it) => it.dataset[kind]));
  const press = (button, is) => button.setAttribute("aria-pressed", String(is));

  const apply = () => {
    const parts = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    const verdicts = pressed("v"), against = pressed("a");
    let count = 0;
    for (const test of tests) {
      const fits = (verdicts.size === 0 || verdicts.has(test.v)) && (against.size === 0 || against.has(test.a))
        && parts.every((part) => wordsOf(test).includes(part));
      count += fits;
      if (test.element.hidden === fits) test.element.hidden = !fits;
    }
    shown.textContent = `${count} of ${tests.length} ${tests.length === 1 ? "test" : "tests"}`;
    fold.textContent = "unfold";
    press(fold, false);
  };

  // The filter is kept in the address, so that it can be sent to somebody.
  const remember = () => {
    const kept = new URLSearchParams();
    for (const [key, values] of [["q", [find.value]], ["v", pressed("v")], ["a", pressed("a")]]) {
      for (const value of values) if (value) kept.append(key, value);
    }
    const hash = kept.toString();
    try {
      history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
    } catch { /* Some readers of local files permit none. */ }
  };
  const recall = () => {
    const hash = location.hash.slice(1);
    if (/^t\d+$/.test(hash)) {
      const target = byId(hash);
      if (!target) return;
      if (target.hidden) showAll();
      target.open = true;
      target.scrollIntoView();
      target.firstElementChild.focus({ preventScroll: true });
    } else if (/^[qva]=/.test(hash)) {
      const kept = new URLSearchParams(hash);
      find.value = kept.get("q") ?? "";
      for (const button of buttons) {
        press(button, kept.getAll("v" in button.dataset ? "v" : "a").includes(button.dataset.v ?? button.dataset.a));
      }
      apply();
    }
  };
  const showAll = () => {
    find.value = "";
    for (const button of buttons) press(button, false);
    apply();
  };

  find.addEventListener("input", () => { apply(); remember(); });
  for (const button of buttons) {
    button.addEventListener("click", () => {
      press(button, button.getAttribute("aria-pressed") !== "true");
      apply();
      remember();
    });
  }
  byId("all").addEventListener("click", () => { showAll(); remember(); find.focus(); });
  fold.addEventListener("click", () => {
    const open = fold.getAttribute("aria-pressed") !== "true";
    for (const { element } of tests) if (!element.hidden) element.open = open;
    press(fold, open);
    fold.textContent = open ? "fold" : "unfold";
  });

  // Paper unfolds nothing: where the style alone cannot unfold what did not pass, this does.
  let unfolded = [];
  addEventListener("beforeprint", () => {
    unfolded = tests.filter(({ element, v }) => v !== "passed" && !element.open && !element.hidden);
    for (const { element } of unfolded) element.open = true;
  });
  addEventListener("afterprint", () => {
    for (const { element } of unfolded) element.open = false;
    unfolded = [];
  });

  addEventListener("hashchange", recall);
  // A link to the test where one already is changes no address.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href^='#t']");
    if (link && link.hash === location.hash) recall();
  });

  filter.hidden = false;
  shown.textContent = `${tests.length} of ${tests.length} ${tests.length === 1 ? "test" : "tests"}`;
  recall();
  // The first search of a page of many tests is then as fast as the second.
  globalThis.requestIdleCallback?.(() => tests.forEach(wordsOf));
}
