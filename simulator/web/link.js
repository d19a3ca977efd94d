// The connection to the simulator: commands, and the stream of changes.
import { toast } from "./dom.js";

async function command(method, path, body) {
  const response = await fetch(path, {
    method,
    headers: { "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

// tell sends a command and shows a refusal instead of raising it.
export async function tell(method, path, body) {
  try {
    return await command(method, path, body);
  } catch (problem) {
    toast(problem.message);
    return undefined;
  }
}

export const act = (person, what) => tell("POST", "/control/act", { person, ...what });

export async function addPicture(person, file) {
  const query = new URLSearchParams({ person, name: file.name });
  const response = await fetch(`/control/media?${query}`, { method: "POST", headers: { "Content-Type": file.type }, body: file });
  const answer = await response.json();
  if (!response.ok) {
    toast(answer.error);
    return undefined;
  }
  return answer.media;
}

export const mediaURL = (id) => `/control/media/${encodeURIComponent(id)}`;

// follow reads the state whenever the stream opens, and again when it says so; entries and records come one by one.
export function follow({ state, entry, record, connected }) {
  const read = async () => state(await command("GET", "/control/state"));
  let reading = Promise.resolve();
  const stream = new EventSource("/control/events");
  stream.onmessage = (message) => {
    const change = JSON.parse(message.data);
    reading = reading.then(() => {
      switch (change.what) {
        case "open": connected(true); return read();
        case "state": return read();
        case "entry": return entry(change.data);
        case "record": return record(change.data);
        default: return undefined;
      }
    }).catch((problem) => toast(problem.message));
  };
  stream.onerror = () => connected(false);
}
