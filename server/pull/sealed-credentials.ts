import { type PullCredentials, pullCredentials } from '@/domain/pull/pull-settings';
import { openSecret, sealSecret } from '../auth/secret-box';

/** Encrypts what a connector signs in with, bound to its channel's id. */
export function sealCredentials(
  channelId: string,
  credentials: PullCredentials,
  key: Buffer,
): Uint8Array<ArrayBuffer> {
  return sealSecret(JSON.stringify(credentials), channelId, key);
}

/** null: it was sealed with another key, or for another channel. */
export function openCredentials(channelId: string, sealed: Uint8Array, key: Buffer): PullCredentials | null {
  try {
    return pullCredentials.parse(JSON.parse(openSecret(sealed, channelId, key)));
  } catch {
    return null;
  }
}
