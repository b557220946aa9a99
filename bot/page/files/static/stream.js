// Holds the stream of notices open while the person is looking, and only then: what comes meanwhile stays owed.

const SILENCE_MS = 40_000;
const REOPEN_MS = [2_000, 5_000, 15_000, 30_000];

/**
 * @param {(notice: {id: string, receipt: string, replies: import("./draw.js").Reply[]}) => void} onNotice
 */
export function listen(onNotice) {
  /** @type {EventSource | null} */
  let source = null;
  let silence = 0;
  let reopening = 0;
  let failures = 0;

  function open() {
    close();
    if (document.hidden) return;
    source = new EventSource("events");
    source.addEventListener("beat", alive);
    source.addEventListener("notice", (event) => {
      alive();
      onNotice(JSON.parse(event.data));
    });
    // Another, newer page of this person took our place; we listen again when the person comes back to this one.
    source.addEventListener("bye", close);
    source.addEventListener("error", () => {
      // A broken line the browser mends by itself; a refused one it gives up, and we try again later.
      if (source?.readyState === EventSource.CLOSED) reopenLater();
    });
    silence = setTimeout(open, SILENCE_MS);
  }

  function alive() {
    failures = 0;
    clearTimeout(silence);
    silence = setTimeout(open, SILENCE_MS);
  }

  function reopenLater() {
    close();
    reopening = setTimeout(open, REOPEN_MS[Math.min(failures++, REOPEN_MS.length - 1)]);
  }

  function close() {
    clearTimeout(silence);
    clearTimeout(reopening);
    source?.close();
    source = null;
  }

  document.addEventListener("visibilitychange", open);
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", (event) => event.persisted && open());
  window.addEventListener("online", open);
  open();
}
