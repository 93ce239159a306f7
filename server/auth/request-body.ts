import type { z } from 'zod';
import { AppError } from '../errors';

/**
 * The JSON body of a request, parsed.
 * @throws AppError `unsupported-media-type`, `too-large`, or `invalid-request` with the wrong fields by name
 */
export async function readJson<T>(request: Request, schema: z.ZodType<T>, bytesMax: number): Promise<T> {
  checkMediaType(request, 'application/json');
  const text = await readText(request, bytesMax);
  const parsed = schema.safeParse(toJson(text));
  if (parsed.success) return parsed.data;
  throw new AppError('invalid-request', 'Some of what was sent is not as it must be.', {
    fields: fieldComplaints(parsed.error),
  });
}

/**
 * The body of a plain form, still encoded.
 * @throws AppError `unsupported-media-type`, `too-large`
 */
export async function readForm(request: Request, bytesMax: number): Promise<string> {
  checkMediaType(request, 'application/x-www-form-urlencoded');
  return readText(request, bytesMax);
}

/** First complaint of each field, by dotted path. */
function fieldComplaints(error: z.ZodError): Record<string, string> {
  const complaints: Record<string, string> = {};
  for (const issue of error.issues) complaints[issue.path.join('.') || 'body'] ??= issue.message;
  return complaints;
}

function checkMediaType(request: Request, wanted: string): void {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== wanted) throw new AppError('unsupported-media-type', `Send ${wanted}.`);
}

/**
 * The bytes of a file that is sent as it is.
 * @throws AppError `unsupported-media-type`, `too-large`
 */
export async function readBytes(request: Request, bytesMax: number): Promise<Buffer<ArrayBuffer>> {
  checkMediaType(request, 'application/octet-stream');
  return readAll(request, bytesMax);
}

async function readText(request: Request, bytesMax: number): Promise<string> {
  return (await readAll(request, bytesMax)).toString('utf8');
}

/** All of a body. @throws AppError `too-large` */
export async function readAll(request: Request, bytesMax: number): Promise<Buffer<ArrayBuffer>> {
  if (Number(request.headers.get('content-length') ?? 0) > bytesMax) throw tooLarge(bytesMax);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > bytesMax) throw tooLarge(bytesMax);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLarge(bytesMax: number): AppError {
  return new AppError('too-large', `At most ${bytesMax} bytes can be sent here.`);
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new AppError('invalid-request', 'The body is not JSON.');
  }
}
