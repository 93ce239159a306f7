import { fromHex, joined, toHex } from './hex';
import type { Sha256 } from './merkle';

/** What an event's hash is over, beside the event before it. Hashes in hexadecimal. */
export interface EventLink {
  /** 1: the hash is that of the body alone, which names the event before. 2: link, client tag and body are hashed together. */
  readonly form: 1 | 2;
  readonly prev: string;
  readonly bodySha256: string;
  readonly clientTag: string;
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What the first event of an MSP's chain follows. */
export function genesisHash(sha256: Sha256, mspId: string): string {
  return toHex(sha256(utf8(`genesis:${mspId}`)));
}

/** Whose an event is, told only to those who know the client's id (null: the MSP's own). */
function clientTag(sha256: Sha256, clientId: string | null, prev: string): string {
  return toHex(sha256(utf8(`client:${clientId ?? ''}:${prev}`)));
}

/** The parts of an event's hash. `body`: the exact text; `form`, `clientId` and `prev` as it says. */
export function eventLink(
  sha256: Sha256,
  body: string,
  said: { readonly form: 1 | 2; readonly clientId: string | null; readonly prev: string },
): EventLink {
  return {
    form: said.form,
    prev: said.prev,
    bodySha256: toHex(sha256(utf8(body))),
    clientTag: clientTag(sha256, said.clientId, said.prev),
  };
}

/** The hash of an event; of form 2, SHA-256 over 0x02, the hash before, client tag and hash of the body, as `audit.append` makes it. */
export function eventHash(sha256: Sha256, link: EventLink): string {
  if (link.form === 1) return link.bodySha256;
  return toHex(
    sha256(
      joined(Uint8Array.of(0x02), fromHex(link.prev), fromHex(link.clientTag), fromHex(link.bodySha256)),
    ),
  );
}
