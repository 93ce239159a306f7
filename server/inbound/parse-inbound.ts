import { NOTHING_HEARD, hearJson, hearTexts, type Heard } from './parse-message';
import type { InboundReport } from './inbound-report';
import { readMail } from './read-mail';
import { readRequest } from './read-request';

export const INBOUND_TYPES = ['message/rfc822', 'application/json', 'text/plain'] as const;
export type InboundType = (typeof INBOUND_TYPES)[number];

/**
 * What a message of whatever kind reports. Never throws for what it is given: what cannot be read reports nothing.
 * `application/json` and `text/plain` are requests of webhooks, with their heads before their bodies where those matter (Kopia's title
 * is a header, pushes say all in their address).
 */
export async function parseInbound(raw: Uint8Array, type: InboundType): Promise<readonly InboundReport[]> {
  return (await hearInbound(raw, type)).reports;
}

/** What a message reports, and whose it is where it reports no run. */
export async function hearInbound(raw: Uint8Array, type: InboundType): Promise<Heard> {
  try {
    if (type === 'message/rfc822') return hearTexts(await readMail(raw));
    const { text, json } = readRequest(raw);
    const heard = [hearTexts([text]), ...json.map((one) => hearJson(one))].filter(
      ({ product }) => product !== null,
    );
    // what two products take is none's, whichever way it comes
    const [only, ...others] = heard;
    return only && others.length === 0 ? only : NOTHING_HEARD;
  } catch {
    return NOTHING_HEARD;
  }
}
