// Photos and voice notes, made small enough to be sent over a telephone's network.

export const LARGEST_BYTES = 10 * 1024 * 1024;
const LONGEST_SIDE = 2048; // pixels; enough to read a sign, a tenth of what a telephone's camera makes
const QUALITY = 0.85;
const LONGEST_VOICE_S = 60;

/**
 * A photo as it is sent: turned upright, scaled down, without what the camera wrote into it. What the browser cannot read
 * is sent as it is.
 * @param {File} file
 * @returns {Promise<File>}
 */
export async function prepared(file) {
  if (!file.type.startsWith("image/")) return file;
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(bitmap.width * scale);
    canvas.height = Math.round(bitmap.height * scale);
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
    return blob ? new File([blob], "photo.jpg", { type: "image/jpeg" }) : file;
  } catch {
    return file;
  }
}

/** A voice note being recorded. */
export class Recording {
  #recorder;
  #chunks = [];
  #timer = 0;

  /**
   * Ask for the microphone and begin. Throws when there is none, or the person does not open it.
   * @param {(seconds: number) => void} onSecond @param {() => void} onFull
   */
  static async begin(onSecond, onFull) {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    return new Recording(stream, onSecond, onFull);
  }

  constructor(stream, onSecond, onFull) {
    this.#recorder = new MediaRecorder(stream);
    this.#recorder.ondataavailable = (event) => this.#chunks.push(event.data);
    this.#recorder.start(1000);
    let seconds = 0;
    onSecond(seconds);
    this.#timer = setInterval(() => {
      seconds += 1;
      onSecond(seconds);
      if (seconds >= LONGEST_VOICE_S) onFull();
    }, 1000);
  }

  /** End, and give what was recorded. @returns {Promise<File>} */
  async end() {
    clearInterval(this.#timer);
    const ended = new Promise((resolve) => (this.#recorder.onstop = resolve));
    if (this.#recorder.state !== "inactive") this.#recorder.stop();
    await ended;
    for (const track of this.#recorder.stream.getTracks()) track.stop();
    const type = this.#recorder.mimeType.split(";")[0] || "audio/webm";
    return new File(this.#chunks, `voice.${type.split("/")[1]}`, { type });
  }
}
