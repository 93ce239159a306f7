import { createHash } from 'node:crypto';
import { v7 } from 'uuid';
import type { PulledMessage } from '../data/pull-connectors';
import type { PulledItem } from '../pull/connector';
import { sha256 } from './verify-delivery';

/** By which an item is known again. */
export function itemKey({ id }: Pick<PulledItem, 'id'>): string {
  return createHash('sha256').update(id).digest('base64url');
}

/** An item as a message of its channel: what was asked of whom before what it said, so that one hash covers both. */
export function pulledMessage(item: PulledItem, host: string): PulledMessage {
  const key = itemKey(item);
  // Without what follows a question mark: it would be read as if it said something.
  const path = item.path.replaceAll(/[^\u0021-\u007e]|\?.*/g, '') || '/';
  const head = `GET ${path} HTTP/1.1\r\ncontent-type: application/json\r\nx-remote-address: ${host}\r\n\r\n`;
  const body = Buffer.from(head + item.json);
  return {
    key,
    rawReportId: v7(),
    body,
    bodySha256: sha256(body),
    envelope: { ping: null, mail: null, pull: { key } },
  };
}
