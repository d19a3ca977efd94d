// Text as the phones show it: links can be tapped, everything else is text.
import { h } from "./dom.js";

const anchor = /<a\s+href="([^"]*)"[^>]*>([\s\S]*?)<\/a>/g;

// rich turns text into nodes. say(words, id) is called when a line that sends words is tapped.
export function rich(text, say) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(anchor)) {
    nodes.push(text.slice(end, match.index), link(unescape(match[1]), match[2], say));
    end = match.index + match[0].length;
  }
  nodes.push(text.slice(end));
  return nodes.filter((node) => node !== "");
}

function link(target, label, say) {
  if (target.startsWith("weixin://bizmsgmenu?") && say) {
    const query = new URLSearchParams(target.slice(target.indexOf("?")).replaceAll("+", "%2B"));
    const words = query.get("msgmenucontent") ?? label;
    return h("button", { type: "button", class: "line", "data-testid": "line", "data-say": words, on: { click: () => say(words, query.get("msgmenuid") ?? "0") } }, label);
  }
  if (/^https?:\/\//.test(target)) return h("a", { href: target, target: "_blank", rel: "noreferrer" }, label);
  return h("span", { class: "link-dead", title: target }, label);
}

const entities = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"' };
const unescape = (text) => text.replace(/&(?:amp|lt|gt|quot);/g, (entity) => entities[entity]);
