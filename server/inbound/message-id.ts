import { createHash } from 'node:crypto';

const HEAD_BYTES_MAX = 256 * 1024;

/**
 * What a message is called, so that one that comes twice is one: a mail by its Message-ID and Date, which every way that it takes
 * leaves alone, a request by the hash of what it says, whoever it came through. At most 80 characters.
 */
export function messageId(raw: Uint8Array, kind: 'mail' | 'webhook'): string {
  const head = kind === 'mail' ? headOf(raw) : '';
  const id = /^message-id:\s*(<[^<>\s]{1,500}>)/im.exec(head)?.[1];
  // a device that uses one id for all its mails is not silent from its second one on
  const date = /^date:[ \t]*(.{0,100})/im.exec(head)?.[1]?.trim() ?? '';
  const hash = createHash('sha256')
    .update(id === undefined ? saidIn(raw, kind) : `${id} ${date}`)
    .digest('hex');
  return `${kind}:${hash}`;
}

/** Lines of a kept request that tell of its way: sent again, it may come by another. */
const WAY = /^(?:user-agent|x-remote-address):.*\r\n/gim;

function saidIn(raw: Uint8Array, kind: 'mail' | 'webhook'): Uint8Array {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  const end = bytes.indexOf('\r\n\r\n');
  if (kind === 'mail' || end < 0) return raw;
  const head = bytes
    .subarray(0, end + 2)
    .toString('latin1')
    .replaceAll(WAY, '');
  return Buffer.concat([Buffer.from(head, 'latin1'), bytes.subarray(end + 2)]);
}

function headOf(raw: Uint8Array): string {
  const text = Buffer.from(raw.subarray(0, HEAD_BYTES_MAX)).toString('latin1');
  return text.split(/\r?\n\r?\n/, 1)[0] ?? '';
}
