// Draws what the conversation says. Text is always set as text, never as HTML.

import { said, todayInWords, word } from "./words.js";

/**
 * @typedef {import("./words.js").Language} Language
 * @typedef {{label: string, data: string | null, url: string | null, detail: string[]}} Button
 * @typedef {{name: string, address: string, latitude: number, longitude: number}} Place
 * @typedef {{code: string, title: string, lines: string[], qr?: string | null}} Ticket
 * @typedef {{url: string, alt: string}} Picture
 * @typedef {{url: string, name: string}} Document
 * @typedef {{text: string, rows: Button[][], place: Place | null, ticket: Ticket | null, picture?: Picture | null,
 *            document?: Document | null, ask_location: boolean, replace: boolean, large_text: boolean}} Reply
 */

// Telephone numbers as they are written in China: area code and number, mobile, 400 service, the government's hotline.
const PHONE = /(?<![\d-])(0\d{2,3}[- ]?\d{7,8}|1[3-9]\d{9}|400[- ]?\d{3}[- ]?\d{4}|12345)(?![\d-])/g;
// Between the hours of a time, and between a number and its unit, so that no line breaks there.
const HOURS = /(?<=\d)–(?=\d)/g;
const UNIT = /(?<=\d) (?=\p{Script=Han})/gu;
// What is Chinese within English: names of places and services.
const CHINESE = /(\p{Script=Han}(?:[^\p{Script=Latin}\n]*\p{Script=Han})?[）”]?)/u;
const BOX = /^[☐☑](?= )/u;
const SAFE_LINK = /^(https?|tel|geo|mailto):/i;

/**
 * @param {string} tag
 * @param {Record<string, string>} attributes
 * @param {...(Node | string)} children
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** The line that opens a day. */
export function drawDay() {
  return element("p", { class: "day" }, todayInWords());
}

/** What the person said. @param {string} text @param {Language} language */
export function drawSaid(text, language) {
  const drawn = element("div", { class: "said", lang: language }, element("div", { class: "bubble" }, element("p", {}, text)));
  return named(drawn, language);
}

/**
 * One reply: its words, its ticket, its place, and what can be pressed.
 * @param {Reply} reply
 * @param {boolean} notice whether it came by itself
 * @param {Set<string>} always what can always be pressed on this page: buttons that only repeat it are left out
 * @param {Language} language the one it was said in
 */
export function drawReply(reply, notice, always, language) {
  const turn = element("section", { class: notice ? "turn notice" : "turn", tabindex: "-1", lang: language });
  if (notice) turn.setAttribute("aria-label", word("notice"));
  if (reply.text) turn.append(drawWords(reply.text));
  if (reply.ticket) turn.append(drawTicket(reply.ticket));
  if (reply.picture) turn.append(element("img", { class: "picture", src: reply.picture.url, alt: reply.picture.alt }));
  if (reply.document) turn.append(drawDocument(reply.document));
  if (reply.place) turn.append(drawPlace(reply.place));
  const rows = reply.rows
    .map((row) => row.filter((button) => (button.data ? !always.has(button.data) : SAFE_LINK.test(button.url ?? ""))))
    .filter((row) => row.length);
  if (rows.length || reply.ask_location) turn.append(drawChoices(rows, reply.ask_location));
  return named(turn, language);
}

/**
 * The same, with the Chinese names within English marked, so that a voice reads them in their own language.
 * @template {HTMLElement} T @param {T} drawn @param {Language} language @returns {T}
 */
function named(drawn, language) {
  if (language !== "en") return drawn;
  const walker = document.createTreeWalker(drawn, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) texts.push(walker.currentNode);
  for (const text of texts) {
    const parts = text.data.split(CHINESE);
    if (parts.length > 1) text.replaceWith(...parts.map((part, at) => (at % 2 ? element("span", { lang: "zh-CN" }, part) : part)));
  }
  return drawn;
}

/** Words in paragraphs, which blank lines part. @param {string} words */
function drawWords(words) {
  const paragraphs = words.split(/\n{2,}/).map((paragraph) => element("p", {}, ...withPhones(paragraph)));
  return element("div", { class: "bubble" }, ...paragraphs);
}

/** @param {Button[][]} rows @param {boolean} askLocation */
function drawChoices(rows, askLocation) {
  const choices = element("div", { class: "choices", role: "group", "aria-label": word("choices") });
  if (askLocation) {
    const share = element("button", { class: "choice", type: "button", "data-location": "" }, word("location"));
    choices.append(element("div", { class: "row" }, share));
  }
  for (const row of rows) choices.append(element("div", { class: "row" }, ...row.map(drawButton)));
  return choices;
}

/** @param {Button} button */
function drawButton(button) {
  if (button.url) return drawLink(button.label, button.url);
  const [first, ...others] = button.detail ?? []; // replies kept since before there were details have none
  if (!first) return drawPlain(button);
  const does = { class: "choice detailed", type: "button", "data-press": button.data, "data-label": button.label };
  return element("button", does, ...[first, ...others].map((line) => element("span", {}, together(line))));
}

/**
 * A button with a label alone, in one element, since a button lays out each of its own apart. One that ticks something off
 * is a box to those who listen.
 * @param {Button} button
 */
function drawPlain({ label, data }) {
  const does = { class: "choice", type: "button", "data-press": data };
  const [box] = BOX.exec(label) ?? [];
  if (!box) return element("button", does, element("span", {}, together(label)));
  const ticked = { ...does, role: "checkbox", "aria-checked": String(box === "☑") };
  const name = together(label.slice(box.length));
  return element("button", ticked, element("span", {}, element("span", { "aria-hidden": "true" }, box), name));
}

/** Text whose times and measures stay on one line. @param {string} text */
function together(text) {
  return text.replace(HOURS, "\u2060–\u2060").replace(UNIT, "\u00a0");
}

/** A link as a button; what leads to another page opens beside this one. @param {string} label @param {string} url */
function drawLink(label, url) {
  if (!/^https?:/i.test(url)) return element("a", { class: "choice", href: url }, label);
  const where = { class: "choice", href: url, target: "_blank", rel: "noopener noreferrer" };
  return element("a", where, label, element("span", { class: "unseen" }, word("newTab")));
}

/** @param {Ticket} ticket */
function drawTicket(ticket) {
  const spelled = [...ticket.code].join(" ");
  return element(
    "article",
    { class: "ticket", "aria-label": word("ticket") },
    element("p", { class: "ticket-head" }, ticket.title),
    element(
      "p",
      { class: "ticket-code" },
      element("small", {}, word("show")),
      element("strong", { "aria-hidden": "true" }, ticket.code),
      element("span", { class: "unseen" }, spelled),
    ),
    ...(ticket.qr ? [element("img", { class: "ticket-qr", src: ticket.qr, alt: word("qr") })] : []),
    element("ul", {}, ...ticket.lines.map((line) => element("li", {}, ...withPhones(line)))),
  );
}

/** A file to keep. Browsers save what lies in the page's own memory; few save a `data:` address. @param {Document} file */
function drawDocument(file) {
  const label = said("save", { name: file.name });
  return element("a", { class: "choice current", href: URL.createObjectURL(blobOf(file.url)), download: file.name }, label);
}

/** @param {string} url a `data:` address in base64 */
function blobOf(url) {
  const [, type, content] = /^data:([^;,]+);base64,(.*)$/s.exec(url) ?? ["", "application/octet-stream", ""];
  return new Blob([Uint8Array.from(atob(content), (sign) => sign.charCodeAt(0))], { type });
}

/** @param {Place} place */
function drawPlace(place) {
  const map = new URL("https://uri.amap.com/marker");
  map.searchParams.set("position", `${place.longitude},${place.latitude}`);
  map.searchParams.set("name", place.name);
  map.searchParams.set("coordinate", "wgs84");
  map.searchParams.set("callnative", "1");
  return element(
    "div",
    { class: "place" },
    element("p", { class: "place-name" }, `📍 ${place.name}`),
    element("p", {}, place.address),
    drawLink(word("map"), map.href),
  );
}

/** Text with its telephone numbers made into links, so that a tap calls. @param {string} text */
function withPhones(text) {
  return text.split(PHONE).map((part, index) =>
    index % 2
      ? element("a", { class: "call", href: `tel:${part.replace(/[- ]/g, "")}` }, part)
      : together(part),
  );
}
