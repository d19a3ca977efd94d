// The page: it keeps what the simulator says and hands it to the phones, the bar and the list of exchanges.
import { Bar } from "./bar.js";
import { Phone } from "./phone.js";
import { Traffic } from "./traffic.js";
import { follow } from "./link.js";

const phones = [];
const bar = new Bar();
const traffic = new Traffic();
let state;

function layOut() {
  if (phones.length) return;
  for (const holder of state.phones) {
    const phone = new Phone(holder, remember);
    phones.push(phone);
    document.getElementById("phones").append(phone.element);
  }
  recall();
}

// Who holds which phone is kept in the address, so that a page can be shared and reloaded.
function remember() {
  history.replaceState(null, "", "#" + phones.map((phone) => phone.holder).join(","));
}

function recall() {
  location.hash.slice(1).split(",").map(decodeURIComponent).forEach((key, i) => {
    if (phones[i] && state.chats[key]) phones[i].holder = key;
  });
}

follow({
  connected: (yes) => bar.connected(yes),
  state: (next) => {
    state = next;
    layOut();
    bar.show(state);
    phones.forEach((phone) => phone.show(state));
    traffic.show(state);
  },
  entry: (entry) => {
    if (!state) return;
    const entries = state.chats[entry.person];
    const i = entries.findIndex((known) => known.id === entry.id);
    if (i < 0) entries.push(entry); else entries[i] = entry;
    phones.filter((phone) => phone.holder === entry.person).forEach((phone) => phone.update(entry));
  },
  record: (record) => traffic.add(record),
});

const viewer = document.getElementById("viewer");
viewer.addEventListener("click", () => { viewer.hidden = true; });
document.addEventListener("keydown", (event) => { if (event.key === "Escape") viewer.hidden = true; });
