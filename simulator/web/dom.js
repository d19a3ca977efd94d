// Building elements. Text always becomes text: nothing that a person or a bot wrote is ever read as markup.

export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    } else if (name === "class") {
      element.className = value;
    } else {
      element.setAttribute(name, value === true ? "" : value);
    }
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}

const shapes = {
  plus: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 8v8M8 12h8",
  keyboard: "M4 7h16v10H4zM7 10h1M11 10h1M15 10h1M8 14h8",
  menu: "M5 8h14M5 12h14M5 16h14",
  voice: "M5 10v4M9 7.5a6.5 6.5 0 0 1 0 9M12.5 5a10 10 0 0 1 0 14",
  picture: "M4 5h16v14H4zM4 16l5-5 4 4 2.5-2.5L20 17M15 9h.5",
  microphone: "M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3M6 11a6 6 0 0 0 12 0M12 17v4M9 21h6",
  place: "M12 21s-7-6.5-7-11.5a7 7 0 0 1 14 0C19 14.500 12 21 12 21M12 12a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5",
  upload: "M12 15V4M8 8l4-4 4 4M5 15v4h14v-4",
  again: "M19 12a7 7 0 1 1-2.200-5.100M17 3v4h-4",
  more: "M6 12h.1M12 12h.1M18 12h.1",
};

export function icon(name) {
  const namespace = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(namespace, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(namespace, "path");
  path.setAttribute("d", shapes[name]);
  svg.append(path);
  return svg;
}

const shades = ["#3b7dd8", "#c0562f", "#2f8f6b", "#8a5cb8", "#b3872a", "#3f8f9b", "#b8476c", "#5b6b7c"];

// avatar shows two characters of a name, as both platforms do without a photograph.
export function avatar(characters, className = "") {
  const shade = shades[[...characters].reduce((sum, c) => sum + c.codePointAt(0), 0) % shades.length];
  const square = h("span", { class: `avatar ${className}`, "aria-hidden": "true" }, characters);
  square.style.background = shade;
  return square;
}

let hide;

export function toast(text) {
  const box = document.getElementById("toast");
  box.textContent = text;
  box.hidden = false;
  clearTimeout(hide);
  hide = setTimeout(() => { box.hidden = true; }, 4000);
}

export function view(source) {
  const viewer = document.getElementById("viewer");
  viewer.querySelector("img").src = source;
  viewer.hidden = false;
}
