// One line of a chat.
import { avatar, h, icon, view } from "./dom.js";
import { card } from "./card.js";
import { mediaURL, tell } from "./link.js";
import { rich } from "./text.js";

const states = { queued: "等待投递", sending: "发送中", delivered: "已送达", failed: "未送达", dropped: "未显示" };

// bubble makes the element of an entry. who knows the two names and what a tap does.
export function bubble(entry, who) {
  const attributes = {
    class: `entry ${entry.side} ${entry.state === "dropped" ? "dropped" : ""}`,
    "data-entry": entry.id, "data-kind": entry.kind, "data-side": entry.side, "data-state": entry.state, "data-testid": "entry",
  };
  if (entry.side === "system") return h("li", attributes, h("p", { class: "grey" }, entry.text));
  if (entry.kind === "event") return h("li", attributes, h("p", { class: "grey" }, entry.text, " ", mark(entry)));
  const mine = entry.side === "mine";
  return h("li", attributes,
    mine ? avatar([...who.name].slice(-2).join("")) : avatar([...who.account].slice(0, 2).join(""), "account"),
    h("div", { class: "said" }, content(entry, who), note(entry), mine && mark(entry)));
}

function content(entry, who) {
  switch (entry.kind) {
    case "picture": return picture(entry);
    case "voice": return h("div", { class: "bubble voice" }, icon("voice"), "4″", entry.text && h("small", {}, entry.text));
    case "video": return h("div", { class: "bubble" }, `[视频] ${entry.text ?? ""}`);
    case "file": return h("a", { class: "bubble file", href: mediaURL(entry.media), download: "" }, icon("upload"), entry.text);
    case "location": return h("div", { class: "bubble location" }, h("strong", {}, entry.place.label), h("span", { class: "map" }, icon("place")));
    case "card": return card(entry, who.tap);
    case "news": return h("div", { class: "articles" }, entry.articles.map(article));
    case "template": return h("div", { class: "bubble template" }, entry.text);
    default: return h("div", { class: "bubble", "data-testid": "text" }, rich(entry.text, who.say));
  }
}

function picture(entry) {
  const source = mediaURL(entry.media);
  return h("button", { type: "button", class: "photo", "aria-label": "查看图片", on: { click: () => view(source) } }, h("img", { src: source, alt: "图片", loading: "lazy" }));
}

function article(a) {
  return h("div", { class: "article" }, h("strong", {}, a.title), h("p", {}, a.description), a.url && h("span", { class: "more" }, "查看详情"));
}

function note(entry) {
  return entry.note && h("p", { class: "note", "data-testid": "note" }, entry.note);
}

// mark shows how far something said has come, and lets it be delivered once more.
function mark(entry) {
  if (!entry.state) return undefined;
  const words = entry.state === "retrying" ? `未应答，重试 ${entry.try}/3` : entry.state === "sending" && entry.try > 1 ? `第 ${entry.try - 1}/3 次重试` : states[entry.state];
  return h("span", { class: `mark ${entry.state}`, "data-testid": "mark" },
    words, entry.copies > 0 && ` · 重复 ${entry.copies} 次`,
    entry.state === "delivered" && h("button", {
      type: "button", class: "again", title: "原样再投递一次", "aria-label": "原样再投递一次", "data-testid": "again",
      on: { click: () => tell("POST", "/control/redeliver", { person: entry.person, entry: entry.id }) },
    }, icon("again")));
}
