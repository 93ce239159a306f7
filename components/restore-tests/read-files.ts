/** A file as a record's form sends it. */
export interface SentFile {
  readonly name: string;
  /** base64 */
  readonly content: string;
  readonly capturedAt: string | null;
  readonly origin: null;
}

/** Reads chosen files; when each was last changed stands for when it was captured. */
export async function readFiles(files: readonly File[]): Promise<SentFile[]> {
  return Promise.all(
    files.map(async (file) => ({
      name: file.name,
      content: base64(new Uint8Array(await file.arrayBuffer())),
      capturedAt: file.lastModified > 0 ? new Date(file.lastModified).toISOString() : null,
      origin: null,
    })),
  );
}

/** As many bytes as a function can be called with. */
const PIECE = 32_768;

function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += PIECE)
    text += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  return btoa(text);
}
