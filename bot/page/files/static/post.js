// Sends what the person does. Retries repeat the same message_id, so that nothing is done twice.

const ANSWER_WITHIN_MS = 60_000; // a photo over a slow network takes its time
const QUIET_RETRIES_MS = [800, 2500];
const LONGEST_WAIT_MS = 10_000;

/** @typedef {"away" | "busy" | "unknown" | "refused"} Why */

/** Why a message has no answer; `title` is the server's own sentence, when it has one. */
export class Unanswered extends Error {
  /** @param {Why} why @param {string} title @param {number} waitMs how long the server asks to wait */
  constructor(why, title = "", waitMs = 0) {
    super(why);
    this.why = why;
    this.title = title;
    this.waitMs = waitMs;
  }
}

/** A random UUID. crypto.randomUUID exists only on https; this works everywhere. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/**
 * Post a message and give its replies; short failures are bridged quietly. Throws Unanswered.
 * @param {object} message
 * @returns {Promise<import("./draw.js").Reply[]>}
 */
export async function post(message) {
  for (const quietMs of QUIET_RETRIES_MS) {
    try {
      return await postOnce(message);
    } catch (error) {
      if (error.why !== "away" && error.why !== "busy") throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.min(Math.max(quietMs, error.waitMs), LONGEST_WAIT_MS)));
    }
  }
  return postOnce(message);
}

/** Tell the server that a notice was shown. When this fails, the notice comes again. @param {string} receipt */
export async function acknowledge(receipt) {
  try {
    await fetch("events/shown", { ...asJson({ id: receipt }), keepalive: true });
  } catch {
    // Nothing to do: it stays owed.
  }
}

async function postOnce(message) {
  let answer;
  let body;
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), ANSWER_WITHIN_MS);
  try {
    const sent = message.file ? ["messages/files?" + address(message), asFile(message.file)] : ["messages", asJson(message)];
    answer = await fetch(sent[0], { ...sent[1], signal: patience.signal });
    body = await answer.json();
  } catch (error) {
    const garbled = error instanceof SyntaxError;
    throw new Unanswered(garbled ? "busy" : "away");
  } finally {
    clearTimeout(timer);
  }
  if (answer.ok) return body.replies;
  const waitMs = 1000 * (Number(answer.headers.get("Retry-After")) || 0);
  if (answer.status === 401) throw new Unanswered("unknown", body.title);
  if (answer.status >= 500 || answer.status === 408 || answer.status === 429) throw new Unanswered("busy", body.title, waitMs);
  throw new Unanswered("refused", body.title);
}

function address({ message_id, language, file }) {
  return new URLSearchParams({ message_id, language, name: file.name });
}

function asFile(file) {
  return {
    method: "POST",
    headers: { "Content-Type": file.type || "application/octet-stream", "Accept-Language": document.documentElement.lang },
    body: file,
  };
}

function asJson(body) {
  return {
    method: "POST",
    headers: { "Content-Type": "application/json", "Accept-Language": document.documentElement.lang },
    body: JSON.stringify(body),
  };
}
