// What passes between the platforms and the bot, newest first.
import { h } from "./dom.js";

const time = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", second: "2-digit" });
const most = 400; // kept on the page

export class Traffic {
  constructor() {
    this.list = document.getElementById("records");
    this.kind = document.getElementById("traffic-kind");
    this.find = document.getElementById("traffic-find");
    this.kind.addEventListener("change", () => this.filter());
    this.find.addEventListener("input", () => this.filter());
    this.names = new Map();
    this.last = 0;
  }

  show(state) {
    this.names = new Map(state.people.map((person) => [`${person.platform}:${person.id}`, person.name]));
    if ((state.records.at(-1)?.id ?? 0) < this.last) { // another simulator than before
      this.last = 0;
      this.list.replaceChildren();
    }
    state.records.forEach((record) => this.add(record));
  }

  add(record) {
    if (record.id <= this.last) return;
    this.last = record.id;
    const item = this.item(record);
    item.hidden = !this.wanted(item);
    this.list.prepend(item);
    if (this.list.children.length > most) this.list.lastElementChild.remove();
  }

  item(record) {
    const failed = record.problem !== undefined || record.status !== 200;
    const marks = [
      record.callback && record.try > 1 && `第 ${record.try} 次`,
      record.copy && "重复",
      record.errcode !== 0 && String(record.errcode),
      record.errcode === 0 && (record.status || "无应答"),
      `${record.took_ms} ms`,
    ].filter(Boolean);
    const summary = h("summary", {},
      h("span", { class: `way ${record.callback ? "out" : "in"}`, title: record.callback ? "平台推送给机器人" : "机器人调用平台" }, record.callback ? "推" : "调"),
      h("span", { class: "what" }, record.title, record.person && h("small", {}, ` ${this.names.get(record.person) ?? record.person}`)),
      h("span", { class: "marks" }, marks.join(" · ")),
      h("time", {}, time.format(new Date(record.at))));
    const details = h("details", {}, summary);
    details.addEventListener("toggle", () => { if (details.open && !details.querySelector("pre")) details.append(...this.body(record)); });
    const item = h("li", { class: `${record.platform} ${failed ? "failed" : ""}`, "data-testid": "record", "data-title": record.title }, details);
    item.record = record;
    return item;
  }

  body(record) {
    return [
      record.problem && h("p", { class: "problem" }, record.problem),
      h("h3", {}, record.callback ? "推送的内容（已解密）" : "请求"), h("pre", {}, pretty(record.request)),
      h("h3", {}, record.callback ? "被动回复（已解密）" : "应答"), h("pre", {}, pretty(record.response) || "（空）"),
    ].filter(Boolean);
  }

  wanted(item) {
    const { record } = item;
    const kinds = { all: true, callback: record.callback, call: !record.callback, problem: item.classList.contains("failed") };
    const text = this.find.value.trim();
    return kinds[this.kind.value] && (!text || `${record.title} ${record.request} ${record.response}`.includes(text));
  }

  filter() {
    for (const item of this.list.children) item.hidden = !this.wanted(item);
  }
}

// pretty breaks XML at its elements and indents JSON, also below a request line.
function pretty(text) {
  const start = text.search(/\n\n\{/) + 1 ? text.search(/\n\n\{/) + 2 : 0;
  try {
    return text.slice(0, start) + JSON.stringify(JSON.parse(text.slice(start)), null, 2);
  } catch {
    return text.replace(/<xml>/, "<xml>\n").replace(/(<\/\w+>)(?=<)/g, "$1\n");
  }
}
