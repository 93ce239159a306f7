import { DAY, HOUR, type Instant, utcDay } from '@/domain/time/instant';
import { csvLine } from '../csv';
import type { Database } from '../data/database';
import { bringInHistory } from '../services/bring-in-history';
import { previewHistory } from '../services/preview-history';
import { startHistoryImport } from '../services/start-history-import';
import { uploadHistory } from '../services/upload-history';
import { type MadeMsp, personOf } from './set-up-msp';

/** Whose runs before Holdfast came the MSP has brought along. */
const CLIENT = 'Tindalworth Logistics';
const DAYS = 200;
const SYSTEMS_MAX = 3;

/** Brings in what the tool before Holdfast had recorded of one client, up to `until`. */
export async function importOldRuns(database: Database, msp: MadeMsp, until: Instant): Promise<void> {
  const client = msp.clients.find(({ cast }) => cast.name === CLIENT);
  if (!client) return;
  const technician = personOf(msp.cast, msp.people, 'technician');
  const hosts = client.cast.systems.slice(0, SYSTEMS_MAX).map(({ host }) => host);
  const upload = { clientId: client.clientId, name: 'Backup Radar', fileName: 'backup-radar-2026.csv' };
  const bytes = Buffer.from(exportOf([...hosts, 'old-fs-01'], until));
  const now = new Date();
  const { scope } = technician;
  const importId = await uploadHistory(database, scope, technician, upload, bytes, now);
  for await (const step of previewHistory(database, scope, importId, null, now)) {
    if (step.kind !== 'preview') continue;
    const { settings } = step.preview;
    const said = [
      { word: 'success', as: 'success' },
      { word: 'no result', as: 'leave-out' },
    ] as const;
    const explained = { ...settings, statuses: [...settings.statuses, ...said] };
    await startHistoryImport(database, scope, importId, explained, now);
  }
  await bringInHistory(database, msp.mspId, () => new Date());
}

/** As the tool writes it. The same each time: a fault every now and then, and a machine that is gone. */
function exportOf(hosts: readonly string[], until: Instant): string {
  const rows = Array.from({ length: DAYS }, (_, index) => DAYS - index).flatMap((daysBefore) =>
    hosts.map((host, place) => {
      const day = utcDay(until - daysBefore * DAY);
      const start = Date.parse(`${day}T00:00:00Z`) + 2 * HOUR + place * 600_000;
      const kind = (daysBefore * 7 + place * 3) % 29;
      const [status, message] = OUTCOMES[kind] ?? ['Success', ''];
      const took = 900 + ((daysBefore * 37 + place * 11) % 600);
      const size = status === 'Success' ? `${(2 + ((daysBefore + place) % 9) / 10).toFixed(1)} GB` : '';
      return [host, 'Nightly image', textOf(start), textOf(start + took * 1000), status, size, message];
    }),
  );
  return [['Device', 'Job Name', 'Start Time', 'End Time', 'Status', 'Size', 'Error'], ...rows]
    .map(csvLine)
    .join('');
}

function textOf(at: Instant): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}

const OUTCOMES: Readonly<Record<number, readonly [string, string]>> = {
  3: ['Failed', 'The backup destination could not be reached'],
  11: ['Warning', '3 files were in use and were skipped'],
  19: ['No result', ''],
};
