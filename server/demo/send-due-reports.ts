import { DAY, HOUR, type Instant } from '@/domain/time/instant';
import { sha256 } from '../services/verify-delivery';
import { openCalendar, type DemoTimes } from './calendar';
import { reportBytes, signDelivery, type DemoAgent, type DemoProgress } from './demo-agent';
import { type DemoInstallation, readInstallation, readProgress, writeProgress } from './demo-files';
import { postPing, postReport } from './post-report';
import { DUMP_WRITTEN } from './demo-channels';
import type { DemoClient, DemoMsp } from './story';

/** Has the demo's agents report, really over HTTP, what is due and has not been delivered yet. */
export interface DemoSender {
  /**
   * Delivers everything that is due at `now`, each agent's oldest first; answers how many reports that were. It may be
   * killed at any moment: a report that was sent but not noted is sent again, the same to the byte, and kept once.
   * @throws Error when some could not be delivered; the other agents' were
   */
  sendDue(now: Instant): Promise<number>;
}

/** How much a machine's spool would have kept while the server was away. */
const BACKLOG_DAYS_MAX = 35;
/** A ping says when by its arrival: one of a night that is long over would tell of another night. */
const PING_AFTER_MS_MAX = HOUR;
/** How far to look for an agent's next slot. */
const AHEAD_DAYS = 2;

interface Reporter {
  readonly agent: DemoAgent;
  readonly client: DemoClient;
  /** Addresses that scripts of its machine ping when a night is over. */
  readonly nightlyPings: readonly string[];
  /** Until then there is nothing to do. */
  nextAt: Instant;
}

/** @param cast whose clients' agents report; in a data folder that holds no demo nobody does */
export function createDemoSender(
  { dataDir, ingestUrl }: { dataDir: string; ingestUrl: string },
  cast: readonly DemoMsp[],
): DemoSender {
  const installation = readInstallation(dataDir);
  const progress = readProgress(dataDir);
  const reporters = installation ? reportersOf(installation, cast) : [];

  async function sendDueOf(reporter: Reporter, times: DemoTimes, now: Instant): Promise<number> {
    if (reporter.nextAt > now) return 0;
    const { agent, client } = reporter;
    const calendar = openCalendar(client, times, now + AHEAD_DAYS * DAY);
    let sent = 0;
    for (const slot of calendar.slots) {
      const last = progress.get(agent.agentId) ?? NOTHING_YET;
      if (slot.sequence <= last.sequence) continue;
      reporter.nextAt = slot.at;
      if (slot.at > now) return sent;
      const body = reportBytes(agent, calendar, slot, last.bodySha256);
      if (slot.at > now - BACKLOG_DAYS_MAX * DAY) {
        const at = Date.now();
        const delivery = signDelivery(agent, slot.sequence, body, { sentAt: at, receivedAt: at });
        if ((await postReport(ingestUrl, delivery)) === 'refused') break;
        sent++;
        if (slot.isNight && slot.at > now - PING_AFTER_MS_MAX)
          for (const address of reporter.nightlyPings) await postPing(ingestUrl, address, DUMP_WRITTEN);
      }
      progress.set(agent.agentId, { sequence: slot.sequence, bodySha256: sha256(body).toString('hex') });
      writeProgress(dataDir, progress);
    }
    // No slot in sight, or a technician revoked the agent: look again another day.
    reporter.nextAt = now + DAY;
    return sent;
  }

  return {
    sendDue: async (now) => {
      if (!installation) return 0;
      const sendings = await Promise.allSettled(
        reporters.map((reporter) => sendDueOf(reporter, installation, now)),
      );
      const failed = sendings.find((sending) => sending.status === 'rejected');
      if (failed) throw new Error('reports of the demo could not be delivered', { cause: failed.reason });
      return sendings.reduce((sum, one) => sum + (one.status === 'fulfilled' ? one.value : 0), 0);
    },
  };
}

const NOTHING_YET: DemoProgress = { sequence: 0, bodySha256: null };

function reportersOf(
  { agents, nightlyPings }: Pick<DemoInstallation, 'agents' | 'nightlyPings'>,
  cast: readonly DemoMsp[],
): Reporter[] {
  return agents.flatMap((agent) => {
    const client = cast
      .find((msp) => msp.name === agent.mspName)
      ?.clients.find((one) => one.name === agent.clientName);
    const pings = nightlyPings.filter(({ agentId }) => agentId === agent.agentId);
    return client ? [{ agent, client, nightlyPings: pings.map(({ address }) => address), nextAt: 0 }] : [];
  });
}
