import os from 'node:os';
import type { AgentConfig } from '@/agent/config/agent-config';
import { deliver, type DeliveryResult } from '@/agent/delivery/deliver';
import { readDeliveryState } from '@/agent/delivery/delivery-state';
import { openSpool, spoolReport, type SpooledReport } from '@/agent/delivery/spool';
import type { Places } from '@/agent/places';
import type { Collection } from '@/agent/report/collection';
import { makeReport, NOBODY_ID, type Speaker } from '@/agent/report/make-report';
import type { Enrolment } from '@/agent/state/enrolment';

const TIME_LIMIT_SECONDS = 30;

/** Makes a report of what was found, keeps it in the spool, and delivers what waits there. */
export async function sendCollection(
  places: Places,
  config: AgentConfig,
  enrolment: Enrolment,
  found: Collection,
  toolVersion: string | null,
): Promise<{ report: SpooledReport; delivery: DeliveryResult }> {
  const spool = openSpool(places.stateDir, places.spoolDir, config.spool);
  const unnumbered = makeReport(found, toolVersion, speakerFor(enrolment, places.stateDir), new Date());
  const report = await spoolReport(spool, unnumbered);
  const delivery = await deliver({
    enrolment,
    spool,
    isImpatient: false,
    timeLimitSeconds: TIME_LIMIT_SECONDS,
  });
  return { report, delivery };
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
