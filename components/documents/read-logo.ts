import { LOGO_BYTES_MAX } from '@/domain/report/document';
import { sizeWords } from '@/domain/report/words';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const SIDE_MAX = 2000;

/** A chosen logo as a data address, or what is wrong with it, in words. The server looks once more. */
export async function readLogo(file: File): Promise<{ logo: string } | { problem: string }> {
  if (file.size === 0) return { problem: 'The file is empty.' };
  if (file.size > LOGO_BYTES_MAX)
    return { problem: `The logo is too large: it has ${sizeWords(file.size)}, and 200 kB are the most.` };
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (SIGNATURE.some((byte, at) => bytes[at] !== byte))
    return { problem: `“${file.name}” is no PNG, whatever it is called. Save the logo as a PNG.` };
  const blob = new Blob([bytes], { type: 'image/png' });
  try {
    const { width, height } = await createImageBitmap(blob);
    if (width > SIDE_MAX || height > SIDE_MAX)
      return {
        problem: `The logo is ${width} × ${height} pixels; ${SIDE_MAX} × ${SIDE_MAX} are the most.`,
      };
  } catch {
    return { problem: 'The file is damaged: no picture can be read from it. Save the logo anew.' };
  }
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return { logo: `data:image/png;base64,${btoa(text)}` };
}
