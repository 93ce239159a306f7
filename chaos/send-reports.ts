import { createHash } from 'node:crypto';
import type fs from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import {
  headersOf,
  nightOf,
  reportDelivery,
  reportOf,
  type SampleAgent,
} from '@/ingest/testing/sample-agent';
import type { RawDelivery } from '@/server/services/verify-delivery';
import type { Chance } from './chance';
import type { Pace } from './pace';

/**
 * One machine's spool: sends `count` reports until each is acknowledged, every tenth twice and every tenth later than the
 * next. Every sending and every acknowledgement is written to the ledger.
 */
export async function sendReports(
  url: string,
  agent: SampleAgent,
  count: number,
  ledger: fs.WriteStream,
  pace: Pace,
  chance: Chance,
): Promise<void> {
  const held: number[] = [];
  for (let sequence = 1; sequence <= count; sequence++) {
    await pace.maySend((sequence - 1) / count);
    if (chance() < 0.1 && sequence < count) {
      held.push(sequence);
      continue;
    }
    await sendUntilAcked(url, agent, sequence, ledger, pace, chance);
    if (held.length > 0 && chance() < 0.5)
      await sendUntilAcked(url, agent, held.shift() ?? 0, ledger, pace, chance);
  }
  for (const sequence of held) await sendUntilAcked(url, agent, sequence, ledger, pace, chance);
}

async function sendUntilAcked(
  url: string,
  agent: SampleAgent,
  sequence: number,
  ledger: fs.WriteStream,
  pace: Pace,
  chance: Chance,
): Promise<void> {
  const at = new Date(Date.now() - 3_600_000 - (5000 - sequence) * 1000);
  const night = nightOf(agent, at, {
    repositoryKey: `repository-of-${agent.hostname}`,
    location: 's3:https://s3.eu-central-1.amazonaws.com/chaos',
    run: `run-${agent.agentId}-${sequence}`,
  });
  const report = reportOf(agent, sequence, { ...night, scope: { complete_for: [] } });
  const times = chance() < 0.1 ? 2 : 1;
  for (let time = 0; time < times; time++) {
    for (;;) {
      const delivery = reportDelivery(agent, report);
      note(ledger, agent, delivery, 'sent');
      if (await isAcked(url, delivery)) break;
      pace.demandTime();
      await pause(50 + chance() * 200);
    }
    note(ledger, agent, reportDelivery(agent, report), 'acked');
  }
  pace.wasAcked();
}

/** Only a 202 that names these very bytes counts; a lost answer does not. */
async function isAcked(url: string, delivery: RawDelivery): Promise<boolean> {
  try {
    const response = await fetch(`${url}/v1/reports`, {
      method: 'POST',
      headers: headersOf(delivery),
      body: new Uint8Array(delivery.body),
      signal: AbortSignal.timeout(10_000),
    });
    const answer = (await response.json()) as { body_sha256?: string; sequence?: number };
    return response.status === 202 && answer.body_sha256 === hashOf(delivery);
  } catch {
    return false;
  }
}

const hashOf = (delivery: RawDelivery): string => createHash('sha256').update(delivery.body).digest('hex');

function note(
  ledger: fs.WriteStream,
  agent: SampleAgent,
  delivery: RawDelivery,
  what: 'sent' | 'acked',
): void {
  ledger.write(`${agent.agentId} ${agent.epoch} ${delivery.sequence} ${hashOf(delivery)} ${what}\n`);
}
