// The bar at the top: the clock, and what goes wrong.
import { tell } from "./link.js";

const $ = (id) => document.getElementById(id);
const day = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", month: "long", day: "numeric", weekday: "short" });
const hour = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", second: "2-digit" });

export class Bar {
  constructor() {
    this.ahead = 0; // of the browser's clock, in milliseconds
    setInterval(() => this.tick(), 1000);
    document.querySelectorAll("[data-advance]").forEach((button) => {
      button.addEventListener("click", () => tell("POST", "/control/clock", { advance: button.dataset.advance }));
    });
    this.fold("faults-button", "faults");
    this.fold("traffic-button", "traffic");
    $("faults").addEventListener("change", () => this.send());
    $("calm").addEventListener("click", () => { $("faults").reset(); this.send(); });
    $("expire").addEventListener("click", () => tell("POST", "/control/tokens/expire", {}));
  }

  fold(button, part) {
    $(button).addEventListener("click", () => {
      $(part).hidden = !$(part).hidden;
      $(button).setAttribute("aria-expanded", String(!$(part).hidden));
    });
  }

  connected(yes) {
    $("link").textContent = yes ? "已连接" : "连接断开，正在重连";
    $("link").classList.toggle("lost", !yes);
  }

  show(state) {
    this.ahead = Date.parse(state.now) - Date.now();
    $("offset").textContent = state.offset_seconds ? `快了 ${span(state.offset_seconds)}` : "与现实同步";
    this.showFaults(state.faults);
    this.tick();
  }

  tick() {
    const now = new Date(Date.now() + this.ahead);
    $("clock").textContent = `${day.format(now)} ${hour.format(now)}`;
    $("clock").dateTime = now.toISOString();
  }

  showFaults(faults) {
    const form = $("faults").elements;
    for (const name of ["pause", "reverse"]) form[name].checked = faults[name];
    form.duplicate.value = faults.duplicate;
    form.path.value = faults.path;
    for (const name of ["drop_answers", "delay_ms", "fail", "lose_answers"]) choose(form[name], faults[name]);
    if (faults.fail_status) form.failure.value = `status:${faults.fail_status}`;
    else if (faults.fail_code) form.failure.value = `errcode:${faults.fail_code}`;
    const count = [faults.pause, faults.duplicate, faults.drop_answers, faults.delay_ms, faults.fail, faults.lose_answers].filter(Boolean).length;
    $("faults-count").hidden = count === 0;
    $("faults-count").textContent = String(count);
  }

  send() {
    const form = $("faults").elements;
    const [kind, code] = form.failure.value.split(":");
    const failing = Number(form.fail.value) !== 0;
    return tell("PUT", "/control/faults", {
      pause: form.pause.checked, reverse: form.reverse.checked, duplicate: form.duplicate.value, path: form.path.value,
      drop_answers: Number(form.drop_answers.value), delay_ms: Number(form.delay_ms.value), fail: Number(form.fail.value),
      lose_answers: Number(form.lose_answers.value),
      fail_status: failing && kind === "status" ? Number(code) : 0, fail_code: failing && kind === "errcode" ? Number(code) : 0,
    });
  }
}

// choose selects a count, also one that has run down to a number that is not in the list.
function choose(select, value) {
  if (![...select.options].some((option) => Number(option.value) === value)) {
    select.add(new Option(`还有 ${value} 次`, String(value)));
  }
  select.value = String(value);
}

function span(seconds) {
  const hours = Math.round(seconds / 3600);
  const days = Math.floor(hours / 24);
  return [days && `${days} 天`, hours % 24 && `${hours % 24} 小时`].filter(Boolean).join(" ") || `${seconds} 秒`;
}
