// The page: what the person does goes out, what the conversation says is drawn.

import { drawDay, drawReply, drawSaid } from "./draw.js";
import { LARGEST_BYTES, prepared, Recording } from "./files.js";
import { acknowledge, newId, post } from "./post.js";
import { listen } from "./stream.js";
import { enterFromTelegram } from "./telegram.js";
import { Transcript } from "./transcript.js";
import { currentLanguage, said as saying, speak, word } from "./words.js";

/**
 * @typedef {import("./draw.js").Reply} Reply
 * @typedef {{label: string, source: number | null}} Press a pressed button: what it says, and the key of its entry; none
 *   for the page's own buttons
 */

const LARGE = "lastmetre.large";
const LANGUAGE = "lastmetre.language";
const TYPING_AFTER_MS = 300; // an answer sooner than that needs no waiting to be seen
const LOCATE = { enableHighAccuracy: true, timeout: 15_000, maximumAge: 300_000 };

const page = document.documentElement;
const room = document.getElementById("room");
const log = document.getElementById("log");
const typing = document.getElementById("typing");
const trouble = document.getElementById("trouble");
const text = document.getElementById("text");
const end = document.getElementById("end");
const below = document.getElementById("below");
const more = document.getElementById("more");
const things = document.getElementById("things");
const recordingBar = document.getElementById("recording");
const fileInput = document.getElementById("file");
const languageButton = document.getElementById("language");
const always = new Set([...document.querySelectorAll(".ways button")].map((button) => button.dataset.press));
const gentle = matchMedia("(prefers-reduced-motion: reduce)");
const touch = matchMedia("(pointer: coarse)");

let transcript = new Transcript();
let waiting = false;
let typingSoon = 0;
/** @type {Recording | null} */
let recording = null;

// What the person does.

/**
 * Send what the person did, unless an answer is still awaited. Returns whether it was sent.
 * @param {{text?: string, data?: string, location?: object, file?: File}} what
 * @param {{said?: string, press?: Press}} how `said` is seen at once; what a press says is seen with its answer, since
 *   the answer may take the place of the button
 */
function send(what, { said, press } = {}) {
  if (waiting) return false;
  if (said) {
    log.append(draw(transcript.addSaid(said)));
    scrollToEnd();
  }
  transcript.setPending({ message: { message_id: newId(), language: currentLanguage(), ...what }, press: press ?? null });
  deliver();
  return true;
}

/** Deliver the message that has no answer yet; the same one when it is tried again. */
async function deliver() {
  const { message, press } = transcript.pending;
  startWaiting(word("typing"));
  try {
    const replies = await post(message);
    transcript.setPending(null);
    stopWaiting();
    followLanguage(message.data);
    show(replies, press);
  } catch (error) {
    stopWaiting();
    explain(error);
  }
}

/** @param {HTMLElement} button @param {string} data */
function press(button, data = button.dataset.press) {
  const turn = button.closest(".turn");
  const pressed = { label: button.dataset.label ?? button.textContent.trim(), source: turn ? Number(turn.dataset.key) : null };
  if (send({ data }, { press: pressed })) button.classList.add("pressed");
}

function shareLocation() {
  if (waiting) return;
  startWaiting(word("locating"));
  const found = ({ coords }) => {
    stopWaiting();
    send({ location: { latitude: coords.latitude, longitude: coords.longitude } }, { said: word("located") });
  };
  const missing = () => {
    stopWaiting();
    offer(word("noLocation"), word("fine"), () => text.focus());
  };
  if (navigator.geolocation) navigator.geolocation.getCurrentPosition(found, missing, LOCATE);
  else missing();
}

/** Send a photo or a voice note. @param {File} chosen */
async function sendFile(chosen) {
  if (waiting) return;
  const file = await prepared(chosen);
  if (file.size > LARGEST_BYTES) return offer(word("tooLarge"), word("fine"), () => more.focus());
  send({ file }, { said: file.type.startsWith("audio/") ? word("sentVoice") : word("sentPhoto") });
}

async function record() {
  if (waiting || recording) return;
  const second = (seconds) => (recordingBar.firstElementChild.textContent = saying("recording", { seconds }));
  try {
    recording = await Recording.begin(second, () => endRecording(true));
  } catch {
    return offer(word("noVoice"), word("fine"), () => text.focus());
  }
  recordingBar.hidden = false;
  document.getElementById("record-send").focus();
}

/** @param {boolean} wanted whether what was recorded is sent */
async function endRecording(wanted) {
  const ended = recording;
  recording = null;
  if (recordingBar.contains(document.activeElement)) more.focus();
  recordingBar.hidden = true;
  const file = await ended?.end();
  if (file && wanted) await sendFile(file);
}

/** @param {boolean} open */
function showThings(open) {
  if (!open && things.contains(document.activeElement)) more.focus();
  things.hidden = !open;
  more.setAttribute("aria-expanded", String(open));
  more.textContent = open ? "×" : "＋";
}

/** The buttons that set the language say so in the same words as the page's own switch. @param {string} [data] */
function followLanguage(data) {
  const chosen = { [languageButton.dataset.zh]: "zh-CN", [languageButton.dataset.en]: "en" }[data];
  if (!chosen) return;
  keep(LANGUAGE, chosen);
  speak(chosen);
  log.querySelector(".day").replaceWith(drawDay());
}

// What the person sees.

/** Draw the replies to what the person did. @param {Reply[]} replies @param {Press | null} press */
function show(replies, press) {
  const pressed = press && log.querySelector(`[data-key="${press.source}"]`);
  const hadFocus = pressed?.contains(document.activeElement) ?? false;
  const ticked = document.activeElement.matches("[role=checkbox]") ? nameOfBox(document.activeElement) : null;
  for (const turn of log.querySelectorAll(".current")) turn.classList.remove("current");
  if (replies[0]?.replace && pressed) {
    pressed.remove();
    transcript.remove(press.source);
  } else if (press) {
    log.append(draw(transcript.addSaid(press.label)));
  }
  const turns = replies.map((reply) => draw(transcript.addReply(reply)));
  for (const turn of turns) turn.classList.add("current", "fresh");
  log.append(...turns);
  if (replies.length) setLarge(replies.at(-1).large_text);
  if (hadFocus) (boxOf(turns, ticked) ?? turns[0])?.focus({ preventScroll: true });
  if (turns.length) reveal(turns);
}

/** Whoever ticks off one thing after another goes on where they were. @param {HTMLElement[]} turns @param {string | null} name */
function boxOf(turns, name) {
  const boxes = turns.flatMap((turn) => [...turn.querySelectorAll("[role=checkbox]")]);
  return boxes.find((box) => nameOfBox(box) === name);
}

/** @param {Element} box */
function nameOfBox(box) {
  return box.textContent.slice(1);
}

/** Draw a notice, once however often it comes, and give its receipt back. */
function showNotice({ id, receipt, replies }) {
  if (!transcript.hasNotice(id)) {
    const turns = replies.map((reply) => draw(transcript.addReply(reply, id)));
    for (const turn of turns) turn.classList.add("current", "fresh");
    log.append(...turns);
    if (turns.length) reveal(turns);
  }
  acknowledge(receipt);
}

/** @param {import("./transcript.js").Entry} entry */
function draw(entry) {
  const language = entry.language ?? currentLanguage(); // entries kept since before there was one have none
  const drawn =
    "said" in entry ? drawSaid(entry.said, language) : drawReply(entry.reply, entry.notice !== null, always, language);
  drawn.dataset.key = String(entry.key);
  return drawn;
}

/** Scroll so that what came is seen from its beginning. @param {HTMLElement[]} turns */
async function reveal(turns) {
  const [first, last] = [turns[0], turns.at(-1)];
  await pictured(turns);
  const height = last.getBoundingClientRect().bottom - first.getBoundingClientRect().top;
  const tall = height > Math.min(room.clientHeight, innerHeight);
  if (tall) first.scrollIntoView({ block: "start", behavior: pace() });
  else last.scrollIntoView({ block: "end", behavior: pace() });
}

/** Wait for pictures: they have no height before. @param {HTMLElement[]} turns */
async function pictured(turns) {
  const pictures = turns.flatMap((turn) => [...turn.querySelectorAll("img")]);
  await Promise.allSettled(pictures.map((picture) => picture.decode()));
}

function scrollToEnd() {
  end.scrollIntoView({ block: "end" });
}

function pace() {
  return gentle.matches ? "auto" : "smooth";
}

function startWaiting(words) {
  waiting = true;
  page.classList.add("waiting");
  trouble.hidden = true;
  typingSoon = setTimeout(() => {
    typing.lastElementChild.textContent = words;
    typing.hidden = false;
    scrollToEnd();
  }, TYPING_AFTER_MS);
}

function stopWaiting() {
  waiting = false;
  clearTimeout(typingSoon);
  page.classList.remove("waiting");
  typing.hidden = true;
  for (const pressed of document.querySelectorAll(".pressed")) pressed.classList.remove("pressed");
}

/** Say what went wrong, with a way on. @param {Error} error */
function explain(error) {
  if (error.why === "away" || error.why === "busy") return offer(word(error.why), word("again"), deliver);
  if (error.why === "unknown") return offer(error.title || word("unknown"), word("reopen"), () => location.reload());
  transcript.setPending(null);
  offer(error.title || word("refused"), word("fine"), () => text.focus());
  if (!error.why) throw error;
}

function offer(words, label, way) {
  const [sentence, button] = trouble.children;
  sentence.textContent = words;
  button.textContent = label;
  button.onclick = () => {
    // The button goes away; whoever came to it by the keyboard goes on from what was said last.
    if (trouble.contains(document.activeElement)) log.querySelector(".turn:last-of-type")?.focus({ preventScroll: true });
    trouble.hidden = true;
    way();
  };
  trouble.hidden = false;
  scrollToEnd();
}

function setLarge(large) {
  page.classList.toggle("large", large);
  text.dataset.placeholder = large ? "write" : "example"; // an example in large letters would not fit
  text.placeholder = word(text.dataset.placeholder);
  keep(LARGE, large ? "yes" : "no");
}

// What is remembered between visits.

function keep(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // Storage is forbidden: the next visit starts from the browser's own settings.
  }
}

function kept(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

// Beginning.

/** Draw what was said today; greet when nothing was; go on with what had no answer. */
function begin() {
  const drawn = transcript.entries.map(draw);
  log.replaceChildren(drawDay(), ...drawn);
  for (let last = drawn.length - 1; last >= 0 && drawn[last].matches(".turn"); last--) drawn[last].classList.add("current");
  pictured(drawn).then(scrollToEnd);
  if (transcript.pending && !transcript.pending.message) {
    transcript.setPending(null);
    offer(word("lost"), word("fine"), () => more.focus());
  } else if (transcript.pending) deliver();
  else if (payload) {
    send({ text: `/start ${payload}` });
    payload = "";
  } else if (!transcript.entries.length) send({ text: "/start" });
}

log.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if ("location" in button.dataset) shareLocation();
  else press(button);
});

const ending = new IntersectionObserver(([seen]) => (below.hidden = seen.isIntersecting), { root: room, rootMargin: "24px" });
ending.observe(end);

// What could be seen at the end stays in sight when the room gets lower: a keyboard opens, or what else one can send.
let height = room.clientHeight;
let large = page.classList.contains("large"); // larger letters lower the room too, and nothing was opened then
const lowering = new ResizeObserver(() => {
  const larger = page.classList.contains("large");
  if (room.clientHeight < height && larger === large && below.hidden) scrollToEnd();
  [height, large] = [room.clientHeight, larger];
});
lowering.observe(room);
below.addEventListener("click", () => room.scrollBy({ top: room.clientHeight * 0.8, behavior: pace() }));

document.querySelector(".ways").addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button) press(button);
});

languageButton.addEventListener("click", () => {
  press(languageButton, currentLanguage() === "en" ? languageButton.dataset.zh : languageButton.dataset.en);
});

document.getElementById("say").addEventListener("submit", (event) => {
  event.preventDefault();
  const said = text.value.trim();
  if (!said) return text.focus();
  if (!send({ text: said }, { said })) return;
  text.value = "";
  if (touch.matches) text.blur(); // so that the keyboard does not hide the answer
});

more.addEventListener("click", () => {
  showThings(things.hidden);
  // They stand before the button that shows them: whoever goes by the keyboard would look for them after it.
  if (!things.hidden) things.querySelector("button").focus();
});
things.addEventListener("keydown", (event) => {
  if (event.key === "Escape") showThings(false);
});
for (const [id, way] of [["photo", () => fileInput.click()], ["voice", record], ["where", shareLocation]]) {
  document.getElementById(id).addEventListener("click", () => {
    showThings(false);
    way();
  });
}
fileInput.addEventListener("change", () => {
  const [chosen] = fileInput.files;
  fileInput.value = "";
  if (chosen) sendFile(chosen);
});
document.getElementById("record-send").addEventListener("click", () => endRecording(true));
document.getElementById("record-drop").addEventListener("click", () => endRecording(false));

document.addEventListener("visibilitychange", () => {
  if (document.hidden || !transcript.isOver || waiting) return;
  transcript = new Transcript();
  begin();
});

// A link may say where to begin (/chat?start=meals, as posters do). A reload does not begin there again.
let payload = /^[\w-]{1,64}$/.exec(new URLSearchParams(location.search).get("start") ?? "")?.[0] ?? "";
if (payload) history.replaceState(null, "", location.pathname);

await enterFromTelegram();
setLarge(kept(LARGE) === "yes");
speak({ en: "en", "zh-CN": "zh-CN" }[kept(LANGUAGE)] ?? currentLanguage());
begin();
listen(showNotice);
