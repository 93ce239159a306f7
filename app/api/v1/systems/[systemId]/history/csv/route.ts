import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { csvResponse, type CsvCell } from '@/server/csv';
import { readSystemHistory, type SystemHistoryDetail } from '@/server/data/system-history';
import { webDatabase } from '@/server/data/web-database';
import { nothingHere } from '@/server/nothing-here';

const HEAD = ['Day', 'Time zone', 'Begins (UTC)', 'Ends (UTC)', 'Of', 'Name', 'State', 'Runs', 'Id'];

/** A system's days of thirteen months as CSV, newest first: its status, and how each of its jobs ended. */
export const GET = withRoute(
  { permission: 'view-fleet', params: z.object({ systemId: z.uuid() }) },
  async ({ scope, params: { systemId } }) => {
    const now = new Date();
    const asked = { job: null, dayIn: () => null };
    const history = await readSystemHistory(webDatabase(), scope, systemId, asked, now);
    if (!history) throw nothingHere();
    return csvResponse(`history-${now.toISOString().slice(0, 10)}.csv`, HEAD, rowsOf(history));
  },
);

function* rowsOf({
  system,
  client,
  statusDays,
  jobHistories,
  importedHistories,
}: SystemHistoryDetail): Generator<CsvCell[]> {
  for (const [index, day] of [...statusDays.entries()].toReversed()) {
    const when = [day.date, client.timeZone, new Date(day.startsAt), new Date(day.endsAt)];
    yield [...when, 'system', system.name, day.status, null, system.systemId];
    for (const { job, days } of jobHistories) {
      const { outcome = 'no-data', runs = [] } = days[index] ?? {};
      const runCount = runs.reduce((sum, run) => sum + run.count, 0);
      yield [...when, 'job', job.name, outcome, runCount, job.jobId];
    }
    for (const { name, days } of importedHistories) {
      const { outcome = 'no-data', runs = [] } = days[index] ?? {};
      const runCount = runs.reduce((sum, run) => sum + run.count, 0);
      yield [...when, 'imported job', name, outcome, runCount, null];
    }
  }
}
