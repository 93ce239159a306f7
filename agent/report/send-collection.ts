import os from 'node:os';
import { AgentError, exitCode } from '@/agent/agent-error';
import type { AgentConfig } from '@/agent/config/agent-config';
import { deliver, type DeliveryResult } from '@/agent/delivery/deliver';
import { readDeliveryState } from '@/agent/delivery/delivery-state';
import { sendReport } from '@/agent/delivery/send-report';
import { openSpool, spoolReport, unspooledReport, type Spool } from '@/agent/delivery/spool';
import type { Places } from '@/agent/places';
import type { Collection } from '@/agent/report/collection';
import { makeReport, NOBODY_ID, type Speaker, type UnnumberedReport } from '@/agent/report/make-report';
import type { Enrolment } from '@/agent/state/enrolment';
import { isDiskTrouble } from '@/agent/state/state-file';

const TIME_LIMIT_SECONDS = 30;

/** A report that was made and kept, and what came of the delivery. */
export interface SentReport {
  /** null when it could not be kept and went out by itself. */
  sequence: number | null;
  delivery: DeliveryResult;
}

/**
 * Makes a report of what was found, keeps it in the spool, and delivers what waits there. When the disk cannot hold it,
 * it is sent at once.
 * @param stop lets go of the delivery; the report is kept before
 * @throws AgentError when the report could be neither kept nor delivered
 */
export async function sendCollection(
  places: Places,
  config: AgentConfig,
  enrolment: Enrolment,
  found: Collection,
  toolVersion: string | null,
  stop?: AbortSignal,
): Promise<SentReport> {
  const report = makeReport(found, toolVersion, speakerFor(enrolment, places.stateDir), new Date());
  const spool = openSpool(places.stateDir, places.spoolDir, config.spool);
  const sequence = await keepOrSend(enrolment, spool, report);
  const delivery = await deliver({
    enrolment,
    spool,
    isImpatient: false,
    timeLimitSeconds: TIME_LIMIT_SECONDS,
    ...(stop && { stop }),
  });
  return {
    sequence,
    delivery: { ...delivery, deliveredCount: delivery.deliveredCount + (sequence === null ? 1 : 0) },
  };
}

async function keepOrSend(
  enrolment: Enrolment,
  spool: Spool,
  report: UnnumberedReport,
): Promise<number | null> {
  try {
    return (await spoolReport(spool, report)).sequence;
  } catch (error) {
    if (!isDiskTrouble(error)) throw error;
    await sendAtOnce(enrolment, report, error);
    return null;
  }
}

async function sendAtOnce(enrolment: Enrolment, report: UnnumberedReport, trouble: unknown): Promise<void> {
  const reason = trouble instanceof Error ? trouble.message : String(trouble);
  const { bytes, ...named } = unspooledReport(report, reason);
  const outcome = await sendReport(enrolment, named, bytes, AbortSignal.timeout(TIME_LIMIT_SECONDS * 1000));
  if (outcome.kind === 'kept') return;
  throw new AgentError(
    exitCode.failure,
    `The report is lost: it could not be kept (${reason}), nor delivered (${outcome.reason})`,
    'Make room on the disk, or give HOLDFAST_SPOOL_DIR a folder that can be written to.',
    { cause: trouble },
  );
}

/** Whom a report is from; without an enrolment it is nobody's, for looking at only. */
export function speakerFor(enrolment: Enrolment | null, stateDir: string): Speaker {
  if (!enrolment) return { id: NOBODY_ID, name: os.hostname(), clockOffsetMilliseconds: null };
  return {
    id: enrolment.agent_id,
    name: enrolment.agent_name,
    clockOffsetMilliseconds: readDeliveryState(stateDir).clock_offset_ms,
  };
}
