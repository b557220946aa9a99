// Opened within Telegram: its signed word on who that is stands behind the # of the address.

/**
 * Hand Telegram's word to the server, which answers it with a cookie. It is as good as a password, so it does not stay in
 * the address. Without it, or when it is not believed, the page is that of any browser.
 */
export async function enterFromTelegram() {
  const initData = new URLSearchParams(location.hash.slice(1)).get("tgWebAppData");
  if (!initData) return;
  history.replaceState(null, "", location.pathname + location.search);
  try {
    await fetch("telegram", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ init_data: initData }),
    });
  } catch {
    // The server is away: the first message says so, and offers another try.
  }
}
