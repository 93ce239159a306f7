import { type TicketSettings, ticketSettings } from '@/domain/tickets/ticket-settings';
import { openSecret, sealSecret } from '../../auth/secret-box';

/** Encrypts all that a ticket system needs, bound to its channel's id. */
export function sealTicketSettings(
  channelId: string,
  settings: TicketSettings,
  key: Buffer,
): Uint8Array<ArrayBuffer> {
  return sealSecret(JSON.stringify(settings), channelId, key);
}

/** null: it was sealed with another key, or for another channel. */
export function openTicketSettings(
  channelId: string,
  sealed: Uint8Array,
  key: Buffer,
): TicketSettings | null {
  try {
    return ticketSettings.parse(JSON.parse(openSecret(sealed, channelId, key)));
  } catch {
    return null;
  }
}
