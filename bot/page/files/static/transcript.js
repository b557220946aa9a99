// What was said today in this tab. Kept in the tab's session storage, so that a reload loses nothing.

import { currentLanguage } from "./words.js";

/**
 * @typedef {import("./draw.js").Reply} Reply
 * @typedef {import("./words.js").Language} Language
 * @typedef {{key: number, language: Language, said: string}
 *   | {key: number, language: Language, reply: Reply, notice: string | null}} Entry
 * @typedef {{message: object, press: {label: string, source: number | null} | null}} Pending a message that has no answer
 *   yet, and the press that sent it
 */

const STORE = "lastmetre.transcript";
const LONGEST = 80;

export class Transcript {
  constructor() {
    const today = new Date().toDateString();
    const kept = recall();
    this.day = today;
    /** @type {Entry[]} */
    this.entries = kept?.day === today ? kept.entries : [];
    /** @type {Pending | null} */
    this.pending = kept?.day === today ? kept.pending : null;
    this.nextKey = this.entries.reduce((next, entry) => Math.max(next, entry.key + 1), 1);
  }

  /** Whether the day has ended since this transcript began. */
  get isOver() {
    return new Date().toDateString() !== this.day;
  }

  /** @param {string} text @returns {Entry} */
  addSaid(text) {
    return this.#add({ key: this.nextKey++, language: currentLanguage(), said: text });
  }

  /** @param {Reply} reply @param {string | null} notice @returns {Entry} */
  addReply(reply, notice = null) {
    return this.#add({ key: this.nextKey++, language: currentLanguage(), reply, notice });
  }

  /** @param {number} key */
  remove(key) {
    this.entries = this.entries.filter((entry) => entry.key !== key);
    this.save();
  }

  /** Whether this notice was shown before. @param {string} id */
  hasNotice(id) {
    return this.entries.some((entry) => entry.notice === id);
  }

  /** @param {Pending | null} pending */
  setPending(pending) {
    this.pending = pending;
    this.save();
  }

  save() {
    try {
      sessionStorage.setItem(STORE, JSON.stringify({ day: this.day, entries: this.entries, pending: this.#storable() }));
    } catch {
      // Storage is full or forbidden: the conversation goes on, only a reload would forget it.
    }
  }

  /** A file cannot be kept: of its message only that it was there. */
  #storable() {
    const lost = this.pending?.message.file !== undefined;
    return lost ? { message: null, press: null } : this.pending;
  }

  #add(entry) {
    this.entries.push(entry);
    this.entries = this.entries.slice(-LONGEST);
    this.save();
    return entry;
  }
}

function recall() {
  try {
    return JSON.parse(sessionStorage.getItem(STORE));
  } catch {
    return null;
  }
}
