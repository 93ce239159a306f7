import type { WaysIn } from '@/domain/connect/lines';
import type { Config } from '../config';

/** Where messages of channels come in. */
export function waysIn({ ingestOrigin }: Pick<Config, 'ingestOrigin'>): WaysIn {
  return { ingestOrigin, mailDomain: new URL(ingestOrigin).hostname };
}
