import type { WaysIn } from '@/domain/connect/lines';
import type { Config } from '../config';

/** Where messages of channels come in. */
export function waysIn({ ingestOrigin, mailDomain }: Pick<Config, 'ingestOrigin' | 'mailDomain'>): WaysIn {
  return { ingestOrigin, mailDomain: mailDomain ?? new URL(ingestOrigin).hostname };
}
