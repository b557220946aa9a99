// What the page itself says; everything else is said by the conversation.

/** @typedef {"zh-CN" | "en"} Language */

const WORDS = {
  "zh-CN": {
    log: "对话",
    ways: "常用",
    home: "首页",
    bookings: "我的预约",
    human: "找人帮忙",
    say: "您想说什么",
    example: "比如：明天午饭",
    write: "请打字",
    send: "发送",
    other: "English",
    typing: "正在查，请稍等…",
    locating: "正在取位置…",
    choices: "可以选择",
    location: "📍 发送我的位置",
    located: "📍 我的位置",
    noLocation: "没有取到位置。不要紧，直接输入小区或路名就行。",
    map: "🗺️ 在地图上看",
    newTab: "（在新窗口打开）",
    ticket: "预约凭证",
    show: "到了请出示",
    away: "网络好像断了，您的话还没有送到。内容还在，不用重新输入。",
    busy: "现在有点忙，还没有回应。内容还在，不用重新输入。",
    again: "再试一次",
    unknown: "需要重新打开本页，请允许浏览器保存 Cookie。",
    reopen: "重新打开",
    refused: "这句话没有办成，请换个说法，或点下面的“找人帮忙”。",
    fine: "知道了",
    notice: "通知",
    more: "照片、录音、位置",
    things: "发送",
    photo: "照片",
    voice: "录音",
    where: "位置",
    recording: "正在录音：{seconds} 秒，最长 60 秒",
    sendVoice: "✅ 发送录音",
    dropVoice: "不发了",
    sentPhoto: "📷 照片",
    sentVoice: "🎤 录音",
    noVoice: "没有打开麦克风。不要紧，打字也行。",
    tooLarge: "文件太大了，请换一个 10 兆以内的。",
    qr: "预约的二维码",
    save: "⬇️ 保存 {name}",
    lost: "上次的照片或录音没有送到，请再发一次。",
  },
  en: {
    log: "Conversation",
    ways: "Always here",
    home: "Home",
    bookings: "Bookings",
    human: "A person",
    say: "What would you like to say",
    example: "e.g. lunch",
    write: "Write",
    send: "Send",
    other: "中文",
    typing: "Looking, one moment…",
    locating: "Finding where you are…",
    choices: "Choices",
    location: "📍 Send my location",
    located: "📍 My location",
    noLocation: "We could not get your location. Never mind: type your street or estate instead.",
    map: "🗺️ See it on a map",
    newTab: " (opens in a new window)",
    ticket: "Booking ticket",
    show: "Show this at the door",
    away: "The network seems to be down, and your message did not get through. It is kept; no need to type it again.",
    busy: "We are a little busy and have not answered yet. Your message is kept; no need to type it again.",
    again: "Try again",
    unknown: "Please reopen this page and allow your browser to keep cookies.",
    reopen: "Reopen",
    refused: "That did not work. Please say it another way, or tap “A person” below.",
    fine: "All right",
    notice: "Notice",
    more: "Photo, voice, place",
    things: "Send",
    photo: "Photo",
    voice: "Voice",
    where: "Place",
    recording: "Recording: {seconds} s, 60 at most",
    sendVoice: "✅ Send it",
    dropVoice: "Do not send",
    sentPhoto: "📷 A photo",
    sentVoice: "🎤 A voice note",
    noVoice: "The microphone is not open. Never mind: you can type.",
    tooLarge: "That file is too large. Please choose one under 10 MB.",
    qr: "The booking's QR code",
    save: "⬇️ Save {name}",
    lost: "Your last photo or voice note did not get through. Please send it again.",
  },
};

/** @typedef {keyof typeof WORDS.en} Word */

/** @type {Language} */
let language = document.documentElement.lang === "en" ? "en" : "zh-CN";

/** @returns {Language} */
export function currentLanguage() {
  return language;
}

/** @param {Word} name */
export function word(name) {
  return WORDS[language][name];
}

/** A sentence of the page with its {placeholders} filled. @param {Word} name @param {Record<string, string | number>} values */
export function said(name, values) {
  return word(name).replace(/\{(\w+)\}/g, (_, key) => String(values[key]));
}

/**
 * Speak this language from now on, also in what is already on the page.
 * @param {Language} wanted
 */
export function speak(wanted) {
  language = wanted;
  document.documentElement.lang = wanted;
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = word(element.dataset.word);
  for (const element of document.querySelectorAll("[data-label]")) element.setAttribute("aria-label", word(element.dataset.label));
  for (const element of document.querySelectorAll("[data-placeholder]")) element.placeholder = word(element.dataset.placeholder);
  const other = document.getElementById("language");
  other.textContent = word("other");
  other.lang = wanted === "en" ? "zh-CN" : "en";
}

/** Today's date as people say it. */
export function todayInWords() {
  return new Intl.DateTimeFormat(language, { month: "long", day: "numeric", weekday: "long" }).format(new Date());
}
