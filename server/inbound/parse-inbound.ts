import { NOTHING_HEARD, hearJson, hearTexts, type Heard } from './parse-message';
import type { InboundReport, ReadText } from './inbound-report';
import { readMail } from './read-mail';
import { readRequest } from './read-request';

export const INBOUND_TYPES = ['message/rfc822', 'application/json', 'text/plain'] as const;
export type InboundType = (typeof INBOUND_TYPES)[number];

/** Every way in which a message says what it says. */
export interface InboundContent {
  readonly texts: readonly ReadText[];
  /** A request's body, and its form and its address as an object, where they are there. */
  readonly json: readonly unknown[];
  /** Whether its text is a JSON, spelled out. */
  readonly isJson: boolean;
}

const NOTHING_SAID: InboundContent = { texts: [], json: [], isJson: false };

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
  return hearContent(await readInbound(raw, type));
}

/** Decodes a message. Never throws: what cannot be decoded says nothing. */
export async function readInbound(raw: Uint8Array, type: InboundType): Promise<InboundContent> {
  try {
    if (type === 'message/rfc822') return { texts: await readMail(raw), json: [], isJson: false };
    const { text, json, isJson } = readRequest(raw);
    return { texts: [{ from: null, ...text }], json, isJson };
  } catch {
    return NOTHING_SAID;
  }
}

/** What the products' parsers make of a message. Never throws. */
export function hearContent({ texts, json }: InboundContent): Heard {
  try {
    const heard = [hearTexts(texts), ...json.map((one) => hearJson(one))].filter(
      ({ product }) => product !== null,
    );
    // what two products take is none's, whichever way it comes
    const [only, ...others] = heard;
    return only && others.length === 0 ? only : NOTHING_HEARD;
  } catch {
    return NOTHING_HEARD;
  }
}
