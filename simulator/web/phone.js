// One phone: who holds it, the chat, and what can be done in it.
import { h, icon } from "./dom.js";
import { act, addPicture, mediaURL } from "./link.js";
import { bubble } from "./bubbles.js";

const clock = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit" });
const stamp = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", month: "numeric", day: "numeric", weekday: "short", hour: "2-digit", minute: "2-digit" });
const pause = 5 * 60 * 1000; // between lines, after which the time is shown
const platforms = { wecom: "企业微信", officialaccount: "公众号" };
const place = { label: "一分厂锅炉房", latitude: 39.9087, longitude: 116.3975 };

export class Phone {
  constructor(holder, changed) {
    this.holder = holder;
    this.changed = changed;
    this.picker = h("select", { "aria-label": "谁的手机", "data-testid": "picker", on: { change: () => this.pass() } });
    this.badge = h("span", { class: "badge" });
    this.time = h("span");
    this.title = h("h2");
    this.chat = h("ol", { class: "chat", role: "log", "aria-live": "polite", "data-testid": "chat", tabindex: "0" });
    this.sticky = true; // the newest line is in sight, and stays so when pictures load or the phone's size changes
    this.chat.addEventListener("scroll", () => { this.sticky = this.atEnd(60); });
    this.chat.addEventListener("load", () => this.sticky && this.toEnd(), true);
    new ResizeObserver(() => this.sticky && this.toEnd()).observe(this.chat);
    this.text = h("textarea", { rows: "1", "aria-label": "说点什么", "data-testid": "say", enterkeyhint: "send", on: { keydown: (event) => this.key(event), input: () => this.grow() } });
    this.menuBar = h("nav", { class: "menu-bar", hidden: true, "aria-label": "菜单" });
    this.panel = h("div", { class: "panel", hidden: true, "data-testid": "panel" });
    this.follow = h("button", { type: "button", class: "follow", hidden: true, "data-testid": "follow", on: { click: () => this.act({ do: "follow" }) } }, "关注公众号");
    this.element = this.build();
  }

  build() {
    return h("section", { class: "phone", "data-testid": "phone" },
      h("div", { class: "holder" }, this.badge, this.picker),
      h("div", { class: "device" },
        h("div", { class: "status", "aria-hidden": "true" }, this.time, h("span", { class: "battery" })),
        h("header", {}, this.title),
        this.chat, this.follow,
        h("footer", {}, this.composer(), this.menuBar, this.panel)));
  }

  composer() {
    this.toggle = h("button", { type: "button", class: "tool", hidden: true, "aria-label": "切换菜单和键盘", "data-testid": "menu-toggle", on: { click: () => this.switchMenu() } }, icon("menu"));
    return this.input = h("form", { class: "composer", on: { submit: (event) => { event.preventDefault(); this.say(); } } },
      this.toggle, this.text,
      h("button", { type: "button", class: "tool", "aria-label": "图片、语音、位置", "data-testid": "plus", on: { click: () => { this.panel.hidden = !this.panel.hidden; } } }, icon("plus")),
      h("button", { class: "send", "data-testid": "send" }, "发送"));
  }

  act(what) { return act(this.holder, what); }

  say() {
    const text = this.text.value.trim();
    if (!text) return;
    this.text.value = "";
    this.grow();
    this.act({ do: "say", text });
  }

  key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.say();
  }

  grow() {
    this.text.style.height = "auto";
    this.text.style.height = `${Math.min(this.text.scrollHeight, 96)}px`;
  }

  pass() {
    this.holder = this.picker.value;
    this.changed();
    this.panel.hidden = true;
    this.show(this.state);
  }

  show(state) {
    this.state = state;
    const person = state.people.find((p) => `${p.platform}:${p.id}` === this.holder);
    const account = state.names[person.platform];
    this.who = {
      name: person.name, account,
      say: person.platform === "officialaccount" ? (text, id) => this.act({ do: "say", text, menu_id: id }) : undefined,
      tap: (entry, key, selected) => this.act({ do: "tap", entry, key, selected }),
    };
    this.element.dataset.phone = this.holder;
    this.element.className = `phone ${person.platform}`;
    this.element.setAttribute("aria-label", `${person.name}的手机`);
    this.badge.textContent = platforms[person.platform];
    this.title.textContent = account;
    this.time.textContent = clock.format(new Date(state.now));
    this.follow.hidden = state.follows[this.holder];
    this.input.hidden = !state.follows[this.holder];
    this.showPicker(state);
    this.showMenu(state.menus[person.platform]);
    this.showPanel(state, person);
    this.chat.replaceChildren(...this.hints(person));
    this.latest = 0;
    state.chats[this.holder].forEach((entry) => this.append(entry));
    this.toEnd();
  }

  hints({ hint, try: words = [] }) {
    if (!hint && !words.length) return [];
    return [h("li", { class: "hints" }, hint && h("p", {}, hint),
      words.map((text) => h("button", { type: "button", "data-testid": "try", on: { click: () => this.act({ do: "say", text }) } }, text)))];
  }

  showPicker(state) {
    this.picker.replaceChildren(...Object.entries(platforms).map(([platform, label]) => h("optgroup", { label },
      state.people.filter((p) => p.platform === platform).map((p) => h("option", { value: `${p.platform}:${p.id}` }, p.about ? `${p.name} · ${p.about}` : p.name)))));
    this.picker.value = this.holder;
  }

  update(entry) {
    const known = this.chat.querySelector(`[data-entry="${entry.id}"]`);
    if (known) {
      known.replaceWith(bubble(entry, this.who));
      return;
    }
    this.append(entry);
    if (this.sticky || entry.side === "mine") this.toEnd();
  }

  append(entry) {
    const at = Date.parse(entry.at);
    if (at - this.latest > pause) this.chat.append(h("li", { class: "stamp" }, h("time", {}, stamp.format(at))));
    this.latest = at;
    this.time.textContent = clock.format(at);
    this.chat.append(bubble(entry, this.who));
  }

  atEnd(within) { return this.chat.scrollHeight - this.chat.scrollTop - this.chat.clientHeight < within; }

  toEnd() {
    this.chat.scrollTop = this.chat.scrollHeight;
    this.sticky = true;
  }

  showMenu(menu) {
    this.toggle.hidden = !menu;
    if (!menu) this.menuBar.hidden = true;
    const press = (button) => this.act({ do: "menu", key: button.key || button.url });
    this.menuBar.replaceChildren(...(menu?.button ?? []).map((button) => {
      const list = h("ul", { hidden: true }, (button.sub_button ?? []).map((sub) => h("li", {}, h("button", {
        type: "button", "data-testid": "menu-entry", "data-key": sub.key, on: { click: () => { list.hidden = true; press(sub); } },
      }, sub.name))));
      return h("div", {}, list, h("button", {
        type: "button", "data-testid": "menu-entry", "data-key": button.key,
        on: { click: () => { if (button.sub_button?.length) list.hidden = !list.hidden; else press(button); } },
      }, button.name));
    }));
  }

  switchMenu() {
    this.menuBar.hidden = !this.menuBar.hidden;
    this.input.classList.toggle("folded", !this.menuBar.hidden);
    this.toggle.replaceChildren(icon(this.menuBar.hidden ? "menu" : "keyboard"));
  }

  showPanel(state, person) {
    const tile = (label, name, what, content) => h("button", { type: "button", "data-testid": name, on: { click: () => { this.panel.hidden = true; this.act(what); } } }, content, h("span", {}, label));
    const file = h("input", { type: "file", accept: "image/jpeg,image/png", hidden: true, on: { change: () => this.upload(file) } });
    const following = state.follows[this.holder];
    this.panel.replaceChildren(
      ...state.pictures.map((p) => tile(p.title, `picture-${p.name}`, { do: "picture", media: p.name }, h("img", { src: mediaURL(p.name), alt: "" }))),
      h("button", { type: "button", "data-testid": "picture-upload", on: { click: () => file.click() } }, icon("picture"), h("span", {}, "相册")), file,
      tile("语音", "voice", { do: "voice" }, icon("microphone")),
      tile("位置", "location", { do: "location", place }, icon("place")),
      person.platform === "officialaccount" && following ? tile("取消关注", "unfollow", { do: "unfollow" }, icon("again")) : tile("打开应用", "enter", { do: "enter" }, icon("again")));
  }

  async upload(input) {
    const [file] = input.files;
    input.value = "";
    const media = file && await addPicture(this.holder, file);
    if (!media) return;
    this.panel.hidden = true;
    this.act({ do: "picture", media });
  }
}
