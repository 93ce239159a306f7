import { readRestoreTestsAddress } from '@/app/(msp)/restore-tests/restore-tests-address';
import { TO_DO_WORD } from '@/components/restore-tests/record-words';
import { withRoute } from '@/server/auth/with-route';
import { csvResponse, type CsvCell } from '@/server/csv';
import { readToDo, type ToDo } from '@/server/data/restore-tests-screen';
import { webDatabase } from '@/server/data/web-database';

const HEAD = [
  'State',
  'System',
  'Client',
  'Data set',
  'Copy',
  'Due (UTC)',
  'Level proved',
  'Last test (UTC)',
  'Last result',
  'By',
  'System id',
  'Record id',
];

/** What there is to do of restore tests as CSV: with the filters of the screen's own address, on all its pages. */
export const GET = withRoute({ permission: 'view-fleet' }, async ({ request, scope }) => {
  const now = new Date();
  const view = readRestoreTestsAddress(Object.fromEntries(new URL(request.url).searchParams));
  const toDo = await readToDo(webDatabase(), scope, view, now);
  return csvResponse(`restore-tests-${now.toISOString().slice(0, 10)}.csv`, HEAD, toDo.map(cellsOf));
});

function cellsOf(toDo: ToDo): CsvCell[] {
  const state = TO_DO_WORD[toDo.state];
  if (toDo.kind === 'record') {
    const { record, recordId, level, result, performedAt, dueAt, systemId } = toDo.record;
    return [
      state,
      record.system.name,
      record.client.name,
      null,
      record.copy.repository,
      dueAt === null ? null : new Date(dueAt),
      level,
      new Date(performedAt),
      result,
      record.performer.name,
      systemId,
      recordId,
    ];
  }
  const { of, copy, dueAt, level, lastTest } = toDo.test;
  return [
    state,
    of.systemName,
    of.clientName,
    of.dataSetName,
    copy?.repository ?? null,
    new Date(dueAt),
    level,
    lastTest && new Date(lastTest.endedAt),
    lastTest?.result ?? null,
    of.assignee?.name ?? null,
    of.systemId,
    null,
  ];
}
