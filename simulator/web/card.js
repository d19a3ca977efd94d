// A template card.
import { h, icon } from "./dom.js";

// card draws the entry's card; tap(entry, key, selected) is called for its buttons.
export function card(entry, tap) {
  const { card: c } = entry;
  const chosen = new Map();
  const press = (key) => tap(entry.id, key, Object.fromEntries([...chosen].map(([question, ids]) => [question, [...ids]])));
  return h("div", { class: "card", "data-testid": "card", "data-task": c.task_id },
    (c.source?.desc || c.action_menu) && h("header", {}, h("span", { class: "source" }, c.source?.desc ?? ""), c.action_menu && menu(c.action_menu, press)),
    c.main_title.title && h("h3", {}, c.main_title.title),
    c.main_title.desc && h("p", { class: "desc" }, c.main_title.desc),
    c.emphasis_content && h("p", { class: "emphasis" }, h("strong", {}, c.emphasis_content.title), c.emphasis_content.desc),
    c.quote_area && h("blockquote", {}, c.quote_area.title && h("strong", {}, c.quote_area.title), c.quote_area.quote_text),
    c.sub_title_text && h("p", { class: "sub" }, c.sub_title_text),
    c.vertical_content_list?.map((row) => h("p", { class: "sub" }, h("strong", {}, row.title), " ", row.desc)),
    c.horizontal_content_list?.length && h("dl", {}, c.horizontal_content_list.map((row) => h("div", {}, h("dt", {}, row.keyname), h("dd", {}, row.value ?? "")))),
    c.button_selection && select(c.button_selection, chosen),
    c.select_list?.map((question) => select(question, chosen)),
    c.checkbox && checkbox(c.checkbox, chosen),
    c.jump_list?.map((jump) => h("p", { class: "jump" }, jump.title)),
    buttons(c, press));
}

function buttons(c, press) {
  if (c.replace_text) return h("footer", {}, h("button", { type: "button", disabled: true, "data-testid": "settled" }, c.replace_text));
  const list = c.submit_button ? [{ ...c.submit_button, style: 1 }] : c.button_list ?? [];
  return list.length > 0 && h("footer", { class: list.length > 2 ? "stacked" : "" }, list.map((button) => h("button", {
    type: "button", class: `style${button.style ?? 1}`, "data-testid": "card-button", "data-key": button.key, on: { click: () => press(button.key) },
  }, button.text)));
}

function menu(actions, press) {
  const list = h("ul", { hidden: true }, actions.action_list.map((action) => h("li", {}, h("button", {
    type: "button", "data-testid": "card-menu-entry", "data-key": action.key, on: { click: () => { list.hidden = true; press(action.key); } },
  }, action.text))));
  const opener = h("button", { type: "button", class: "opener", "aria-label": actions.desc || "更多操作", "data-testid": "card-menu", on: { click: () => { list.hidden = !list.hidden; } } }, icon("more"));
  return h("div", { class: "menu" }, opener, list);
}

function select(question, chosen) {
  const first = question.selected_id || question.option_list[0].id;
  chosen.set(question.question_key, new Set([first]));
  return h("label", { class: "question" }, question.title, h("select", {
    disabled: question.disable, on: { change: (event) => chosen.set(question.question_key, new Set([event.target.value])) },
  }, question.option_list.map((option) => h("option", { value: option.id, selected: option.id === first }, option.text))));
}

function checkbox(question, chosen) {
  const ids = new Set(question.option_list.filter((option) => option.is_checked).map((option) => option.id));
  chosen.set(question.question_key, ids);
  return h("fieldset", { class: "question", disabled: question.disable }, question.option_list.map((option) => h("label", {}, h("input", {
    type: question.mode === 1 ? "checkbox" : "radio", name: question.question_key, checked: option.is_checked,
    on: { change: (event) => {
      if (question.mode !== 1) ids.clear();
      if (event.target.checked) ids.add(option.id); else ids.delete(option.id);
    } },
  }), option.text)));
}
