/** Ways by which messages reach an installation over HTTP, each tried by asking for what nobody has. */
export const TRIED_WAYS = ['agent', 'ping', 'webhook', 'mail'] as const;
export type TriedWay = (typeof TRIED_WAYS)[number];

/** An address that nobody is given: a ping's is a UUID of version 4, others are random letters. */
const NOBODYS: Readonly<Record<TriedWay, string>> = {
  agent: '/v1/reports',
  ping: '/ping/00000000-0000-0000-0000-000000000000/log',
  webhook: '/hook/aaaaaaaaaaaaaaaaaaaaaaaaaa',
  mail: '/mail/aaaaaaaaaaaaaaaaaaaaaaaaaa',
};

/** Where a way is tried, without the origin: nothing that is kept comes of it, and nothing is heard by it. */
export function triedPath(way: TriedWay): string {
  return NOBODYS[way];
}

/** Whether an answer is that of our ingestion to somebody whom it does not know, and of nothing in between. */
export function isOwnRefusal(way: TriedWay, status: number, text: string): boolean {
  if (status === 429) return text.includes('Too many');
  if (way === 'agent') return [400, 401].includes(status) && text.includes('"code"');
  if (way === 'ping') return status === 404 && text.trim() === 'not found';
  return status === 404 && text.includes('Nobody has this address.');
}
