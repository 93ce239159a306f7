import { openSpool, spoolReport } from '@/agent/delivery/spool';
import { EMPTY_COLLECTION } from '@/agent/report/collection';
import { makeReport, NOBODY_ID } from '@/agent/report/make-report';

/** Spools one report after the other until it is killed, and names each once it is safe. */
const [stateDir = '', spoolDir = ''] = process.argv.slice(2);
const spool = openSpool(stateDir, spoolDir, { size_mb_max: 500, reports_max: 50_000 });
const speaker = { id: NOBODY_ID, name: 'killed', clockOffsetMilliseconds: null };
for (;;) {
  const { epoch, sequence } = await spoolReport(
    spool,
    makeReport(EMPTY_COLLECTION, null, speaker, new Date()),
  );
  process.stdout.write(`${epoch} ${sequence}\n`);
}
